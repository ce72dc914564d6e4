"""Commands on groups, one act each: make, name and describe, place in the tree, take away."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.extraction.codebook.domain import opposites_of
from services.extraction.codes.domain.recoding import is_above
from services.extraction.codes.handlers.acting import Act, begin
from shared.db import Tx
from shared.events.extraction import GroupState
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import new_id


class GroupHoldsCodes(Conflict):
    """A group is taken away only when it is empty."""

    title = "The group is not empty"


async def create_group(
    review_id: str, theory_id: str, said: Mapping[str, Any], tx: Tx
) -> dict[str, Any]:
    """Make a group of a role in a theory's codebook; its id is the product's."""
    act = await begin(review_id, tx)
    groups = await act.groups(theory_id)
    group = GroupState(group_id=new_id(), **said)
    _refuse_parent(groups, group, group.parent)
    await act.put_groups(theory_id, [*groups, group])
    done = await act.end("create_group", f"Group '{group.label}' made in {theory_id}")
    return {**done, "group": group.group_id}


async def change_group(
    review_id: str, theory_id: str, group_id: str, said: Mapping[str, Any], tx: Tx
) -> dict[str, Any]:
    """Another label, description, level, valence, opposite or place in the tree."""
    act = await begin(review_id, tx)
    groups = await act.groups(theory_id)
    group = _known(act, groups, theory_id, group_id)
    other = {"opposites": (), **said} if "opposite_of" in said else said
    changed = replace(group, **other)
    _refuse_parent(groups, changed, changed.parent)
    others = [_apart(g, group, changed) for g in groups]
    await act.put_groups(theory_id, [changed if g.group_id == group_id else g for g in others])
    names = ", ".join(sorted(name for name in said if getattr(group, name) != said[name]))
    summary = f"Group '{changed.label}' of {theory_id}: {names or 'nothing'} changed"
    return await act.end("change_group", summary)


async def remove_group(review_id: str, theory_id: str, group_id: str, tx: Tx) -> dict[str, Any]:
    """Take an empty group away; what stood below it stands where it stood."""
    act = await begin(review_id, tx)
    groups = await act.groups(theory_id)
    group = _known(act, groups, theory_id, group_id)
    if group.codes:
        raise GroupHoldsCodes(
            f"Group '{group.label}' holds {len(group.codes)} codes; move them first."
        )
    left = [
        replace(
            g,
            parent=group.parent if g.parent == group_id else g.parent,
        )
        for g in (_without_opposite(g, group_id) for g in groups)
        if g.group_id != group_id
    ]
    await act.put_groups(theory_id, left)
    return await act.end("remove_group", f"Group '{group.label}' of {theory_id} taken away")


def _apart(other: GroupState, before: GroupState, after: GroupState) -> GroupState:
    """A group that is no longer the opposite of one that changed its opposite."""
    is_left = before.group_id in opposites_of(other) and other.group_id not in opposites_of(after)
    return _without_opposite(other, before.group_id) if is_left else other


def _without_opposite(group: GroupState, gone: str) -> GroupState:
    left = tuple(other for other in opposites_of(group) if other != gone)
    if left == opposites_of(group):
        return group
    first = left[0] if left else None
    return replace(group, opposite_of=first, opposites=left if len(left) > 1 else ())


def _known(act: Act, groups: tuple[GroupState, ...], theory: str, group_id: str) -> GroupState:
    group = next((g for g in groups if g.group_id == group_id), None)
    if group is None:
        raise NotFound(f"The codebook of {theory} has no such group; list its groups.")
    return group


def _refuse_parent(groups: tuple[GroupState, ...], group: GroupState, parent: str | None) -> None:
    if parent is None:
        return
    above = next((g for g in groups if g.group_id == parent), None)
    if above is None or above.role != group.role:
        raise Invalid("The group above must be one of the same role.", field="parent")
    if is_above(groups, group.group_id, parent):
        raise Invalid("A group cannot stand below itself; take another one.", field="parent")
