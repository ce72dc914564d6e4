"""People's names for groups, and the method's words for verdicts and explanations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.synthesis.engine.values import (
    CONTEXT,
    OUTCOME,
    PartRole,
    Review,
    Role,
    Term,
    Unit,
    part_unit,
)
from shared.review.outcome_words import outcome_words

EXPLANATIONS = {
    "disabling": "disabling context '{}'",
    "recurs_failing": "context '{}', which recurs with failures",
    "suspected": "context '{}'",
    "enabling_absent": "absence of context '{}'",
    "counter": "counter-mechanism '{}'",
    "not_fired": "'{}' did not fire",
}


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of one theory's groups; a group without one is told by its id.

    `undesired` holds the outcome groups that are counted as their avoidance.
    """

    names: Mapping[Unit, str]
    undesired: frozenset[str] = frozenset()

    def of(self, role: Role, group: str) -> str:
        """The label of a group in its role."""
        return self.names.get(Unit(role, group), group)

    def context(self, group: str) -> str:
        """The label of a context group."""
        return self.of(CONTEXT, group)

    def outcome(self, group: str) -> str:
        """The label of an outcome group."""
        return self.of(OUTCOME, group)

    def went(self, body: Mapping[str, Any]) -> str:
        """The outcome of a configuration as it went with the part that is counted."""
        outcome = str(body["outcome"])
        said, undesired = self.outcome(outcome), outcome in self.undesired
        return outcome_words(said, str(body.get("pattern", "")), undesired=undesired)

    def success(self, group: str) -> str:
        """What people wish for of an outcome group, in a sentence."""
        said = f"'{self.outcome(group)}'"
        return f"the prevention of {said}" if group in self.undesired else said

    def failure(self, group: str) -> str:
        """What people do not wish for of an outcome group, in a sentence."""
        said = f"'{self.outcome(group)}'"
        return said if group in self.undesired else f"the failure of {said}"

    def part(self, role: PartRole, group: str) -> str:
        """The label of a part of a mechanism."""
        return self.of(part_unit(role, group).role, group)

    def partner(self, role: PartRole, group: str) -> str:
        """The label of a partner of a part of that role."""
        return self.part("resource" if role == "response" else "response", group)

    def mechanism(self, group: str) -> str:
        """The label of a mechanism group of which only the id is said."""
        return self.names.get(part_unit("response", group)) or self.part("resource", group)

    def explained(self, reasons: Iterable[Mapping[str, Any]]) -> str:
        """Explanations of a failure, in words; empty where there is none."""
        return ", ".join(
            EXPLANATIONS[item["kind"]].format(
                self.mechanism(item["group"])
                if item["kind"] in ("counter", "not_fired")
                else self.context(item["group"])
            )
            for item in reasons
        )

    def terms(self, terms: Iterable[Term]) -> str:
        """Terms in words: `'Trust' is present and 'Retention' failed`."""
        return " and ".join(f"'{self.of(*term.unit)}' {_state(term)}" for term in terms)

    def expected(self, term: Term) -> str:
        """What a prediction expects: `'Retention' fails`, `'Trust' is present`."""
        if term.unit.role != OUTCOME:
            return self.terms([term])
        return f"'{self.of(*term.unit)}' {'occurs' if term.holds else 'fails'}"


def _state(term: Term) -> str:
    if term.unit.role == OUTCOME:
        return "occurred" if term.holds else "failed"
    return "is present" if term.holds else "is absent"


def labels_of(review: Review, theory: str) -> Labels:
    """The labels in the codebook of a theory."""
    book = review.codebooks.get(theory)
    groups = book.groups if book else ()
    return Labels(
        {Unit(item.role, item.id): item.label for item in groups if item.label},
        frozenset(item.id for item in groups if item.valence == "undesired"),
    )
