"""What a fragment is to configurations and arguments, as the fields of its form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

RELATIONS = {"supports": "supports", "refines": "refines", "contradicts": "contradicts"}
"""What a fragment may be to a configuration or an argument, in words."""
MARK = "relations"
"""A field by which a form says that it shows relations; others leave them as they are."""


class Chain(Protocol):
    """A configuration, as far as its name goes."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def resource(self) -> str | None:
        """Its resource."""

    @property
    def response(self) -> str | None:
        """Its response."""

    @property
    def outcome_words(self) -> str:
        """Its outcome, as it went."""


def fields_of(relations: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The fields that show a fragment's relations for editing."""
    found = {MARK: "shown"}
    for n, one in enumerate(relations):
        found |= {f"r{n}_to": f"{one['kind']}/{one['id']}", f"r{n}_relation": one["relation"]}
    return found


def rows_of(form: Mapping[str, Any]) -> list[dict[str, str]]:
    """The relations that a form lists already: to what (`ccmoc/<id>`), and which."""
    rows: list[dict[str, str]] = []
    while form.get(f"r{len(rows)}_to"):
        names = ("to", "relation")
        rows.append({name: str(form.get(f"r{len(rows)}_{name}", "")) for name in names})
    return rows


def relations_of(
    form: Mapping[str, str], before: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The relations as the form says them; those that were `before`, where it shows none.

    One to nothing, or without a relation, is taken away; the last word on a thing counts.
    """
    if not form.get(MARK):
        return list(before)
    rows = [*rows_of(form), {"to": form.get("relate_to", ""), "relation": form.get("relate", "")}]
    said = {row["to"]: row["relation"] for row in rows if row["to"]}
    found: list[Mapping[str, Any]] = []
    for to, relation in said.items():
        kind, _, thing = to.partition("/")
        if relation and thing:
            found.append({"kind": kind, "id": thing, "relation": relation})
    return found


def choices(
    configurations: Iterable[Chain], arguments: Iterable[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """What a fragment can be related to, each as its field's value and its words."""
    found = [(f"ccmoc/{one.id}", _chain(one)) for one in configurations]
    return found + [
        (f"argument/{one['id']}", f"Argument: {one['in_words']['argument']}")
        for one in arguments
        if one["status"] != "retired"
    ]


def _chain(one: Chain) -> str:
    parts = (one.resource, one.response, one.outcome_words)
    return f"Configuration: {' → '.join(part for part in parts if part)}"
