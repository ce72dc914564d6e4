"""What makes a theory's codebook ambiguous, and the codebook without it."""

from collections.abc import Iterable

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
    """Note what is there twice, opposites that are none, outcomes with two values; leave it out."""
    place = f"programme_theories.{theory}"
    kept: dict[str, list[Group]] = {role: [] for role in ROLES}
    seen: set[str] = set()
    for role, group in groups_of(book):
        if group.group_id in seen:
            what = f"holds group '{group.group_id}' twice"
            problems.add(FILE, what, "give each group its own id", field=place)
            continue
        seen.add(group.group_id)
        if group.two_valued and role == "outcome":
            what = "is an outcome; only contexts and mechanisms can be two-valued"
            field = f"{place}.{group.group_id}.two_valued"
            problems.add(FILE, what, "leave two_valued out", field=field)
            group = group.model_copy(update={"two_valued": False})
        kept[role].append(group)
    for role, groups in kept.items():
        plain = _codes_once(groups, place, problems)
        kept[role] = [_opposite_checked(g, role, plain, place, problems) for g in plain]
    return book.model_copy(update={role: tuple(groups) for role, groups in kept.items()})


def _codes_once(groups: list[Group], place: str, problems: Problems) -> list[Group]:
    """The groups with every code once in each group that holds it."""
    kept = []
    for group in groups:
        codes = {}
        for code in group.codes:
            if code.code_id in codes:
                what = f"holds code '{code.code_id}' twice"
                problems.add(FILE, what, "leave it there once", field=f"{place}.{group.group_id}")
                continue
            codes[code.code_id] = code
        kept.append(group.model_copy(update={"codes": tuple(codes.values())}))
    return kept


def _opposite_checked(
    group: Group, role: str, same_role: list[Group], place: str, problems: Problems
) -> Group:
    """The group, without an `opposite_of` that names no other group of its role."""
    known = {g.group_id for g in same_role} - {group.group_id}
    kept = tuple(name for name in group.opposites if name in known)
    for name in group.opposites:
        if name not in known:
            what = f"names '{name}', which is no other {role} group"
            remedy = "name another group of the same role and theory"
            field = f"{place}.{group.group_id}.opposite_of"
            problems.add(FILE, what, remedy, field=field)
    return group.model_copy(
        update={"opposite_of": kept if len(kept) > 1 else next(iter(kept), None)}
    )
