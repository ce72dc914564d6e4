"""The evidence of one theory: its rows, indexed for counting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.synthesis.engine.judgements import Left, left_out, links_left_out
from services.synthesis.engine.presence import Codex, compiled
from services.synthesis.engine.rows import Index, Row, rows_of
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
    def by_mechanism(self) -> Mapping[Unit, Sequence[Row]]:
        """Rows in which a part of a mechanism is present."""
        found: dict[Unit, list[Row]] = {}
        for row in self.rows:
            for unit in row.mechanisms:
                found.setdefault(unit, []).append(row)
        return found

    def left_out(self, outcome: str, unit: Unit) -> frozenset[str]:
        """Fragments whose link of the part with the outcome people left out."""
        return self.left.get((outcome, unit), NONE) if self.left else NONE

    def present(self, outcome: str, unit: Unit) -> Sequence[Row]:
        """Rows in which the part is present, links that were left out aside."""
        rows = self.by_mechanism.get(unit, ())
        gone = self.left_out(outcome, unit)
        return [row for row in rows if row.fragment not in gone] if gone else rows

    def level(self, outcome: str) -> Level:
        """The level of an outcome group; `unset` for a code that is its own group."""
        group = self.codex.groups.get(Unit("outcome", outcome))
        return group.level if group else "unset"


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
