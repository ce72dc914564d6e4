"""CCMOCs as the command line shows them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.loading.client import Api, segment
from services.synthesis.engine.body import ORDER
from shared.review.ccmoc_order import place
from shared.review.outcome_words import outcome_words
from shared.review.verdict_words import context_words

FIELDS = (*ORDER, "hash")
"""The body of a CCMOC in the order of the method's section 7."""


INNER = {
    "studies": (
        "positive",
        "contradicting",
        "not_fired",
        "alternative",
        "mixed",
        "inferred_positive",
        "inferred_contradicting",
    ),
    "slots": ("partner", "partner_tier", "contexts", "context_tier"),
    "partners": (
        "group",
        "tier",
        "positive",
        "negative",
        "chain",
        "own_positive",
        "own_negative",
    ),
    "contexts": (
        "group",
        "verdict",
        "grade",
        "positive",
        "negative",
        "positive_absent",
        "negative_absent",
        "trigger",
    ),
    "conjunctions": (
        "groups",
        "verdict",
        "grade",
        "positive",
        "negative",
        "positive_absent",
        "negative_absent",
    ),
    "failures": ("case", "open", "explained_by"),
    "explained_by": ("kind", "group"),
}
"""The keys of the parts of a body, in the same section's order."""


def body_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Body and content hash, without state, revision and times.

    Keys stand in one order whatever the database made of it (PostgreSQL's JSONB sorts them).
    """
    return {name: _in_order(name, item[name]) for name in FIELDS if name in item}


def revision_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One revision out of a history, its body in the same order of keys."""
    body = entry["body"]
    return {**entry, "body": None if body is None else body_of(body)}


def _in_order(name: str, value: Any) -> Any:
    """The value with its keys in the order of section 7; groups that are keys are sorted."""
    if isinstance(value, list):
        return [_in_order(name, part) for part in value]
    if not isinstance(value, dict):
        return value
    known = INNER.get(name, ())
    names = [key for key in known if key in value] + sorted(value.keys() - set(known))
    return {key: _in_order(key, value[key]) for key in names}


@dataclass(frozen=True, slots=True)
class ConfigurationLabels:
    """People's names for groups (theory → role → group → label), and undesired outcomes."""

    names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    undesired: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of(self, theory: str, role: str, group: str) -> str:
        """The label of a group; its id where there is none."""
        return self.names.get(theory, {}).get(role, {}).get(group) or group

    def outcome(self, item: Mapping[str, Any]) -> str:
        """A configuration's outcome as it went with the part that is counted."""
        said = self.of(item["theory"], "outcome", item["outcome"])
        return outcome_words(said, item["pattern"], undesired=self.is_undesired(item))

    def is_undesired(self, item: Mapping[str, Any]) -> bool:
        """Whether a configuration's outcome is counted as its prevention."""
        return item["outcome"] in self.undesired.get(item["theory"], ())


async def labels_of(api: Api, review: str) -> ConfigurationLabels:
    """The labels of a review's groups."""
    found = await api.get(f"/api/synthesis/reviews/{segment(review)}/labels")
    return ConfigurationLabels(found["labels"], found["undesired"])


def shown_rows(
    items: Iterable[Mapping[str, Any]], labels: ConfigurationLabels
) -> list[Sequence[Any]]:
    """One row per configuration for the table of `retroduct ccmocs`.

    Groups are shown by label, or by id where there is none.
    """
    return [
        (
            f"{'* ' if item['leading'] else ''}{item['theory']}",
            labels.outcome(item),
            item["role"],
            labels.of(item["theory"], f"mechanism_{item['role']}", item["mechanism"]),
            partner_shown(item, labels),
            _pattern(item),
            len(item["studies"]["positive"]),
            len(item["studies"]["contradicting"]),
            "/".join(str(n) for n in item["supporting_share"]),
            item.get("state", "conjectured").replace("_", " "),
        )
        for item in sorted(items, key=_place)
    ]


def _pattern(item: Mapping[str, Any]) -> str:
    """The pattern; what fails more often than it occurs says so."""
    positive, both = item["supporting_share"]
    said = str(item["pattern"]).replace("_", " ")
    return f"{said}, fails more often" if positive and both > 2 * positive else said


def partner_shown(item: Mapping[str, Any], labels: ConfigurationLabels) -> str:
    """What fills the slot of the other part, with its tier where no study states the link."""
    slots = item["slots"]
    if slots["partner"] is None:
        return ""
    role = "mechanism_response" if item["role"] == "resource" else "mechanism_resource"
    said = labels.of(item["theory"], role, slots["partner"])
    return said if slots["partner_tier"] == "stated" else f"{said} ({slots['partner_tier']})"


def _place(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Theories by number, then configurations as the method orders them."""
    digits = "".join(filter(str.isdecimal, item["theory"]))
    return int(digits or 0), item["theory"], *place(item)


def place_in_method(item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """The order of the method's section 7: theory, outcome, role, mechanism."""
    return item["theory"], item["outcome"], item["role"], item["mechanism"]


def contexts_shown(item: Mapping[str, Any], labels: ConfigurationLabels) -> list[tuple[str, str]]:
    """The labels of the groups that fill the context slot, each with its verdict and grade."""
    found = {context["group"]: context for context in item["contexts"]}
    return [
        (labels.of(item["theory"], "context", group), context_words(found[group]))
        for group in item["slots"]["contexts"]
    ]
