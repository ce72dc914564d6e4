"""Spans of elements inside a passage, wherever the passage stands now."""

from collections.abc import Mapping
from typing import Any

from workbench.web.domain.passages import places

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


def own_words(
    fragment: Mapping[str, Any], element: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """The own span of an element as fields of a form: its words, once more as they were, and where
    they stand now; empty where it is coded from the whole passage.
    """
    start, place = element.get("start"), fragment.get("place")
    if start is None or fragment.get("start") is None:
        return ()
    words = fragment["quote"][start - fragment["start"] : element["end"] - fragment["start"]]
    said = (("words", words), ("had", words))
    if not place:
        return said
    moved = place["start"] - fragment["start"]
    return (*said, ("from", str(start + moved)), ("to", str(element["end"] + moved)))


def span_in(
    place: Mapping[str, Any], words: str, start: int | None, end: int | None
) -> tuple[dict[str, int], str]:
    """Where an element's own words stand in the passage, and what is wrong with them ("": nothing).

    Words that are empty, or all of the passage, are no span of their own. Without offsets, or where
    these say other words, they are looked for: they have to stand once in the passage.
    """
    words = words.replace("\r\n", "\n").strip()
    quote = str(place.get("quote", ""))
    if words in ("", quote):
        return {}, ""
    if "start" not in place:
        return {}, "Words of its own stand in a passage of the text; select the passage first."
    first = place["start"]
    if start is not None and end is not None and _holds(place, words, start, end):
        return {"start": start, "end": end}, ""
    found = places(quote, words)
    if len(found) == 1:
        return {"start": first + found[0], "end": first + found[0] + len(words)}, ""
    if not found:
        return {}, f"The passage does not hold the words “{words}”; take them from it again."
    return {}, f"“{words}” stands {len(found)} times in the passage; mark which one is meant."


def _holds(place: Mapping[str, Any], words: str, start: int, end: int) -> bool:
    """Whether the passage holds the words between these offsets of the text."""
    first = place["start"]
    inside = first <= start <= end <= place["end"]
    return inside and str(place["quote"])[start - first : end - first] == words
