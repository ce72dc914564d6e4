"""The evidence of one theory: its rows, indexed for counting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.synthesis.engine.judgements import Left, left_out, links_left_out
from services.synthesis.engine.presence import Codex, compiled
from services.synthesis.engine.rows import Index, Row, rows_of
from services.synthesis.engine.sets import union
from services.synthesis.engine.sources import SourceReader
from services.synthesis.engine.values import (
    Codebook,
    Fragment,
    Level,
    Parameters,
    Pin,
    Review,
    Unit,
)

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """One theory, ready for counting. `left` are the links that people judged away."""

    theory: str
    rows: Sequence[Row]
    index: Index
    codex: Codex
    left: Left
    pin: Pin | None
    parameters: Parameters

    @cached_property
    def by_outcome(self) -> Mapping[str, Sequence[Row]]:
        """Rows that state an outcome group with a sign."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            for group in (*row.occurred, *row.failed):
                found.setdefault(group, []).append(row)
        return found

    @cached_property
    def _by_mechanism(self) -> Mapping[Unit, "Present"]:
        found: dict[Unit, list[Row]] = {}
        for row in self.rows:
            for unit in row.mechanisms:
                found.setdefault(unit, []).append(row)
        return {unit: present_rows(unit, rows) for unit, rows in found.items()}

    def left_out(self, outcome: str, unit: Unit) -> frozenset[str]:
        """Fragments whose link of the part with the outcome people left out."""
        return self.left.get((outcome, unit), NONE) if self.left else NONE

    def present(self, outcome: str, unit: Unit) -> "Present":
        """Rows in which the part is present, links that were left out aside."""
        present = self._by_mechanism.get(unit, NOWHERE)
        gone = self.left_out(outcome, unit)
        if gone:
            return present_rows(unit, [row for row in present.rows if row.fragment not in gone])
        return present

    def level(self, outcome: str) -> Level:
        """The level of an outcome group; `unset` for a code that is its own group."""
        group = self.codex.groups.get(Unit("outcome", outcome))
        return group.level if group else "unset"


@dataclass(frozen=True, slots=True)
class Chain:
    """Rows in which a part and a partner are both present, with their studies and cases.

    `only_fails`: all of them state a failed outcome and no occurred one.
    """

    rows: Sequence[Row]
    studies: int
    places: int
    only_fails: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Rows in which a part is present; the chains to its partners; its rows with a context."""

    rows: Sequence[Row]
    chains: Mapping[Unit, Chain]
    with_context: Sequence[Row]
    with_partner: frozenset[str]


NOWHERE = Present((), {}, (), frozenset())


def present_rows(unit: Unit, rows: Sequence[Row]) -> Present:
    """What the rows in which a part is present say of partners and contexts."""
    chains: dict[Unit, list[Row]] = {}
    for row in rows:
        for other in row.mechanisms:
            if other.role != unit.role:
                chains.setdefault(other, []).append(row)
    return Present(
        rows,
        {other: _chain(linking) for other, linking in chains.items()},
        [row for row in rows if row.contexts],
        frozenset([row.fragment for linking in chains.values() for row in linking]),
    )


def _chain(rows: Sequence[Row]) -> Chain:
    return Chain(
        rows,
        union([row.studies for row in rows]),
        union([row.places for row in rows]),
        all(row.only_fails for row in rows),
    )


def evidences(review: Review, theories: Iterable[str]) -> Iterator[Evidence]:
    """The evidence of each theory in turn; only one is held at a time."""
    sources = SourceReader(review)
    links = links_left_out(review)
    members = fragments_by_theory(review.fragments.values())
    wanted = list(theories)
    books = {*wanted, *review.codebooks}
    codexes = {name: compiled(review.codebooks.get(name) or Codebook()) for name in books}
    for theory in wanted:
        fragments = members.get(theory, [])
        index = Index()
        yield Evidence(
            theory=theory,
            rows=rows_of(fragments, theory, codexes, sources, index),
            index=index,
            codex=codexes[theory],
            left=left_out(links, theory, fragments, sources),
            pin=review.pins.get(theory),
            parameters=review.parameters,
        )


def fragments_by_theory(fragments: Iterable[Fragment]) -> dict[str, list[Fragment]]:
    """Fragments under each theory that they name, once each."""
    found: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        for theory in dict.fromkeys(fragment.theories):
            found.setdefault(theory, []).append(fragment)
    return found
