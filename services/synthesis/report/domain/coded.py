"""What was coded for a theory, row by row: triads, dyads, single codes."""

from collections.abc import Iterator

from services.synthesis.report.domain.blocks import Block, Heading, table, with_rows
from services.synthesis.report.domain.material import ReportPassage, TheoryPart

COLUMNS = ("No", "Kind", "Context", "Resource", "Response", "Outcome", "Source", "Counts for")
NOTHING_HERE = "no group of this theory stated"
"""Its codes are grouped in another theory only, or speak against each other."""
ROLES = ("context", "mechanism_resource", "mechanism_response", "outcome")


def coded(part: TheoryPart) -> Iterator[Block]:
    """A row per active fragment; its number is how the chapter refers to it."""
    yield Heading(3, "Dyads and triads coded")
    rows = [_row(passage) for passage in part.passages.values()]
    made = table(f"Fragments coded for {part.title}, triads first", COLUMNS, rows)
    yield from with_rows(made, "No active fragment speaks to this theory.")


def _row(passage: ReportPassage) -> tuple[object, ...]:
    parts = [passage.parts.get(role, "") for role in ROLES]
    if not any(parts):
        parts[0] = NOTHING_HERE
    return passage.number, passage.kind, *parts, passage.where, passage.counts
