"""Is there still anything new? New links per source, in the order in which they were coded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import CONTEXT, OUTCOME, Unit

Link = tuple[Unit, Unit]


@dataclass(frozen=True, slots=True)
class Yield:
    """What one step (a source, a batch) brought: fragments, new groups and new linked pairs.

    `pairs` counts all pairs known after it.
    """

    step: str
    fragments: int
    new_groups: int
    new_pairs: int
    pairs: int


def links_of(row: Row) -> set[Link]:
    """Pairs of groups that a fragment links, whatever their state."""
    units = {
        *row.mechanisms,
        *row.mechanisms_absent,
        *(Unit(CONTEXT, group) for group in row.contexts | row.contexts_absent),
        *(Unit(OUTCOME, group) for group in row.occurred | row.failed),
    }
    return {(one, other) for one, other in combinations(sorted(units), 2)}


def saturation(steps: Iterable[tuple[str, Sequence[Row]]]) -> list[Yield]:
    """New content per step, so that a team can argue that more would add nothing."""
    groups: set[Unit] = set()
    pairs: set[Link] = set()
    found: list[Yield] = []
    for step, rows in steps:
        linked = {link for row in rows for link in links_of(row)}
        stated = {unit for link in linked for unit in link}
        found.append(
            Yield(
                step=step,
                fragments=len(rows),
                new_groups=len(stated - groups),
                new_pairs=len(linked - pairs),
                pairs=len(pairs | linked),
            )
        )
        groups |= stated
        pairs |= linked
    return found
