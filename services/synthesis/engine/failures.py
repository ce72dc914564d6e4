"""Rivals of a part, and what may explain that an outcome failed (section 5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.synthesis.engine.cells import Cells, Count
from services.synthesis.engine.contexts import Context
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import RESOURCE, RESPONSE, Unit

Rivals = Mapping[Unit, int]
"""Parts of mechanisms with their sets of studies."""

Kind = Literal[
    "counter", "disabling", "enabling_absent", "not_fired", "recurs_failing", "suspected"
]
TELLING = frozenset({"disabling", "recurs_failing", "suspected"})


class Explanation(NamedTuple):
    """What may have made a case fail, from the case's own rows; sorted by kind, then group."""

    kind: Kind
    group: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A case in which the outcome failed; `open` asks the search agenda."""

    case: str
    open: bool
    explained_by: tuple[Explanation, ...]


def _present(rows: Iterable[Row]) -> dict[Unit, int]:
    """Parts present in counting rows, with the studies of these."""
    found: dict[Unit, int] = {}
    for row in rows:
        if row.studies:
            for unit in row.mechanisms:
                found[unit] = found.get(unit, 0) | row.studies
    return found


def rivals_of(count: Count) -> tuple[Rivals, Rivals]:
    """Interacting mechanisms and counter-mechanisms of a part.

    Interacting: others of its role in POS. Counter: present in NEG1 and in no POS row, responses,
    or for a resource also other resources; none where nothing ever succeeded.
    """
    unit = count.unit
    working = _present(count.cells.positive)
    interacting = {
        other: studies
        for other, studies in working.items()
        if other.role == unit.role and other != unit
    }
    if not count.positive:
        return interacting, {}
    counter = {
        other: studies
        for other, studies in _present(count.cells.contradicting).items()
        if other not in working
        and other != unit
        and (other.role == RESPONSE or unit.role == RESOURCE)
    }
    return interacting, counter


def failures_of(count: Count, contexts: Sequence[Context], counter: Rivals) -> list[Failure]:
    """Every case of NEG with what explains it, sorted by case.

    `suspected`, a counter-mechanism of one study and `not_fired` are tentative: a case with
    nothing else is open, unless the part never succeeded at all.
    """
    reasons = _reasons(count.unit, count.cells, contexts, counter)
    studies: dict[str, int] = {}
    for unit, mask in counter.items():
        studies[unit.group] = studies.get(unit.group, 0) | mask

    def tentative(reason: Explanation) -> bool:
        if reason.kind == "counter":
            return studies[reason.group].bit_count() == 1
        return reason.kind in ("suspected", "not_fired")

    return [
        Failure(
            case,
            bool(count.positive) and all(tentative(reason) for reason in found),
            tuple(sorted(found)),
        )
        for case, found in sorted(reasons.items())
    ]


def _reasons(
    unit: Unit, cells: Cells, contexts: Sequence[Context], counter: Rivals
) -> dict[str, set[Explanation]]:
    telling: dict[str, Kind] = {
        item.group: item.verdict  # type: ignore[misc]
        for item in contexts
        if item.verdict in TELLING
    }
    enabling = {item.group for item in contexts if item.verdict == "enabling"}
    reasons: dict[str, set[Explanation]] = {}
    for row in cells.negative:
        found = [Explanation(telling[group], group) for group in row.contexts if group in telling]
        found += [
            Explanation("enabling_absent", group)
            for group in row.contexts_absent
            if group in enabling
        ]
        found += [Explanation("counter", item.group) for item in row.mechanisms if item in counter]
        if unit in row.mechanisms_absent:
            found.append(Explanation("not_fired", unit.group))
        for entry in row.entries:
            reasons.setdefault(entry.case, set()).update(found)
    return reasons
