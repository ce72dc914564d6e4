"""Which record states and which alias an event of search holds, each with a version of its own.

The version of an event (`subject_version`) counts its subject, the survivor of a merge. It says
nothing of the record that a split restores, nor of the alias: comparing them lost a retraction.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.events.base import Received
from shared.events.search import RecordMerged, RecordSplit, RecordState

BEFORE_COUNTING = -(2**53)
"""Below the version of every alias: moments in microseconds reach 2**53 in the year 2255."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """What became of a record: it counts as `survivor`, or (`merged` false) as itself again."""

    record_id: str
    survivor: str
    merged: bool
    version: int


def record_states(received: Received[Any]) -> list[tuple[RecordState, int]]:
    """Every record that an event of search holds, with the version of that very record.

    Of a restored record an event of version 1 gives no version (0): its state fills a gap, and
    anything that the record said itself is newer.
    """
    event = received.event
    states = [(event.record, received.subject_version)]
    if isinstance(event, RecordSplit):
        states.append((event.restored, event.restored_version))
    return states


def alias_of(received: Received[Any]) -> Alias:
    """What a merge or a split says of the alias, with the alias's own version.

    Events of version 1 had none; they were written one after the other, so their moments order
    them among themselves, and any counted version (1, 2, ...) is newer.
    """
    event: RecordMerged | RecordSplit = received.event
    merged = isinstance(event, RecordMerged)
    return Alias(
        record_id=event.absorbed if isinstance(event, RecordMerged) else event.restored.record_id,
        survivor=event.record.record_id,
        merged=merged,
        version=event.alias_version or BEFORE_COUNTING + _microseconds(received.time),
    )


def alias_row(received: Received[Any], version: str = "subject_version") -> dict[str, Any]:
    """A merge or a split as a row of a reader's table of aliases; `version` names its column."""
    alias = alias_of(received)
    return {
        "review_id": received.review_id,
        "record_id": alias.record_id,
        "survivor": alias.survivor,
        "merged": alias.merged,
        version: alias.version,
    }


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
