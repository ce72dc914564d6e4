"""Why an outcome failed where a mechanism was expected: rivals and explanations (section 5)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.synthesis.domain.cells import Cells
from services.synthesis.domain.contexts import ContextCount
from services.synthesis.domain.rows import Row
from services.synthesis.domain.values import Unit

Rivals = dict[str, set[str]]


class Explanation(NamedTuple):
    """What may have made a case fail, from the case's own rows; sorted by kind, then group."""

    kind: Literal["counter", "disabling", "enabling_absent", "not_fired", "suspected"]
    group: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A case in which the outcome failed; unexplained where `explained_by` is empty."""

    case: str
    explained_by: tuple[Explanation, ...]


def mechanisms_in(rows: Iterable[Row]) -> dict[Unit, set[str]]:
    """Studies per mechanism present in `rows`; rows that count 0 make none."""
    found: dict[Unit, set[str]] = {}
    for row in rows:
        if row.studies:
            for unit in row.mechanisms:
                found.setdefault(unit, set()).update(row.studies)
    return found


def interacting_mechanisms(cells: Cells, parts: Collection[Unit]) -> Rivals:
    """Mechanisms other than the CCMOC's own `parts` that are present in POS rows."""
    return _by_group(mechanisms_in(cells.positive), parts)


def counter_mechanisms(cells: Cells, parts: Collection[Unit]) -> dict[Unit, set[str]]:
    """Mechanisms present in NEG1 rows that are no part of a CCMOC of the unit and in no POS row.

    `parts` are the unit itself and everything paired with it for this outcome. Only rows that
    count make, or unmake, a counter-mechanism.
    """
    working = mechanisms_in(cells.positive)
    return {
        unit: studies
        for unit, studies in mechanisms_in(cells.contradicting).items()
        if unit not in working and unit not in parts
    }


def _by_group(units: Mapping[Unit, set[str]], but: Collection[Unit] = ()) -> Rivals:
    found: Rivals = {}
    for unit, studies in units.items():
        if unit not in but:
            found.setdefault(unit.group, set()).update(studies)
    return found


def rivals_by_group(counters: Mapping[Unit, set[str]]) -> Rivals:
    """Counter-mechanisms under their group id, as a CCMOC lists them."""
    return _by_group(counters)


def failures_of(
    unit: Unit, cells: Cells, contexts: Iterable[ContextCount], counters: Collection[Unit]
) -> list[Failure]:
    """Every case of NEG with what explains it, from its own rows in NEG; sorted by case.

    A disabling or suspected context present, an enabling context absent, a counter-mechanism
    present, or the mechanism not fired. Absence of a helpful context explains nothing.
    """
    verdicts = {item.group: item.verdict for item in contexts}
    reasons: dict[str, set[Explanation]] = {}
    for row in cells.negative:
        found = set(_of_contexts(row, verdicts))
        found |= {Explanation("counter", item.group) for item in row.mechanisms & set(counters)}
        if unit in row.mechanisms_absent:
            found.add(Explanation("not_fired", unit.group))
        for case in row.cases:
            reasons.setdefault(case, set()).update(found)
    return [Failure(case, tuple(sorted(found))) for case, found in sorted(reasons.items())]


def _of_contexts(row: Row, verdicts: Mapping[str, str]) -> Iterable[Explanation]:
    for group in row.contexts:
        if verdicts.get(group) == "disabling":
            yield Explanation("disabling", group)
        elif verdicts.get(group) == "suspected":
            yield Explanation("suspected", group)
    for group in row.contexts_absent:
        if verdicts.get(group) == "enabling":
            yield Explanation("enabling_absent", group)
