"""What the flow needs to know of one record: its sightings, and how it stands at each stage."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.events.search import Route

DATABASE, OTHER = "database", "other"
INCLUDE, EXCLUDE, MAYBE, CONFLICT, OPEN = "include", "exclude", "maybe", "conflict", "open"
BY_HAND = Route(source="by hand", arm=OTHER)


@dataclass(frozen=True, slots=True)
class StageState:
    """How a record stands at a stage: `include`, `exclude`, `maybe`, `conflict` or `open`."""

    state: str = OPEN
    reason: str | None = None
    automation: bool = False


NOT_SETTLED = StageState()


def standing_of(state: str | None, reason: str | None, *, automation: bool) -> StageState:
    """A standing as services keep it; without a verdict, or reopened, a record is open again."""
    if state == EXCLUDE:
        return StageState(EXCLUDE, reason, automation)
    return StageState(state) if state in (INCLUDE, MAYBE, CONFLICT) else NOT_SETTLED


@dataclass(frozen=True, slots=True)
class Path:
    """What the flow needs to know of a record in play; `standings` are sorted by stage.

    `not_retrieved` is the reason for which its report could not be got.
    """

    arm: str
    standings: tuple[tuple[str, StageState], ...] = ()
    retracted: bool = False
    not_retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """How many source records of one source a record has; the first one names its arm."""

    arm: str
    source: str
    source_records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one source of one arm brought: source records (`removed` of them), new records."""

    arm: str
    source: str
    source_records: int
    records: int
    removed: int


def sightings(routes: Sequence[Route]) -> tuple[Sighting, ...]:
    """A record's source records by source, each counted once; its own arm and source first.

    That is the earliest sighting, and of several at one moment one in a database. A record
    without routes was entered by hand.
    """
    by_time = sorted(routes or (BY_HAND,), key=lambda r: (r.found_at, r.arm != DATABASE))
    distinct = {
        (route.source, route.source_record_id or n): (route.arm, route.source)
        for n, route in enumerate(reversed(by_time))
    }
    counted = Counter(reversed(distinct.values()))
    return tuple(Sighting(arm, source, count) for (arm, source), count in counted.items())


def sources_of(records: Iterable[tuple[Sequence[Sighting], bool]]) -> list[Source]:
    """What every source brought; `records` are sightings and whether the record was removed."""
    found: dict[tuple[str, str], Source] = {}
    for seen, is_removed in records:
        for n, sighting in enumerate(seen):
            key = (sighting.arm, sighting.source)
            nothing = Source(arm=key[0], source=key[1], source_records=0, records=0, removed=0)
            before = found.get(key, nothing)
            found[key] = replace(
                before,
                source_records=before.source_records + sighting.source_records,
                records=before.records + (n == 0 and not is_removed),
                removed=before.removed + (sighting.source_records if is_removed else 0),
            )
    return [found[key] for key in sorted(found)]


def path_of(
    record_id: str,
    arm: str,
    settlements: Iterable[tuple[str, str, StageState]],
    retrievals: Iterable[tuple[str, str | None]] = (),
    *,
    retracted: bool = False,
) -> Path:
    """The path of a record that may have absorbed others.

    `settlements` are (record, stage, standing) and `retrievals` (record, reason for which its
    report could not be got), of itself and of those. Its own go before those of absorbed
    records, also where they were reopened; of absorbed ones that of the smallest id.
    """

    def precedence(row: tuple[str, *tuple[object, ...]]) -> tuple[bool, str]:
        return row[0] != record_id, row[0]

    standings: dict[str, StageState] = {}
    for _, stage, standing in sorted(settlements, key=precedence):
        standings.setdefault(stage, standing)
    closed = tuple((s, standings[s]) for s in sorted(standings) if standings[s] != NOT_SETTLED)
    missing = [reason for _, reason in sorted(retrievals, key=precedence)]
    return Path(arm, closed, retracted, missing[0] if missing else None)
