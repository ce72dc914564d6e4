"""Parts that tools put into groups, or into each other, where the standard has a plain list."""

from collections.abc import Iterator

from lxml import etree

from services.extraction.exchange.domain.grammar import RULES
from services.extraction.exchange.domain.losses import Losses

LISTS = frozenset({"Sources", "Sets", "Cases", "Notes", "Links", "Variables", "Users", "Graphs"})
"""Elements whose parts stand beside each other and in nothing else."""


def parts_of(element: etree._Element, losses: Losses) -> Iterator[etree._Element]:
    """The parts of an element; of a list also those in groups (folders) and in each other.

    Which groups there were is a loss.
    """
    tag = _tag(element)
    if tag == "CodeBook":
        yield from _wrapped(element, losses)
        return
    if tag in ("Codes", "Code"):
        yield from _codes_within(element, RULES[tag].children, losses)
        return
    if tag not in LISTS:
        yield from element
        return
    for part in element:
        yield from _within(part, tag, losses)


def _wrapped(book: etree._Element, losses: Losses) -> Iterator[etree._Element]:
    """The parts of a codebook; codes without the element around them inside one."""
    codes = [part for part in book if _tag(part) == "Code"]
    if codes:
        losses.add("CodeBook: codes without the element Codes around them")
        around = book.makeelement("Codes")
        around.extend(codes)
        yield around
    yield from book


def _codes_within(
    element: etree._Element, allowed: tuple[str, ...], losses: Losses
) -> Iterator[etree._Element]:
    """The parts of a code or of all of them; codes in groups as if the group were not there."""
    for part in list(element):
        if _tag(part) in allowed or not any(_tag(one) == "Code" for one in part.iter("{*}*")):
            yield part
        else:
            name = str(part.attrib.get("name", "")) or _tag(part)
            losses.add("Codes: what stands in groups was put beside the others", name[:80])
            yield from _codes_within(part, ("Code",), losses)


def _within(part: etree._Element, list_tag: str, losses: Losses) -> Iterator[etree._Element]:
    allowed = RULES[list_tag].children
    is_member = _tag(part) in allowed
    grouped = [one for inside in part for one in _members(inside, allowed)]
    if is_member or not grouped:
        yield part
    if grouped:
        name = str(part.attrib.get("name", "")) or _tag(part)
        losses.add(f"{list_tag}: what stands in groups was put beside the others", name[:80])
    for one in grouped:
        yield from _within(one, list_tag, losses)
        if is_member:
            part.remove(one)


def _members(element: etree._Element, allowed: tuple[str, ...]) -> list[etree._Element]:
    """The element where it is a member of the list, or a group that holds some."""
    return [element] if _tag(element) in allowed or _holds(element, allowed) else []


def _holds(element: etree._Element, allowed: tuple[str, ...]) -> bool:
    return _tag(element) not in RULES and any(_tag(one) in allowed for one in element.iter("{*}*"))


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname
