"""What a fragment says of each group in a theory: a sign, no sign, or nothing.

Not stated is never absent: a group that no element speaks of is in none of the sets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.synthesis.engine.values import HOLDS, OUTCOME, Codebook, Element, Group, Role, Unit

Spoken = tuple[Unit, bool, bool]
"""A group that a code speaks of; is its sense the same; does the absence of the code speak."""


@dataclass(frozen=True, slots=True)
class Codex:
    """A codebook compiled for reading: groups of a code, opposites of a group."""

    spoken: Mapping[tuple[Role, str], tuple[Spoken, ...]]
    opposites: Mapping[Unit, tuple[Unit, ...]]
    groups: Mapping[Unit, Group]
    alone: dict[tuple[Role, str], tuple[Spoken, ...]] = field(default_factory=dict)

    def of(self, element: Element, others: Sequence["Codex"] = ()) -> tuple[Spoken, ...]:
        """Groups that a coded element speaks of.

        A code in no group of its role is a group of its own, unless the codebook of another
        theory of the fragment (`others`) groups it: then it says nothing here.
        """
        key = (element.role, element.code or "")
        found = self.spoken.get(key)
        if found is not None:
            return found
        if others and any(key in other.spoken for other in others):
            return ()
        return self.alone.setdefault(key, ((Unit(*key), True, True),))

    def undesired(self, unit: Unit) -> bool:
        """Whether an outcome group is counted as its avoidance."""
        group = self.groups.get(unit)
        return group is not None and group.valence == "undesired"


@dataclass(frozen=True, slots=True)
class Reading:
    """Groups of one fragment, as coded.

    `signs`: present or occurred (True), absent or failed. `linked`: of these, the groups that
    have their sign only by `opposite_of`. `unsigned`: outcome groups stated without a sign.
    """

    signs: Mapping[Unit, bool]
    linked: frozenset[Unit]
    unsigned: frozenset[Unit]
    contradictory: frozenset[Unit]


NOTHING: frozenset[Unit] = frozenset()


def compiled(codebook: Codebook) -> Codex:
    """The codebook as look-up tables; an `opposite_of` that names no group of the role is idle."""
    groups = {Unit(group.role, group.id): group for group in codebook.groups}
    spoken: dict[tuple[Role, str], list[Spoken]] = {}
    opposites: dict[Unit, set[Unit]] = {}
    for unit, group in groups.items():
        speaks = group.two_valued or group.role == OUTCOME
        for member in group.members:
            same = member.sense == "same"
            spoken.setdefault((group.role, member.code), []).append((unit, same, same or speaks))
        for name in group.opposite_of:
            other = Unit(group.role, name)
            if other in groups and other != unit:
                opposites.setdefault(unit, set()).add(other)
                opposites.setdefault(other, set()).add(unit)
    return Codex(
        {key: tuple(found) for key, found in spoken.items()},
        {unit: tuple(sorted(others)) for unit, others in opposites.items()},
        groups,
    )


def read(elements: Iterable[Element], codex: Codex, others: Sequence[Codex] = ()) -> Reading:
    """What the elements of one fragment say of each group.

    Both signs by a group's own codes are contradictory; so are two opposite groups both present.
    Presence by own codes counts as absence of the opposites, absence says nothing of them.
    """
    own, contradictory, unsigned = _own(elements, codex, others)
    linked: set[Unit] = set()
    if codex.opposites:
        linked = _linked(own, contradictory, codex)
    named = frozenset(contradictory) if contradictory else NOTHING
    unsigned |= {unit for unit in named if unit.role == OUTCOME}
    without = frozenset(unsigned - own.keys()) if unsigned else NOTHING
    return Reading(own, frozenset(linked) if linked else NOTHING, without, named)


def _own(
    elements: Iterable[Element], codex: Codex, others: Sequence[Codex]
) -> tuple[dict[Unit, bool], set[Unit], set[Unit]]:
    """Signs by own codes, groups with both, outcome groups that are named without a sign."""
    signs: dict[Unit, bool] = {}
    both: set[Unit] = set()
    unsigned: set[Unit] = set()
    for element in elements:
        if element.code is None:
            continue
        if element.state == "not_stated":
            unsigned.update([unit for unit, _, _ in codex.of(element, others)])
            continue
        state = element.state in HOLDS
        for unit, same, absence_speaks in codex.of(element, others):
            if not (state or absence_speaks or element.of_group):
                continue
            turned = element.wished and codex.undesired(unit)
            sign = (state != turned) == (same or element.of_group)
            if signs.setdefault(unit, sign) != sign:
                both.add(unit)
    for unit in both:
        del signs[unit]
    return signs, both, unsigned


def _linked(own: dict[Unit, bool], contradictory: set[Unit], codex: Codex) -> set[Unit]:
    """Adds the signs by `opposite_of` to `own`, moves clashing groups to `contradictory`."""
    present = [unit for unit, sign in own.items() if sign]
    against = {other for unit in present for other in codex.opposites.get(unit, ())}
    linked = set()
    for unit in against - contradictory:
        sign = own.get(unit)
        if sign is None:
            own[unit] = False
            linked.add(unit)
        elif sign:
            contradictory.add(unit)
            del own[unit]
    return linked
