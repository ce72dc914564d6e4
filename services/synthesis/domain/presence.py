"""What a fragment says of each group: present, absent, contradictory, or nothing.

Not stated is never absent: a group that no element speaks of is in none of the sets.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.synthesis.domain.values import Codebook, Element, Role, Sense, Unit

HOLDS = frozenset({"present", "occurred"})


@dataclass(frozen=True, slots=True)
class Codex:
    """A codebook compiled for reading: memberships of a code, rivals of a group."""

    memberships: dict[tuple[Role, str], tuple[tuple[Unit, Sense], ...]]
    rivals: dict[Unit, tuple[Unit, ...]]
    groups: tuple[Unit, ...]

    def of(self, element: Element) -> tuple[tuple[Unit, Sense], ...]:
        """Groups of a coded element; a code in no group of its role is its own group."""
        code = element.code or ""
        alone: tuple[tuple[Unit, Sense], ...] = ((Unit(element.role, code), "same"),)
        return self.memberships.get((element.role, code), alone)


@dataclass(frozen=True, slots=True)
class Reading:
    """Groups of one fragment. For outcomes `present` means occurred and `absent` failed."""

    present: frozenset[Unit]
    absent: frozenset[Unit]
    contradictory: frozenset[Unit]


def compiled(codebook: Codebook) -> Codex:
    """The codebook as look-up tables; an `opposite_of` that names no group of the role is idle."""
    units = [Unit(group.role, group.id) for group in codebook.groups]
    memberships: dict[tuple[Role, str], list[tuple[Unit, Sense]]] = {}
    rivals: dict[Unit, set[Unit]] = {}
    known = set(units)
    for group, unit in zip(codebook.groups, units, strict=True):
        for member in group.members:
            memberships.setdefault((group.role, member.code), []).append((unit, member.sense))
        for name in group.opposite_of:
            other = Unit(group.role, name)
            if other in known and other != unit:
                rivals.setdefault(unit, set()).add(other)
                rivals.setdefault(other, set()).add(unit)
    return Codex(
        {key: tuple(found) for key, found in memberships.items()},
        {unit: tuple(sorted(others)) for unit, others in rivals.items()},
        tuple(units),
    )


def read(elements: Iterable[Element], codex: Codex) -> Reading:
    """What the elements of one fragment say of each group.

    A `same` code that holds or an `opposite` code that does not makes the group present, the
    reverse makes it absent, both make it contradictory: listed, counted nowhere. Presence of a
    group counts as absence of its opposite; both present are both contradictory; absence of one
    says nothing of the other.
    """
    holds, lacks = _stated(elements, codex)
    contradictory = holds & lacks
    present, absent = holds - contradictory, lacks - contradictory
    if not codex.rivals:
        return Reading(frozenset(present), frozenset(absent), frozenset(contradictory))
    clashing = {unit for unit in present if present.intersection(codex.rivals.get(unit, ()))}
    contradictory |= clashing
    present -= clashing
    for unit in present:
        absent.update(rival for rival in codex.rivals.get(unit, ()) if rival not in contradictory)
    return Reading(frozenset(present), frozenset(absent), frozenset(contradictory))


def _stated(elements: Iterable[Element], codex: Codex) -> tuple[set[Unit], set[Unit]]:
    holds: set[Unit] = set()
    lacks: set[Unit] = set()
    for element in elements:
        if element.code is None or element.state == "not_stated":
            continue
        state = element.state in HOLDS
        for unit, sense in codex.of(element):
            same = element.of_group or sense == "same"
            (holds if state == same else lacks).add(unit)
    return holds, lacks
