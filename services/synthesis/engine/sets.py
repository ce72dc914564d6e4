"""Sets as integers: one bit for every name, in the order in which names are met.

A theory's counts are unions and intersections of small sets, many thousand of them; on integers
these are single operations. Names come back sorted, each set once.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

Name = TypeVar("Name", str, tuple[str, str])


class Bits(Generic[Name]):
    """A numbering of names. Masks of one numbering may be united, intersected and counted."""

    def __init__(self) -> None:
        self._place: dict[Name, int] = {}
        self._names: list[Name] = []
        self._listed: dict[int, list[Name]] = {0: []}

    def mask(self, names: Iterable[Name]) -> int:
        """The set of `names`."""
        mask = 0
        for name in names:
            place = self._place.get(name)
            if place is None:
                place = self._place[name] = len(self._names)
                self._names.append(name)
            mask |= 1 << place
        return mask

    def members(self, mask: int) -> Iterable[Name]:
        """The names in `mask`, in no order that means anything."""
        while mask:
            lowest = mask & -mask
            yield self._names[lowest.bit_length() - 1]
            mask ^= lowest

    def names(self, mask: int) -> list[Name]:
        """The names in `mask`, sorted. The list is shared: it must not be changed."""
        listed = self._listed.get(mask)
        if listed is None:
            listed = self._listed[mask] = sorted(self.members(mask))
        return listed


def union(masks: Iterable[int]) -> int:
    """The union of sets."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
