"""Spans of elements inside a passage, wherever the passage stands now."""

from collections.abc import Mapping
from typing import Any

BROKEN = "broken"


def moved_spans(
    fragment: Mapping[str, Any], place: Mapping[str, Any]
) -> list[dict[str, int] | None]:
    """The own span of each element where the passage stands now; None: the whole passage.

    Spans are stored as they were coded; since then somebody may have given the document another
    text, in which the passage stands elsewhere, or the form moves or changes the passage. A span
    that the passage holds no longer, or that stands nowhere for certain, is left out.
    """
    stands = fragment.get("place")
    if not stands or fragment.get("start") is None or "start" not in place:
        return [None for _ in fragment["elements"]]
    moved = stands["start"] - fragment["start"]
    if place["quote"] == fragment["quote"]:
        moved = place["start"] - fragment["start"]
    elif fragment["anchor"] == BROKEN:
        return [None for _ in fragment["elements"]]
    found: list[dict[str, int] | None] = []
    for element in fragment["elements"]:
        span = None
        if element.get("start") is not None:
            start, end = element["start"] + moved, element["end"] + moved
            if place["start"] <= start and end <= place["end"]:
                span = {"start": start, "end": end}
        found.append(span)
    return found
