"""How far a living search has looked, and where it looks next.

Each rule answers a way in which living searches have lost records: a failed
window that counted as empty, a watermark that moved on in spite of it, back
files and late MeSH terms outside the window, and a stored result replaced by
a smaller one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.search.pubmed.domain.partition import DateField, Window

LOOK_BACK = timedelta(days=30)
OVERLAP = timedelta(days=1)
INDEXING_EVERY = timedelta(days=28)
FULL_EVERY = timedelta(days=91)
MESH_TAG = re.compile(
    r"\[\s*(?:mh|mesh|majr|sh|mesh [a-z ]+|mh:noexp|mesh:noexp|majr:noexp)\s*\]", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """Days up to which every window of a search has succeeded; None: never searched.

    `created` is for `[crdt]`, `indexed` for `[mhda]`, `complete` the last run of the whole query.
    """

    created: date | None = None
    indexed: date | None = None
    complete: date | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one window of a run: `window` None is the whole query."""

    window: Window | None
    succeeded: bool


def uses_mesh(query: str, translation: str = "") -> bool:
    """Whether MeSH terms decide what `query` finds, as typed or as PubMed translated it.

    PubMed maps untagged words to MeSH terms of its own accord.
    """
    return bool(MESH_TAG.search(query) or MESH_TAG.search(translation))


def windows_due(
    mark: Watermark, today: date, *, mesh: bool, full: bool = False
) -> tuple[Window | None, ...]:
    """Windows that a run on `today` must search; None stands for the whole query.

    Every run but the first looks from the watermark, at least 30 days back,
    and, if MeSH terms matter, every four weeks also at what was indexed since.
    The first run, one asked for (`full`) and one each quarter search the whole
    query before that, so that the others can be compared with it.
    """
    if mark.created is None:
        return (None,)
    windows: list[Window | None] = [next_window("crdt", mark.created, today)]
    if mesh and indexing_due(mark, today):
        windows.append(next_window("mhda", mark.indexed or mark.created, today))
    if full or full_run_due(mark, today):
        windows.insert(0, None)
    return tuple(windows)


def next_window(field: DateField, watermark: date, today: date) -> Window:
    """From a day before `watermark`, or 30 days back if that is earlier, to `today`."""
    start = min(watermark - OVERLAP, today - LOOK_BACK)
    return Window(start, today, field)


def indexing_due(mark: Watermark, today: date) -> bool:
    """Whether four weeks have passed since the last look at new MeSH indexing."""
    return mark.indexed is None or today - mark.indexed >= INDEXING_EVERY


def full_run_due(mark: Watermark, today: date) -> bool:
    """Whether a quarter has passed since the whole query was last run."""
    return mark.complete is None or today - mark.complete >= FULL_EVERY


def advanced(mark: Watermark, attempts: Sequence[Attempt], today: date) -> Watermark:
    """The watermark after a run on `today`; unchanged if any window failed or none was tried."""
    if not attempts or not all(attempt.succeeded for attempt in attempts):
        return mark
    moved = mark
    for attempt in attempts:
        moved = _moved(moved, attempt.window, today)
    return moved


def _moved(mark: Watermark, window: Window | None, today: date) -> Watermark:
    if window is None:
        return Watermark(
            created=_later(mark.created, today),
            indexed=_later(mark.indexed, today),
            complete=_later(mark.complete, today),
        )
    if window.field == "mhda":
        return replace(mark, indexed=_later(mark.indexed, window.last))
    return replace(mark, created=_later(mark.created, window.last))


def _later(known: date | None, reached: date) -> date:
    return reached if known is None else max(known, reached)


def grown(stored: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """`stored` with what was `found` besides: a result never shrinks."""
    return tuple(dict.fromkeys((*stored, *found)))


@dataclass(frozen=True, slots=True)
class Gap:
    """A full run against what the weekly runs had gathered.

    `unseen` were found only now, `vanished` are no longer found (and stay in the library).
    """

    unseen: tuple[str, ...]
    vanished: tuple[str, ...]


def gap(gathered: Iterable[str], complete: Iterable[str]) -> Gap:
    """What a full run (`complete`) says about the union of the incremental ones (`gathered`)."""
    had, has = tuple(dict.fromkeys(gathered)), tuple(dict.fromkeys(complete))
    old, new = frozenset(had), frozenset(has)
    return Gap(
        unseen=tuple(pmid for pmid in has if pmid not in old),
        vanished=tuple(pmid for pmid in had if pmid not in new),
    )
