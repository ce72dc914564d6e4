"""Taking back what one act did to a codebook, without what others did to it since; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from services.extraction.codebook.domain import opposites_of
from shared.events.extraction import CodeState, GroupState

_OWN = tuple(f.name for f in fields(GroupState) if f.name not in ("group_id", "codes"))


class ChangedSince(ValueError):
    """What the act did was changed since; the message says what."""


def taken_back(
    before: Sequence[GroupState], after: Sequence[GroupState], now: Sequence[GroupState]
) -> list[GroupState]:
    """The groups as they are now, without the difference between `before` and `after` an act.

    Raises `ChangedSince` where a group or a place of a code is no longer as the act left it.
    """
    old, made = _by_id(before), _by_id(after)
    found = [one for group in now if (one := _without(group, old, made)) is not None]
    there = {group.group_id for group in found}
    lost = [g for g in before if g.group_id not in made and g.group_id not in there]
    left = [*found, *lost]
    _refuse_loose_ends(left)
    return left


def _without(
    group: GroupState, old: Mapping[str, GroupState], made: Mapping[str, GroupState]
) -> GroupState | None:
    """A group as it stands without the act; None where the act made it."""
    after, before = made.get(group.group_id), old.get(group.group_id)
    if after is None or after == before:
        return group
    if before is None:
        if group.codes != after.codes:
            raise ChangedSince(f"group '{group.label}' holds other codes since")
        return None
    changes: dict[str, Any] = {"codes": _codes(group, before, after)}
    for name in _OWN:
        was, became, stands = (getattr(one, name) for one in (before, after, group))
        if was == became:
            continue
        if stands != became:
            raise ChangedSince(f"the {name.replace('_', ' ')} of '{group.label}' is another since")
        changes[name] = was
    return replace(group, **changes)


def _codes(group: GroupState, before: GroupState, after: GroupState) -> tuple[CodeState, ...]:
    was, became = _codes_by_id(before), _codes_by_id(after)
    stands = _codes_by_id(group)
    for code_id in was.keys() | became.keys():
        if was.get(code_id) == became.get(code_id):
            continue
        if stands.get(code_id) != became.get(code_id):
            label = (stands.get(code_id) or became.get(code_id) or was[code_id]).label or code_id
            raise ChangedSince(f"code '{label}' stands otherwise in '{group.label}' since")
        if code_id in was:
            stands[code_id] = was[code_id]
        else:
            del stands[code_id]
    return tuple(stands.values())


def _refuse_loose_ends(groups: Sequence[GroupState]) -> None:
    """Raise where a group would hang below, or be the opposite of, one that is not there."""
    there = _by_id(groups)
    for group in groups:
        if not ({group.parent} - {None} | set(opposites_of(group))) <= there.keys():
            raise ChangedSince(
                f"group '{group.label}' stands below, or opposite, one of its groups"
            )


def _by_id(groups: Sequence[GroupState]) -> dict[str, GroupState]:
    return {group.group_id: group for group in groups}


def _codes_by_id(group: GroupState) -> dict[str, CodeState]:
    return {code.code_id: code for code in group.codes}
