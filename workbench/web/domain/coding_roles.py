"""Roles that fragments are coded in, and the codes of each that a coder chooses from."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

ROLES = {
    "context": "Context",
    "mechanism_resource": "Resource",
    "mechanism_response": "Response",
    "outcome": "Outcome",
}
EXTRA = {"intervention": "Intervention", "actor": "Actor", "strategy": "Strategy"}
"""Roles that the coding schemas ICAMO and SCMO add: coded and shown, never counted."""
EVERY = {**ROLES, **EXTRA}
_PRESENCE = ("present", "absent", "not_stated")
STATES = dict.fromkeys(EVERY, _PRESENCE) | {
    "outcome": ("occurred", "failed", "reversed", "not_stated")
}
CSS = {
    "context": "c",
    "mechanism_resource": "mr",
    "mechanism_response": "ms",
    "outcome": "o",
    "intervention": "i",
    "actor": "a",
    "strategy": "s",
}
MARKS = {**CSS, "strategy": "strategy"}
"""How passages of a role are marked in the text, where a sentence is an `s`."""
Group = Mapping[str, Any]


def offered(roles: Collection[str]) -> dict[str, str]:
    """The roles of a coding schema as people see them, those that are counted first."""
    return {role: words for role, words in EVERY.items() if role in roles}


def choices(book: Mapping[str, Any], role: str) -> Sequence[Group]:
    """The groups of a role with their codes in use; last the codes that stand in no group."""
    groups = [
        {**group, "codes": [c for c in group["codes"] if c.get("status", "active") == "active"]}
        for group in book.get("groups", ())
        if group["role"] == role
    ]
    loose = [{**one, "sense": "same"} for one in book.get("loose", ()) if one["role"] == role]
    if not loose:
        return groups
    return [*groups, {"id": "", "label": group_of_loose(role), "role": role, "codes": loose}]


def group_of_loose(role: str) -> str:
    """What codes of a role that stand in no group are listed under."""
    return "in no group" if role in ROLES else "all"


def labels_of(book: Mapping[str, Any]) -> dict[str, str]:
    """Labels of the codes of a theory's codebook, and of those in no group."""
    members = [code for group in book.get("groups", ()) for code in group["codes"]]
    return {code["id"]: code["label"] or code["id"] for code in (*members, *book.get("loose", ()))}
