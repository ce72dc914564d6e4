"""A theory's codebook: groups of codes, senses, levels and opposites.

Counting is at group level, so what a codebook says must be unambiguous: a code of a role is in
one group, opposites are groups of one role and opposite to each other. People set all of it.
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
    """The groups with each `opposite_of` written at both ends."""
    opposite = {g.group_id: g.opposite_of for g in groups if g.opposite_of}
    for group_id, other in list(opposite.items()):
        opposite.setdefault(str(other), group_id)
    return tuple(replace(g, opposite_of=opposite.get(g.group_id)) for g in groups)


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
    first: dict[tuple[str, str], str] = {}
    found = []
    for n, group in enumerate(groups):
        for m, code in enumerate(group.codes):
            seen = first.setdefault((group.role, code.code_id), f"{group.group_id}#{m}")
            if seen != f"{group.group_id}#{m}":
                sentence = (
                    f"code '{code.code_id}' is in group '{seen.rpartition('#')[0]}' and in group "
                    f"'{group.group_id}'; leave it in one of them"
                )
                found.append(CodebookProblem(f"groups[{n}].codes[{m}].id", sentence))
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
    found = []
    for n, group in enumerate(symmetric(groups)):
        if group.opposite_of:
            sentence = _opposite_problem(group, by_id.get(group.opposite_of), symmetric(groups))
            if sentence:
                found.append(CodebookProblem(f"groups[{n}].opposite_of", sentence))
    return found


def _opposite_problem(
    group: GroupState, other: GroupState | None, groups: Sequence[GroupState]
) -> str:
    """What is wrong with a group's opposite, as a sentence; empty: nothing."""
    if other is None:
        return f"'{group.opposite_of}' is no group of this codebook; name one that is"
    if other.group_id == group.group_id:
        return f"group '{group.group_id}' cannot be its own opposite"
    if other.role != group.role:
        return f"'{other.group_id}' is a {other.role}, not a {group.role}; opposites share a role"
    back = next(g.opposite_of for g in groups if g.group_id == other.group_id)
    if back != group.group_id:
        return f"'{other.group_id}' is the opposite of '{back}'; a group has one opposite"
    return ""
