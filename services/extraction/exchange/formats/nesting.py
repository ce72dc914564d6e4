"""Parts that tools put into groups, or into each other, where the standard has a plain list."""

import copy
from collections.abc import Iterator

from lxml import etree

from services.extraction.exchange.domain.grammar import RULES
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.values import made_from, tidied

MANY = 2
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
        for part in element:
            yield from _codings(part, losses)
        return
    for part in element:
        yield from _within(part, tag, losses)


def _codings(part: etree._Element, losses: Losses) -> Iterator[etree._Element]:
    """A coding for each code of one that names several, where the standard has one code a coding;
    any other part as it is.
    """
    every = [n for n, one in enumerate(part) if _tag(one) == "CodeRef"]
    if _tag(part) != "Coding" or len(every) < MANY:
        yield part
        return
    refs = {_target(part[n]): n for n in every}
    if len(refs) > 1 and "" in refs:
        del refs[""]
    if len(refs) > 1:
        losses.add("codings of several codes became a coding for each code", _guid(part))
    for at, (target, n) in enumerate(refs.items()):
        one = copy.deepcopy(part)
        kept = [c for m, c in enumerate(one) if _tag(c) != "CodeRef" or m == n]
        one[:] = kept
        if at:
            for name in [name for name in one.attrib if etree.QName(name).localname == "guid"]:
                del one.attrib[name]
            one.set("guid", made_from("further code", _guid(part), target))
        yield one


def _target(ref: etree._Element) -> str:
    """What a reference names, in one spelling; two of the same are one."""
    raw = next((str(v) for k, v in ref.attrib.items() if str(k).endswith("targetGUID")), "")
    return tidied("guid", raw) or raw


def _guid(part: etree._Element) -> str:
    """The identifier of a part, or its place in the file."""
    raw = next((str(v) for k, v in part.attrib.items() if str(k).endswith("guid")), "")
    return raw or part.getroottree().getpath(part)


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
