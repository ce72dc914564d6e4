"""A strategy as an appendix prints it (PRISMA-S, items 1, 8, 9, 13 and 15).

Every database with its lines as they were run, the day, the hits, and what could
not be translated; a database that was not run yet says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.search.strategies.domain.translate import Translation
from shared.review.numbers import counted


@dataclass(frozen=True, slots=True)
class RanElsewhere:
    """A run on a platform that is not searched from here. `ran_on` is a day, `YYYY-MM-DD`."""

    platform: str
    database: str
    ran_on: str
    hits: int
    export_file: str
    version: int
    lines: tuple[str, ...]
    note: str = ""


def printed(
    name: str,
    version: int,
    translations: Iterable[Translation],
    runs: Sequence[RanElsewhere],
    limits: str = "",
) -> str:
    """The strategy as Markdown."""
    by_place: dict[tuple[str, str], list[RanElsewhere]] = {}
    for run in runs:
        by_place.setdefault((run.platform, run.database), []).append(run)
    parts = [f"# Search strategy: {name} (version {version})", ""]
    if limits:
        parts += [f"Limits and restrictions: {limits}", ""]
    for one in translations:
        parts += _database(one, by_place.pop((one.platform, one.database), []), version)
    for (platform, database), more in by_place.items():
        parts += [f"## {database} ({platform})", "", *_runs(more, version), ""]
    return "\n".join(parts).rstrip() + "\n"


def _database(one: Translation, runs: Sequence[RanElsewhere], version: int) -> list[str]:
    lines = [
        f"{line.number}. `{line.text or '(nothing)'}`{_named(line.concept)}" for line in one.lines
    ]
    notes = [f"- Line {line.number}: {note}" for line in one.lines for note in line.notes]
    lost = ["", "Not translated:", "", *notes] if notes else []
    return [
        *(f"## {one.database} ({one.platform})", "", *lines, *lost, ""),
        *(_runs(runs, version) if runs else ["Not run yet."]),
        "",
    ]


def _named(concept: str) -> str:
    return f" ({concept})" if concept else ""


def _runs(runs: Sequence[RanElsewhere], version: int) -> list[str]:
    said = []
    for run in runs:
        older = "" if run.version == version else f", with version {run.version} of the strategy"
        file = f", exported to {run.export_file}" if run.export_file else ""
        note = f" {run.note}" if run.note else ""
        said.append(f"Run on {run.ran_on}: {counted(run.hits, 'record')}{file}{older}.{note}")
        said += [f"    {line}" for line in run.lines]
    return said
