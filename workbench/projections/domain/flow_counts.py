"""What records add to the flow, and how that differs after something happened to them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.review.paths import Path, Sighting, Source, StageState, path_of, sources_of, standing_of

SourceCount = tuple[int, int, int]
"""Source records, records in play, and source records of removed records."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCounts:
    """Counts by (arm, source) and by path; differences may be negative."""

    sources: Mapping[tuple[str, str], SourceCount] = field(default_factory=dict)
    paths: Mapping[Path, int] = field(default_factory=dict)

    def listed(self) -> list[Source]:
        """The sources as `flow_of` takes them, sorted."""
        return [
            Source(arm=arm, source=name, source_records=found, records=records, removed=removed)
            for (arm, name), (found, records, removed) in sorted(self.sources.items())
        ]


def paths_by_record(
    records: Iterable[Row],
    settlements: Iterable[Row],
    retrievals: Iterable[Row],
    stands: Mapping[str, str],
) -> dict[str, Path]:
    """The path of every record in play; `stands` leads from absorbed records to survivors.

    A record counts once it has arrived, unless another stands for it or it was removed.
    """
    settled = defaultdict[str, list[tuple[str, str, StageState]]](list)
    for row in settlements:
        how = standing_of(row["state"], row["reason"], automation=row["automation"])
        name = row["record_id"]
        settled[stands.get(name, name)].append((name, row["stage"], how))
    retrieved = defaultdict[str, list[tuple[str, str | None]]](list)
    for row in retrievals:
        name = row["record_id"]
        reason = (row["reason"] or "") if row["state"] == "not_retrieved" else None
        retrieved[stands.get(name, name)].append((name, reason))
    return {
        name: path_of(
            name,
            row["sightings"][0][0],
            settled.get(name, ()),
            retrieved.get(name, ()),
            retracted=row["retracted"],
        )
        for row in records
        if _stands(row, stands) and not row["removed"] and (name := row["record_id"])
    }


def _stands(row: Row, stands: Mapping[str, str]) -> bool:
    name: str = row["record_id"]
    return stands.get(name, name) == name


def flow_counts(
    records: Iterable[Row],
    settlements: Iterable[Row],
    retrievals: Iterable[Row],
    stands: Mapping[str, str],
) -> FlowCounts:
    """What whole families of merged records add to the flow."""
    standing = [row for row in records if _stands(row, stands)]
    found = sources_of(
        ([Sighting(*one) for one in row["sightings"]], row["removed"]) for row in standing
    )
    return FlowCounts(
        sources={(s.arm, s.source): (s.source_records, s.records, s.removed) for s in found},
        paths=Counter(paths_by_record(standing, settlements, retrievals, stands).values()),
    )


def difference(before: FlowCounts, after: FlowCounts) -> FlowCounts:
    """What is to be added to the counts; what stays the same is left out."""
    sources = {}
    for key in before.sources.keys() | after.sources.keys():
        old, new = before.sources.get(key, (0, 0, 0)), after.sources.get(key, (0, 0, 0))
        if old != new:
            sources[key] = (new[0] - old[0], new[1] - old[1], new[2] - old[2])
    paths = {
        path: after.paths.get(path, 0) - before.paths.get(path, 0)
        for path in before.paths.keys() | after.paths.keys()
        if after.paths.get(path, 0) != before.paths.get(path, 0)
    }
    return FlowCounts(sources=sources, paths=paths)
