"""CCMOCs as the command line shows them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.synthesis.domain.body import ORDER

FIELDS = (*ORDER, "hash")
"""The body of a CCMOC in the order of the method's section 7."""


INNER = {
    "studies": ("positive", "contradicting", "not_fired", "alternative", "mixed", "chain"),
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
    "failures": ("case", "explained_by"),
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


def shown_rows(items: Iterable[Mapping[str, Any]]) -> list[Sequence[Any]]:
    """One row per configuration for the table of `retroduct ccmocs`."""
    return [
        (
            f"{'* ' if item['leading'] else ''}{item['theory']}",
            item["outcome"],
            item["resource"] or "",
            item["response"] or "",
            len(item["studies"]["positive"]),
            len(item["studies"]["contradicting"]),
            "/".join(str(n) for n in item["supporting_share"]),
            item.get("state", "conjectured"),
        )
        for item in sorted(items, key=_place)
    ]


def _place(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Theories by number, outcomes by rank, configurations by support; ids decide ties."""
    digits = "".join(filter(str.isdigit, item["theory"]))
    return (
        int(digits or 0),
        item["theory"],
        item["outcome_rank"],
        not item["leading"],
        -len(item["studies"]["positive"]),
        item["id"],
    )


def contexts_shown(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The groups that fill the context slot, each with its verdict."""
    verdicts = {context["group"]: context["verdict"] for context in item["contexts"]}
    return [(group, verdicts[group]) for group in item["slot"]]
