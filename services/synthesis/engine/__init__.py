"""The synthesis engine: from a review's inputs to CCMOCs and the evidence of arguments.

Algorithm 2 of the method (`ccmoc`), pure: values in, values out; no clock, no I/O, no memory.

Inputs (`values`): a `Review` holds `Fragment`s (highest versions; `versions` keeps the bodies
that judgements name), `Source`s, links of studies, `Codebook`s, `Pin`s, `Judgement`s in the order
in which they were given, `Argument`s in their current version, `Parameters`.

- `recompute(review, theories=None, identify=readable_id)` → CCMOC bodies (section 7, with `hash`),
  sorted by (theory, outcome, role, mechanism). `identify` gives the ids.
- `reevaluate(review, theories=None)` → argument bodies (section 9), sorted by (theory, id).
- `evidences(review, theories)` → one `Evidence` (rows and indexes) per theory; with it
  `ccmocs_of(evidence, identify)` and `arguments_of(evidence, arguments)` share one reading, and
  `outcome_ranking(evidence)`, `counts_of(evidence, outcome)`, `configurations(evidence, outcome)`
  are there for views and exports.
- `issues_of(review)` → what has no place in a CCMOC; `argument_faults(argument, codex)`.
- `gaps_of(review, theory, bodies, arguments)` → the search agenda, sentences by label.
- `difference(old, new)`, `differences(olds, news)`, `argument_moves(old, new)` → what changed, in
  ids; `Difference.words(labels)` in sentences by label (`labels_of(review, theory)`).
- `dirtied(before, after)` → theories that a change of inputs can move.
- `snapshot(review)` → sha256 of the inputs; `content_hash(value)`, `fault_of(frozen)`.
"""

from services.synthesis.engine.body import (
    Body,
    Identify,
    canonical_json,
    content_hash,
    fault_of,
    readable_id,
)
from services.synthesis.engine.cells import counts_of
from services.synthesis.engine.configurations import configurations
from services.synthesis.engine.difference import argument_moves, difference, differences
from services.synthesis.engine.dirty import dirtied
from services.synthesis.engine.evidence import Evidence, evidences
from services.synthesis.engine.gaps import Gap, gaps_of
from services.synthesis.engine.issues import argument_faults, issues_of
from services.synthesis.engine.labels import Labels, labels_of
from services.synthesis.engine.links import LinkWeight
from services.synthesis.engine.ranking import outcome_ranking
from services.synthesis.engine.recompute import (
    arguments_of,
    ccmocs_of,
    recompute,
    reevaluate,
    weighted_ccmocs,
)
from services.synthesis.engine.snapshot import snapshot
from services.synthesis.engine.values import Review

__all__ = [
    "Body",
    "Evidence",
    "Gap",
    "Identify",
    "Labels",
    "LinkWeight",
    "Review",
    "argument_faults",
    "argument_moves",
    "arguments_of",
    "canonical_json",
    "ccmocs_of",
    "configurations",
    "content_hash",
    "counts_of",
    "difference",
    "differences",
    "dirtied",
    "evidences",
    "fault_of",
    "gaps_of",
    "issues_of",
    "labels_of",
    "outcome_ranking",
    "readable_id",
    "recompute",
    "reevaluate",
    "snapshot",
    "weighted_ccmocs",
]
