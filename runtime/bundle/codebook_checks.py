"""What makes a theory's codebook ambiguous, and the codebook without it."""

from collections.abc import Iterable
from typing import Any

from runtime.bundle.model.evidence import Group, TheoryCodebook
from runtime.bundle.problems import Problems

ROLES = ("context", "mechanism_resource", "mechanism_response", "outcome")
FILE = "codebook.json"


def groups_of(book: TheoryCodebook) -> Iterable[tuple[str, Group]]:
    """Every group of a theory with its role."""
    for role in ROLES:
        for group in getattr(book, role):
            yield role, group


def checked_codebook(theory: str, book: TheoryCodebook, problems: Problems) -> TheoryCodebook:
    """Note groups and codes that are there twice, and opposites that are none; leave them out."""
    place = f"programme_theories.{theory}"
    kept: dict[str, list[Group]] = {role: [] for role in ROLES}
    seen: set[str] = set()
    for role, group in groups_of(book):
        if group.group_id in seen:
            what = f"holds group '{group.group_id}' twice"
            problems.add(FILE, what, "give each group its own id", field=place)
            continue
        seen.add(group.group_id)
        kept[role].append(group)
    opposite = {group.group_id: group.opposite_of for _, group in groups_of(book)}
    for role, groups in kept.items():
        plain = _codes_once(role, groups, place, problems)
        kept[role] = [_opposite_checked(g, role, plain, opposite, place, problems) for g in plain]
    return book.model_copy(update={role: tuple(groups) for role, groups in kept.items()})


def _codes_once(role: str, groups: list[Group], place: str, problems: Problems) -> list[Group]:
    """The groups with every code in the first group that holds it."""
    first: dict[str, str] = {}
    kept = []
    for group in groups:
        codes = []
        for code in group.codes:
            if code.code_id in first:
                what = f"holds code '{code.code_id}', which {first[code.code_id]} holds already"
                remedy = f"leave it in one {role} group"
                problems.add(FILE, what, remedy, field=f"{place}.{group.group_id}")
                continue
            first[code.code_id] = group.group_id
            codes.append(code)
        kept.append(group.model_copy(update={"codes": tuple(codes)}))
    return kept


def _opposite_checked(
    group: Group,
    role: str,
    same_role: list[Group],
    opposite: dict[str, Any],
    place: str,
    problems: Problems,
) -> Group:
    """The group, without an `opposite_of` that names no other group of its role, or a taken one."""
    other = group.opposite_of
    if other is None:
        return group
    known = {g.group_id for g in same_role} - {group.group_id}
    if other in known and opposite.get(other) in {None, group.group_id}:
        return group
    what = f"names '{other}', which is no {role} group that is free to be its opposite"
    remedy = "name another group of the same role and theory, each group in one pair"
    problems.add(FILE, what, remedy, field=f"{place}.{group.group_id}.opposite_of")
    return group.model_copy(update={"opposite_of": None})
