"""A theory's codebook: groups of codes, senses, levels and opposites.

Counting is at group level. A code may be in several groups of its role, once in each; opposites
are groups of one role and opposite to each other. People set all of it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain

from shared.events.extraction import CodeState, GroupState

ROLES = ("context", "mechanism_resource", "mechanism_response", "outcome")
SENSES = ("same", "opposite")
SENSE_BY = ("person", "import_rule")
LEVELS = ("proximal", "intermediate", "distal")
VALENCES = ("desired", "undesired")


@dataclass(frozen=True, slots=True)
class CodebookProblem:
    """One thing that makes a codebook ambiguous; `field` names where."""

    field: str
    sentence: str


def problems(groups: Sequence[GroupState]) -> list[CodebookProblem]:
    """Everything that keeps these groups from being a codebook; empty: it is one."""
    found: list[CodebookProblem] = []
    found += _repeated_groups(groups)
    found += _repeated_codes(groups)
    found += chain.from_iterable(_word_problems(n, group) for n, group in enumerate(groups))
    found += _opposite_problems(groups)
    return found


def symmetric(groups: Sequence[GroupState]) -> tuple[GroupState, ...]:
    """The groups with each opposite written at both ends."""
    linked: dict[str, set[str]] = {}
    for group in groups:
        for other in opposites_of(group):
            linked.setdefault(group.group_id, set()).add(other)
            linked.setdefault(other, set()).add(group.group_id)
    return tuple(_with_opposites(group, linked.get(group.group_id, set())) for group in groups)


def opposites_of(group: GroupState) -> tuple[str, ...]:
    """The groups that a group names as its opposites, sorted."""
    return tuple(sorted({*group.opposites, *([group.opposite_of] if group.opposite_of else [])}))


def _with_opposites(group: GroupState, others: set[str]) -> GroupState:
    every = tuple(sorted(others))
    first = group.opposite_of or next(iter(every), None)
    return replace(group, opposite_of=first, opposites=every if len(every) > 1 else ())


def codebook_hash(groups: Iterable[GroupState]) -> str:
    """Identity of a codebook's content: the order of groups and codes does not matter."""
    lines = sorted(repr(replace(g, codes=tuple(sorted(g.codes, key=_code_id)))) for g in groups)
    return sha256("\n".join(lines).encode()).hexdigest()


def unchecked(groups: Iterable[GroupState]) -> list[str]:
    """Codes whose sense an import rule set and no person has confirmed, sorted."""
    return sorted(c.code_id for g in groups for c in g.codes if c.sense_by == "import_rule")


def group_of(groups: Iterable[GroupState], role: str, code_id: str) -> str:
    """The group of a code; an ungrouped code is a group of its own."""
    for group in groups:
        if group.role == role and any(c.code_id == code_id for c in group.codes):
            return group.group_id
    return code_id


def _code_id(code: CodeState) -> str:
    return code.code_id


def _repeated_groups(groups: Sequence[GroupState]) -> list[CodebookProblem]:
    counts = Counter(group.group_id for group in groups)
    return [
        CodebookProblem(
            f"groups[{n}].id", f"group '{group.group_id}' is there twice; give each its own id"
        )
        for n, group in enumerate(groups)
        if counts[group.group_id] > 1
    ]


def _repeated_codes(groups: Sequence[GroupState]) -> list[CodebookProblem]:
    found = []
    for n, group in enumerate(groups):
        seen: set[str] = set()
        for m, code in enumerate(group.codes):
            if code.code_id in seen:
                sentence = (
                    f"code '{code.code_id}' is in group '{group.group_id}' twice; leave it there "
                    "once"
                )
                found.append(CodebookProblem(f"groups[{n}].codes[{m}].id", sentence))
            seen.add(code.code_id)
    return found


def _word_problems(n: int, group: GroupState) -> list[CodebookProblem]:
    """Words outside their list, and what only outcomes, or no outcomes, can have."""
    where = f"groups[{n}]"
    found = [
        *_outside(f"{where}.role", "role", group.role, ROLES),
        *_outside(f"{where}.level", "level", group.level, (*LEVELS, None)),
        *_outside(f"{where}.valence", "valence", group.valence, (*VALENCES, None)),
    ]
    if group.valence is not None and group.role != "outcome":
        sentence = f"group '{group.group_id}' is no outcome; only outcomes have a valence"
        found.append(CodebookProblem(f"{where}.valence", sentence))
    if group.two_valued and group.role == "outcome":
        sentence = f"group '{group.group_id}' is an outcome; only contexts and mechanisms can be"
        found.append(CodebookProblem(f"{where}.two_valued", f"{sentence} two-valued"))
    if group.level is not None and group.role != "outcome":
        sentence = f"group '{group.group_id}' is no outcome; only outcomes have a level"
        found.append(CodebookProblem(f"{where}.level", sentence))
    for m, code in enumerate(group.codes):
        found += _outside(f"{where}.codes[{m}].sense", "sense", code.sense, SENSES)
        found += _outside(f"{where}.codes[{m}].sense_by", "sense_by", code.sense_by, SENSE_BY)
    return found


def _outside(
    field: str, word: str, value: str | None, allowed: Sequence[str | None]
) -> list[CodebookProblem]:
    if value in allowed:
        return []
    choices = ", ".join(a for a in allowed if a)
    return [CodebookProblem(field, f"{word} '{value}' is unknown; use one of {choices}")]


def _opposite_problems(groups: Sequence[GroupState]) -> list[CodebookProblem]:
    by_id = {group.group_id: group for group in groups}
    return [
        CodebookProblem(f"groups[{n}].opposite_of", sentence)
        for n, group in enumerate(groups)
        for other in opposites_of(group)
        if (sentence := _opposite_problem(group, other, by_id.get(other)))
    ]


def _opposite_problem(group: GroupState, name: str, other: GroupState | None) -> str:
    """What is wrong with an opposite of a group, as a sentence; empty: nothing."""
    if other is None:
        return f"'{name}' is no group of this codebook; name one that is"
    if other.group_id == group.group_id:
        return f"group '{group.group_id}' cannot be its own opposite"
    if other.role != group.role:
        return f"'{other.group_id}' is a {other.role}, not a {group.role}; opposites share a role"
    return ""
