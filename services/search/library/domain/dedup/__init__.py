"""De-duplication: incremental, order-independent, explained.

Pure functions over values. The service keeps two tables per review: keys
(key, number of the source) and sources (source id, features blob, record, bundle,
arrived), and does this for every page of new source records, in the one
transaction that keeps the page:

1. `features = normalise(bibliography)` per source record; store
   `features.encode()` and one row per key of `candidate_keys(features)`.
2. For every key of the page fetch at most `OVERSIZED + 1` holders (one is enough
   for keys that start with `TWIN`) and add those of the page itself;
   `admit(holders, page's ids)` leaves out the keys that are crowded.
3. Load the holders that are left and every member of their bundles as `PlacedSource`,
   and people's decisions about them: `apart` and `together`, pairs of source ids.
4. `place(page, neighbours, apart, together, hits=...)`, the hits being what
   `admit` left, returns a `Placement`:
   write its `records` and `bundles` to the rows, emit `added`, `joined`,
   `merged`, `split`, and queue its `proposals` (a proposal whose two records
   are one by now is closed).

To undo a merge add to `apart` every pair between the sources of the one and
the sources of the other, to confirm a proposal add its `sources` to `together`,
and call `place` with those source records as `new` and their bundles as
`neighbours`. To reverse an import delete its rows and call `place` with the
members that are left of every bundle they were in. When a page lifts a key
from `OVERSIZED` holders or fewer to more (or a reversal the other way), pass its
holders as `new` too. In all these cases `new` has the whole bundles, and `admit`
sees the holders of all their keys.

The partition is a function of the set of source records and of people's
decisions alone: see `components`. `batch` computes it for a whole set at once,
`Index` in memory one page at a time; tests hold the three equal.
"""

from services.search.library.domain.dedup.best import best
from services.search.library.domain.dedup.compare import Outcome, Verdict, compare
from services.search.library.domain.dedup.components import Clusters, Pair, clusters_of, pair
from services.search.library.domain.dedup.features import Features, normalise
from services.search.library.domain.dedup.index import Index, admit, batch
from services.search.library.domain.dedup.keys import OVERSIZED, TWIN, candidate_keys
from services.search.library.domain.dedup.place import (
    Merged,
    PlacedSource,
    Placement,
    Proposal,
    Split,
    place,
)

__all__ = [
    "OVERSIZED",
    "TWIN",
    "Clusters",
    "Features",
    "Index",
    "Merged",
    "Outcome",
    "Pair",
    "PlacedSource",
    "Placement",
    "Proposal",
    "Split",
    "Verdict",
    "admit",
    "batch",
    "best",
    "candidate_keys",
    "clusters_of",
    "compare",
    "normalise",
    "pair",
    "place",
]
