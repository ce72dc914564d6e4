"""What each link of a CCMOC carries: what would change if people left it out (section 6).

A link is a fragment as evidence for a part of a mechanism with an outcome. The numbers order the
queue of what people check: first what would change a verdict.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.synthesis.engine.cells import Count
from services.synthesis.engine.configurations import Configuration
from services.synthesis.engine.contexts import Contrast
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import Parameters, Unit

Cell = Literal["positive", "contradicting", "not_fired"]
CELLS: tuple[Cell, ...] = ("positive", "contradicting", "not_fired")
Sides = dict[str, dict[int, int]]
"""Side of a contrast → study (one bit) → how many rows bring it there."""


@dataclass(frozen=True, slots=True)
class LinkWeight:
    """One link, and what would change without it.

    `pattern` and the verdicts in `contexts` are (before, after), None where nothing would stand.
    `first`: the CCMOC would be first to look at no more. `alone`: fewer than two studies would
    be left on its stronger side. `studies`: how many would no longer count in its cell.
    """

    fragment: str
    cell: Cell
    pattern: tuple[str, str | None] | None
    first: bool
    contexts: tuple[tuple[str, str, str | None], ...]
    alone: bool
    studies: int

    @property
    def order(self) -> tuple[int, ...]:
        """What moves most comes first: pattern, place, verdicts of contexts, studies."""
        moved = (bool(self.pattern), self.first, len(self.contexts), self.alone, self.studies)
        return tuple(-int(item) for item in moved)

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dicts, with the order."""
        return {
            **asdict(self),
            "pattern": list(self.pattern) if self.pattern else None,
            "contexts": [list(item) for item in self.contexts],
            "order": list(self.order),
        }


def weights_of(
    found: Sequence[Configuration], parameters: Parameters
) -> dict[Unit, list[LinkWeight]]:
    """For the CCMOCs of one outcome, in their order: part → its weighted links."""
    second = found[1].count.positive.bit_count() if len(found) > 1 else 0
    return {
        item.count.unit: sorted(
            _weights(item, second, parameters), key=lambda link: (link.order, link.fragment)
        )
        for item in found
    }


def _weights(item: Configuration, second: int, parameters: Parameters) -> Iterator[LinkWeight]:
    count, cells = item.count, item.count.cells
    tallies: dict[Cell, dict[int, int]] = {name: _by_study(getattr(cells, name)) for name in CELLS}
    sides = _sides(cells.positive, cells.negative)
    for name in CELLS:
        for row in getattr(cells, name):
            lone = _lone(row.studies, tallies[name])
            left = {cell: _number(count, cell) for cell in CELLS}
            left[name] -= lone.bit_count()
            yield LinkWeight(
                fragment=row.fragment,
                cell=name,
                pattern=_pattern(count, left) if lone else None,
                first=bool(
                    item.leading and name == "positive" and lone and left["positive"] < second
                ),
                contexts=tuple(_verdicts(row, name, sides, parameters)),
                alone=bool(lone) and _stronger(left) < 2 <= _stronger(_numbers(count)),
                studies=lone.bit_count(),
            )


def _numbers(count: Count) -> dict[Cell, int]:
    return {cell: _number(count, cell) for cell in CELLS}


def _number(count: Count, cell: Cell) -> int:
    studies: int = getattr(count, cell)
    return studies.bit_count()


def _stronger(numbers: Mapping[Cell, int]) -> int:
    return max(numbers["positive"], numbers["contradicting"])


def _pattern(count: Count, left: Mapping[Cell, int]) -> tuple[str, str | None] | None:
    after: str | None = "both" if left["contradicting"] else "occurs"
    if not left["positive"]:
        rest = "not_fired" if left["not_fired"] else None
        after = "fails" if left["contradicting"] else rest
    return None if after == count.pattern else (count.pattern, after)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def _by_study(rows: Iterable[Row]) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in rows:
        for bit in _bits(row.studies):
            found[bit] = found.get(bit, 0) + 1
    return found


def _lone(studies: int, tally: Mapping[int, int]) -> int:
    """Those of the studies that only one row brings."""
    return sum(bit for bit in _bits(studies) if tally[bit] == 1)


def _sides(positive: Iterable[Row], negative: Iterable[Row]) -> dict[str, Sides]:
    """Context → the studies of each side of its contrast, with the number of their rows."""
    found: dict[str, Sides] = {}
    for rows, sign in ((positive, "positive"), (negative, "negative")):
        for row in rows:
            for group, side in _stated(row, sign):
                tally = found.setdefault(group, {}).setdefault(side, {})
                for bit in _bits(row.studies):
                    tally[bit] = tally.get(bit, 0) + 1
    return found


def _stated(row: Row, sign: str) -> Iterator[tuple[str, str]]:
    if row.studies:
        yield from ((group, sign) for group in row.contexts)
        yield from ((group, f"{sign}_absent") for group in row.contexts_absent)


def _verdicts(
    row: Row, cell: Cell, sides: Mapping[str, Sides], parameters: Parameters
) -> Iterator[tuple[str, str, str | None]]:
    """Contexts of the row whose verdict would be another one: group, before, after."""
    sign = "positive" if cell == "positive" else "negative"
    for group, side in _stated(row, sign):
        tallies = sides[group]
        before = _contrast(tallies)
        gone = _lone(row.studies, tallies[side])
        if gone:
            after = _contrast(tallies, side, gone)
            old, new = before.verdict(parameters), _verdict(after, parameters)
            if old != new:
                yield group, old, new


def _contrast(tallies: Sides, side: str = "", gone: int = 0) -> Contrast:
    masks = {name: sum(tally) for name, tally in tallies.items()}
    if side:
        masks[side] &= ~gone
    return Contrast(**masks)


def _verdict(contrast: Contrast, parameters: Parameters) -> str | None:
    stands = contrast.positive | contrast.negative
    stands |= contrast.positive_absent | contrast.negative_absent
    return contrast.verdict(parameters) if stands else None
