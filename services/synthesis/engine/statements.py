"""Statements of cases: what the rows of one case say together (section 9).

Rows of a case join where the same part of a mechanism is present in both, of the parts that an
argument or a prediction names; a statement is a maximal set of joined rows. A row in which none
of these is present stands alone. Rows of different cases never join.

So a joined statement is a case with the parts that meet in it. All statements with the same
parts are handled at once, as a set of cases: such a statement says a term in exactly those
cases in which a row says it together with one of the parts.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.synthesis.engine.rows import Row
from services.synthesis.engine.sets import Bits, union
from services.synthesis.engine.values import Term, Unit


class Joined(NamedTuple):
    """The statements in which these `parts`, and no others that were asked for, meet.

    `cases` is a set of cases, one statement in each.
    """

    parts: frozenset[Unit]
    cases: int


class Cases:
    """The rows of a theory that count, by what they say in which case."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.names = Bits[str]()
        self._rows: list[tuple[Row, int]] = []
        self._saying: dict[Term, int] = {}
        self._beside: dict[Unit, dict[Term, int]] = {}
        self._present: dict[Unit, list[tuple[Row, int]]] = {}
        self._studies: dict[str, set[str]] = {}
        for row in rows:
            if row.entries:
                self._add(row, self.names.mask([entry.case for entry in row.entries]))

    def _add(self, row: Row, cases: int) -> None:
        bit = 1 << len(self._rows)
        self._rows.append((row, cases))
        for entry in row.entries:
            self._studies.setdefault(entry.case, set()).add(entry.study)
        terms = [Term(unit, sign) for unit, sign in row.signs.items()]
        for term in terms:
            self._saying[term] = self._saying.get(term, 0) | bit
        for part in row.mechanisms:
            self._present.setdefault(part, []).append((row, cases))
            beside = self._beside.setdefault(part, {})
            for term in terms:
                beside[term] = beside.get(term, 0) | cases

    def _together(self, part: Unit, term: Term) -> int:
        """Cases in which a row has the part present and says the term."""
        beside = self._beside.get(part)
        return beside.get(term, 0) if beside else 0

    def joined(self, parts: Sequence[Unit]) -> list[Joined]:
        """All statements in which one of the parts is present, by the parts that meet in them."""
        found = {frozenset([part]): self._together(part, Term(part, True)) for part in parts}
        for number, part in enumerate(parts):
            for other in parts[number + 1 :]:
                if linked := self._together(part, Term(other, True)):
                    _join(found, part, other, linked)
        return [Joined(meeting, cases) for meeting, cases in found.items() if cases]

    def met(self, statements: Joined, term: Term) -> int:
        """The cases of statements that have a group with a sign, whatever else they say of it."""
        return statements.cases & union([self._together(part, term) for part in statements.parts])

    def alone(self, parts: Iterable[Unit], terms: Iterable[Term]) -> list[tuple[Row, int]]:
        """Rows that say all of the terms and stand alone, with their cases."""
        rows = (1 << len(self._rows)) - 1
        for term in terms:
            rows &= self._saying.get(term, 0)
        for part in parts:
            rows &= ~self._saying.get(Term(part, True), 0)
        found = []
        while rows:
            lowest = rows & -rows
            found.append(self._rows[lowest.bit_length() - 1])
            rows ^= lowest
        return found

    def rows(self, part: Unit, cases: int) -> list[Row]:
        """The rows of cases in which the part is present: all of one statement in each."""
        return [row for row, own in self._present.get(part, ()) if own & cases]

    def studies(self, statements: Joined) -> set[str]:
        """The studies of K of the rows of statements, in these cases."""
        found: set[str] = set()
        for case in self.names.names(statements.cases):
            studies = self._studies[case]
            if len(studies) > 1:
                studies = self._studies_in(statements, case)
            found |= studies
        return found

    def _studies_in(self, statements: Joined, case: str) -> set[str]:
        """Of a case under several studies those that the rows of its statement have there."""
        only = self.names.mask([case])
        return {
            entry.study
            for part in statements.parts
            for row in self.rows(part, only)
            for entry in row.entries
            if entry.case == case
        }


def _join(found: dict[frozenset[Unit], int], one: Unit, other: Unit, linked: int) -> None:
    """Statements with `one` and with `other` become one in the cases of `linked`."""
    for left, left_cases in list(found.items()):
        if one not in left or other in left:
            continue
        for right, right_cases in list(found.items()):
            if other in right and one not in right:
                common = left_cases & right_cases & linked
                if common:
                    found[left | right] = found.get(left | right, 0) | common
                    found[left] &= ~common
                    found[right] &= ~common
