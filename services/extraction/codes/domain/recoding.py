"""What commands on codes do to groups and to fragments; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from shared.events.extraction import CodeState, Element, FragmentState, GroupState


def recoded(fragment: FragmentState, role: str, old: str, new: str) -> FragmentState:
    """The fragment with one code of a role in place of another; twice the same is said once."""
    elements = [
        replace(e, code_id=new) if (e.role, e.code_id) == (role, old) else e
        for e in fragment.elements
    ]
    return replace(fragment, elements=tuple(dict.fromkeys(elements)))


def without_code(groups: Iterable[GroupState], role: str, code_id: str) -> tuple[GroupState, ...]:
    """The groups without a code of a role."""
    return tuple(
        replace(g, codes=tuple(c for c in g.codes if c.code_id != code_id)) if g.role == role else g
        for g in groups
    )


def with_code(
    groups: Iterable[GroupState], group_id: str, code: CodeState
) -> tuple[GroupState, ...]:
    """The groups with a code at the end of one of them."""
    return tuple(
        replace(g, codes=(*g.codes, code)) if g.group_id == group_id else g for g in groups
    )


def with_membership(
    groups: Iterable[GroupState], role: str, member: str, /, **changes: str
) -> tuple[GroupState, ...]:
    """The groups with something else said of a code where it is a member."""
    return tuple(
        replace(
            g,
            codes=tuple(replace(c, **changes) if c.code_id == member else c for c in g.codes),
        )
        if g.role == role
        else g
        for g in groups
    )


def membership(groups: Iterable[GroupState], role: str, code_id: str) -> CodeState | None:
    """What a codebook says of a code."""
    return next(
        (c for g in groups if g.role == role for c in g.codes if c.code_id == code_id), None
    )


def merged_groups(
    groups: Iterable[GroupState], role: str, gone: str, kept: str
) -> tuple[GroupState, ...]:
    """The groups after a code went into another, which takes its place where it is not yet."""
    return tuple(_merged(g, gone, kept) if g.role == role else g for g in groups)


def _merged(group: GroupState, gone: str, kept: str) -> GroupState:
    is_there = any(code.code_id == kept for code in group.codes)
    codes = tuple(
        replace(code, code_id=kept) if code.code_id == gone else code
        for code in group.codes
        if not (is_there and code.code_id == gone)
    )
    return replace(group, codes=codes)


def is_above(groups: Sequence[GroupState], group_id: str, other: str) -> bool:
    """Whether a group is another one, or stands above it in the tree."""
    parents = {g.group_id: g.parent for g in groups}
    at: str | None = other
    seen: set[str] = set()
    while at is not None and at not in seen:
        if at == group_id:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def coded_since(
    versions: Sequence[tuple[int, Sequence[Element]]], role: str, code_id: str
) -> int | None:
    """The version from which a fragment has the code without break; None: it has it not.

    `versions` are `(number, elements)`, oldest first.
    """
    since: int | None = None
    for number, elements in versions:
        if any((e.role, e.code_id) == (role, code_id) for e in elements):
            since = number if since is None else since
        else:
            since = None
    return since


def split_problem(parts: Sequence[Mapping[str, object]], coded: Collection[str]) -> str:
    """Why fragments cannot be shared out like that, as a sentence; empty: they can."""
    named = [str(f) for part in parts for f in _fragments(part)]
    strange = sorted(set(named) - set(coded))
    if strange:
        return f"fragment '{strange[0]}' is not coded with this code; leave it out"
    twice = sorted({f for f in named if named.count(f) > 1})
    if twice:
        return f"fragment '{twice[0]}' goes to two of the new codes; name it once"
    return ""


def _fragments(part: Mapping[str, object]) -> Iterable[object]:
    found = part.get("fragments", ())
    return found if isinstance(found, list | tuple) else ()
