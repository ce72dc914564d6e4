"""A theory's codebook as its page shows it: groups in their tree by role, codes below them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROLES = {
    "context": "Context",
    "mechanism_resource": "Mechanism: resource",
    "mechanism_response": "Mechanism: response",
    "outcome": "Outcome",
}
LEVELS = (("", "no level"), ("proximal", "proximal"), ("intermediate", "intermediate"),
          ("distal", "distal"))  # fmt: skip
VALENCES = (("", "not said"), ("desired", "desired"), ("undesired", "undesired"))
SEVERAL = "="
"""Chosen where a group is the opposite of several, which a form with one choice leaves alone."""
SENSES = (("same", "the sense of the group"), ("opposite", "the opposite sense"))

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """A group at its depth in the tree, with its codes as people see them."""

    group: Row
    depth: int
    codes: Sequence[Row]
    words: str

    @property
    def opposite(self) -> str:
        """What its form chooses as its opposite; several stay as they are."""
        named = opposites_of(self.group)
        return SEVERAL if len(named) > 1 else "".join(named)


def by_role(groups: Sequence[Row], codes: Iterable[Row]) -> dict[str, list[ShownGroup]]:
    """The groups of each role, every one below its parent; groups in a circle stand at the top."""
    known = {(one["role"], one["code_id"]): one for one in codes}
    labels = {group["id"]: group["label"] for group in groups}
    return {
        role: [
            ShownGroup(
                group=group,
                depth=depth,
                codes=_codes(group, known),
                words=words_of(group, labels),
            )
            for group, depth in tree([g for g in groups if g["role"] == role])
        ]
        for role in ROLES
    }


def tree(groups: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Groups with their depth, parents first, siblings by label."""
    ids = {group["id"] for group in groups}
    below: dict[str | None, list[Row]] = {}
    for group in sorted(groups, key=lambda g: (g["label"].casefold(), g["id"])):
        parent = group.get("parent")
        below.setdefault(parent if parent in ids else None, []).append(group)
    seen: set[str] = set()
    waiting = [(group, 0) for group in reversed(below.get(None, ()))]
    while waiting:
        group, depth = waiting.pop()
        if group["id"] not in seen:
            seen.add(group["id"])
            yield group, depth
            waiting += [(one, depth + 1) for one in reversed(below.get(group["id"], ()))]
    yield from ((group, 0) for group in groups if group["id"] not in seen)


def words_of(group: Row, labels: Mapping[str, str]) -> str:
    """What is said of a group beside its label: level, valence, two values, its opposites."""
    opposites = [labels[one] for one in opposites_of(group) if one in labels]
    said = (
        group.get("level") or "",
        group.get("valence") or "",
        "absence counts as its presence in the opposite sense" if group.get("two_valued") else "",
        f"opposite of {' and '.join(opposites)}" if opposites else "",
    )
    return ", ".join(word for word in said if word)


def opposites_of(group: Row) -> list[str]:
    """The keys of the groups that a group is the opposite of."""
    named = group.get("opposite_of") or []
    return [named] if isinstance(named, str) else list(named)


def _codes(group: Row, known: Mapping[tuple[str, str], Row]) -> list[Row]:
    """The codes of a group by label, each with its sense here and its fragments."""
    found = [
        {
            "code_id": member["id"],
            "label": member.get("label") or member["id"],
            "fragments": 0,
            **known.get((group["role"], member["id"]), {}),
            "sense": member.get("sense", "same"),
        }
        for member in group["codes"]
    ]
    return sorted(found, key=lambda one: (one["label"].casefold(), one["code_id"]))


def outside(theory: str, codes: Iterable[Row]) -> dict[str, list[Row]]:
    """Active codes that stand in no group of a theory, by role."""
    found: dict[str, list[Row]] = {}
    for one in codes:
        is_inside = any(place["theory"] == theory for place in one["places"])
        if one["status"] == "active" and not is_inside:
            found.setdefault(one["role"], []).append(one)
    return found


def group_options(groups: Iterable[Row], role: str = "", but: str = "") -> list[tuple[str, str]]:
    """Groups to choose from, by their key and label; of one role where it is given."""
    chosen = [g for g in groups if (not role or g["role"] == role) and g["id"] != but]
    named = sorted(chosen, key=lambda g: (g["role"], g["label"].casefold()))
    return [(g["id"], g["label"] if role else f"{ROLES[g['role']]}: {g['label']}") for g in named]
