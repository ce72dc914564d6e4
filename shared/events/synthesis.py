"""What synthesis says: theories and the configurations conjectured for them."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event, published, upcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A thing of the review that people point at.

    `kind` is `theory`, `idea`, `ccmoc`, `argument`, `memo`, `substantive_theory`, `code`,
    `document`, `fragment` or `person`; `id` is its key.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryState:
    """A programme theory at one version; `theory_id` is its key in the review (`PT1`).

    `status` is `initial`, `refined`, `final` or `retired`. Slots are people's words.
    """

    theory_id: str
    version: int
    name: str
    number: int | None = None
    statement: str = ""
    context: str = ""
    resource: str = ""
    response: str = ""
    outcome_proximal: str = ""
    outcome_distal: str = ""
    domain: str = ""
    status: str = "initial"


@published("synthesis", subject="theory.theory_id", kind="theory")
@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryStated(Event):
    """A programme theory entered the review."""

    theory: TheoryState


@published("synthesis", subject="theory.theory_id", kind="theory")
@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryRefined(Event):
    """A programme theory was worded anew, why, and what moved it."""

    theory: TheoryState
    reason: str = ""
    moved_by: tuple[Reference, ...] = ()


@published("synthesis", subject="theory.theory_id", kind="theory")
@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryRetired(Event):
    """A programme theory is set aside, and why."""

    theory: TheoryState
    reason: str = ""


@published("synthesis", subject="theory_id", kind="pin")
@dataclass(frozen=True, slots=True, kw_only=True)
class PinSet(Event):
    """People pinned a theory's intermediate outcome (None: the pin was taken away)."""

    theory_id: str
    outcome: str | None
    reason: str = ""


@published("synthesis", subject="ccmoc_id", kind="ccmoc", version=2)
@dataclass(frozen=True, slots=True, kw_only=True)
class CcmocConjectured(Event):
    """A configuration was conjectured for the first time, or again after it lapsed.

    It is built around one part of a mechanism: the group `mechanism` in its `role`, resource or
    response. `body` has the form of the CCMOC output (ids and counts, no quote); `caused_by`
    holds the ids of the events that moved it.
    """

    ccmoc_id: str
    theory_id: str
    outcome: str
    role: str
    mechanism: str
    revision: int
    hash: str
    body: dict[str, Any]
    caused_by: tuple[str, ...] = ()


@published("synthesis", subject="ccmoc_id", kind="ccmoc", version=2)
@dataclass(frozen=True, slots=True, kw_only=True)
class CcmocRevised(Event):
    """A configuration's evidence changed; fields as in `CcmocConjectured`."""

    ccmoc_id: str
    theory_id: str
    outcome: str
    role: str
    mechanism: str
    revision: int
    hash: str
    body: dict[str, Any]
    caused_by: tuple[str, ...] = ()


@upcast("synthesis.ccmoc_conjectured", since=1)
@upcast("synthesis.ccmoc_revised", since=1)
def around_the_counting_part(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 was keyed by a pair of resource and response, and counted by the response.

    Its body keeps the form that it had; where there was no response, the resource counted.
    """
    body = data.get("body", {})
    response, resource = body.get("response"), body.get("resource")
    return {
        **data,
        "outcome": body.get("outcome", ""),
        "role": "response" if response else "resource",
        "mechanism": response or resource or "",
    }


@published("synthesis", subject="ccmoc_id", kind="ccmoc")
@dataclass(frozen=True, slots=True, kw_only=True)
class CcmocLapsed(Event):
    """A configuration has no active evidence any more; its history is kept."""

    ccmoc_id: str
    theory_id: str
    revision: int
    caused_by: tuple[str, ...] = ()


@published("synthesis", subject="ccmoc_id", kind="ccmoc_state")
@dataclass(frozen=True, slots=True, kw_only=True)
class CcmocJudged(Event):
    """What people say of a configuration: its state and how many quotes were judged."""

    ccmoc_id: str
    theory_id: str
    state: str
    recheck: bool = False
    judged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentTerm:
    """A group of a role in a state: present, absent; of outcomes occurred, failed, reversed."""

    role: str
    group: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentPrediction:
    """Where all of `given` is so, people expect `expected`; `id` is its key in the argument."""

    id: str
    given: tuple[ArgumentTerm, ...]
    expected: ArgumentTerm
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentState:
    """A configuration that people hold, at one version; `because` says why this version.

    `status` is `held` or `retired`; `rivals` are ids of arguments, or words. The warrant is in
    words, and rests on `substantive_theories` and `memos` (ids).
    """

    argument_id: str
    theory_id: str
    version: int
    outcome: str
    outcome_state: str = "occurred"
    contexts: tuple[ArgumentTerm, ...] = ()
    resource: str | None = None
    response: str | None = None
    warrant: str = ""
    rivals: tuple[str, ...] = ()
    predictions: tuple[ArgumentPrediction, ...] = ()
    because: str = ""
    status: str = "held"
    substantive_theories: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()


@published("synthesis", subject="argument.argument_id", kind="argument")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentStated(Event):
    """People stated an argument, amended it, retired it or brought it back."""

    argument: ArgumentState


@published("synthesis", subject="argument_id", kind="argument_evidence")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentEvidenceChanged(Event):
    """What speaks for and against an argument changed.

    `body` has the form of the method's section 9; a very long one holds numbers of cases in
    place of cases and is `abridged`. `argument` is the argument in words and `moves` says in
    sentences which cases came and went, both by label. `caused_by` are ids of events.
    """

    argument_id: str
    theory_id: str
    revision: int
    hash: str
    body: dict[str, Any]
    argument: str = ""
    moves: tuple[str, ...] = ()
    caused_by: tuple[str, ...] = ()


@published("synthesis", subject="refutation_id", kind="refutation")
@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRefuted(Event):
    """New cases refute a prediction of an argument; `cases` are all that do.

    `prediction` is its key in the argument; `words` say it by label.
    """

    refutation_id: str
    argument_id: str
    prediction: str
    theory_id: str
    cases: tuple[str, ...]
    argument: str = ""
    words: str = ""
    caused_by: tuple[str, ...] = ()


@published("synthesis", subject="gap_id", kind="gap")
@dataclass(frozen=True, slots=True, kw_only=True)
class GapFound(Event):
    """Something the evidence does not explain: where to search next.

    `kind` is `open_case`, `success_sought`, `unreplicated`, `undecided_context`,
    `missing_slot`, `prediction_unobserved` or `unchecked_opposite` (before algorithm 2 also
    `unexplained_failure` and `single_source`); `closed` when it no longer stands.
    """

    gap_id: str
    theory_id: str
    kind: str
    detail: str
    ccmoc_id: str | None = None
    documents: tuple[str, ...] = ()
    closed: bool = False
    argument_id: str | None = None


@published("synthesis", subject="version_id", kind="version")
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFrozen(Event):
    """A version of the review was frozen: the hash of its inputs and its label."""

    version_id: str
    number: str
    inputs_hash: str
    ccmocs: int
    theories: int
    reason: str = ""
