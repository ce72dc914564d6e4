"""What speaks for and against the arguments that people hold (section 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.synthesis.engine.body import Body, hashed
from services.synthesis.engine.evidence import Evidence
from services.synthesis.engine.statements import Cases, Joined
from services.synthesis.engine.values import OUTCOME, Argument, Prediction, Term, Unit

MECHANISMS = ("mechanism_resource", "mechanism_response")
FULLNESS = ("full", "partial", "bare")
SIDES = ("supports", "challenges")
PLAIN = ("boundary", "exceptions", "not_fired", "mixed")
ARGUMENT_ORDER = ("id", "theory", *SIDES, *PLAIN, "predictions", "studies", "fragments")


@dataclass(slots=True)
class ArgumentCases:
    """Sets of cases per list of an argument, and what the statements in the lists rest on.

    `alone` are fragments that stand alone, `joined` the cases of joined statements per part.
    """

    cases: Cases
    lists: dict[str, int] = field(default_factory=dict)
    studies: dict[str, set[str]] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    joined: dict[Unit, int] = field(default_factory=dict)

    def add(self, name: str, cases: int) -> int:
        """Cases stand in a list; answers these cases."""
        self.lists[name] = self.lists.get(name, 0) | cases
        return cases

    def rest_on(self, statements: Joined, cases: int) -> None:
        """Statements stand in a list in these cases."""
        if cases:
            for part in statements.parts:
                self.joined[part] = self.joined.get(part, 0) | cases

    def fragments(self) -> list[str]:
        """Ids of the rows of all statements that stand in a list, sorted."""
        found = {
            row.fragment
            for part, cases in self.joined.items()
            for row in self.cases.rows(part, cases)
        }
        return sorted(found | self.alone)

    def named(self, name: str) -> list[str]:
        """The cases of a list, sorted."""
        return self.cases.names.names(self.lists.get(name, 0))


def argument_bodies(evidence: Evidence, arguments: Iterable[Argument]) -> list[Body]:
    """The output of section 9 for arguments of one theory, in their order."""
    tables: dict[frozenset[str], Cases] = {}
    found = []
    for argument in arguments:
        gone = _left_out(evidence, argument)
        if gone not in tables:
            tables[gone] = Cases(row for row in evidence.rows if row.fragment not in gone)
        found.append(_body(argument, tables[gone]))
    return found


def _left_out(evidence: Evidence, argument: Argument) -> frozenset[str]:
    """Fragments whose link of a named part with the outcome people left out."""
    links = [evidence.left_out(argument.outcome, part) for part in argument.parts]
    return frozenset[str]().union(*links)


def _body(argument: Argument, cases: Cases) -> Body:
    found = ArgumentCases(cases)
    for statements in cases.joined(argument.parts):
        _weigh(argument, statements, found)
    for number, prediction in enumerate(argument.predictions):
        _test(argument, number, prediction, found)
    return hashed(
        {
            "id": argument.id,
            "theory": argument.theory,
            **{side: {how: found.named(f"{side} {how}") for how in FULLNESS} for side in SIDES},
            **{name: found.named(name) for name in PLAIN},
            "predictions": [
                {
                    "id": item.id,
                    "observed": found.named(f"observed {number}"),
                    "refuted": found.named(f"refuted {number}"),
                }
                for number, item in enumerate(argument.predictions)
            ],
            "studies": {side: sorted(found.studies.get(side, ())) for side in SIDES},
            "fragments": found.fragments(),
        }
    )


def _weigh(argument: Argument, statements: Joined, found: ArgumentCases) -> None:
    """In which lists of the argument statements with the same parts stand, in which cases."""
    parts, cases = argument.parts, found.cases
    absent = [cases.met(statements, Term(part, False)) for part in parts]
    listed = 0
    if len(parts) == 2 and parts[0] in statements.parts:
        listed |= found.add("not_fired", absent[1])
    if statements.parts.issuperset(parts):
        outcome = Unit(OUTCOME, argument.outcome)
        met = cases.met(statements, Term(outcome, argument.occurs))
        opposed = cases.met(statements, Term(outcome, not argument.occurs))
        mixed = met & opposed
        for mask in absent:
            mixed |= mask
        listed |= found.add("mixed", mixed) | met | opposed
        contexts = _Contexts(argument.contexts, statements, cases)
        found.add("exceptions", met & contexts.opposed)
        found.add("boundary", opposed & contexts.opposed)
        _take_sides(statements, (met, opposed), contexts, found)
    found.rest_on(statements, listed)


class _Contexts:
    """Cases of statements in which a context is opposed, in which all or any are met."""

    def __init__(self, contexts: Sequence[Term], statements: Joined, cases: Cases) -> None:
        self.opposed = self.any_met = 0
        self.all_met = statements.cases
        for term in contexts:
            met = cases.met(statements, term)
            against = cases.met(statements, Term(term.unit, not term.holds))
            self.opposed |= against & ~met
            self.any_met |= met & ~against
            self.all_met &= met & ~against


def _take_sides(
    statements: Joined, sides: tuple[int, int], contexts: _Contexts, found: ArgumentCases
) -> None:
    """Supports and challenges: outcome met or opposed, and no context opposed."""
    for side, cases in zip(SIDES, sides, strict=True):
        inside = cases & ~contexts.opposed
        found.add(f"{side} full", inside & contexts.all_met)
        found.add(f"{side} partial", inside & contexts.any_met & ~contexts.all_met)
        found.add(f"{side} bare", inside & ~contexts.any_met & ~contexts.all_met)
        if inside:
            studies = found.cases.studies(Joined(statements.parts, inside))
            found.studies.setdefault(side, set()).update(studies)


def _test(argument: Argument, number: int, prediction: Prediction, found: ArgumentCases) -> None:
    """Where a prediction is observed and where it is refuted."""
    cases, expected = found.cases, prediction.expected
    unexpected = Term(expected.unit, not expected.holds)
    asked = [term.unit for term in (*prediction.given, expected) if term.unit.role in MECHANISMS]
    parts = tuple(dict.fromkeys([*argument.parts, *asked]))
    both = {*argument.parts, Unit(OUTCOME, argument.outcome), expected.unit}
    for statements in cases.joined(parts):
        given = statements.cases
        for term in prediction.given:
            given &= cases.met(statements, term)
            if term.unit not in both:
                given &= ~cases.met(statements, Term(term.unit, not term.holds))
        if given:
            observed = found.add(f"observed {number}", given & cases.met(statements, expected))
            refuted = found.add(f"refuted {number}", given & cases.met(statements, unexpected))
            found.rest_on(statements, observed | refuted)
    for name, term in (("observed", expected), ("refuted", unexpected)):
        for row, places in cases.alone(parts, (*prediction.given, term)):
            found.add(f"{name} {number}", places)
            found.alone.add(row.fragment)
