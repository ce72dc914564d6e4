"""Parts of a project as the review knows them: places, cases, a tree without some things."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from services.extraction.exchange.domain.tree import Node, section

_IMPORTED = "imported-"


def imported_person(user: str) -> str:
    """Who a user of another tool is, where nobody said so: somebody known by this id alone."""
    return f"{_IMPORTED}{user[:8]}"


def is_imported(person: str) -> bool:
    """Whether this is a user of another tool of whom nobody said who they are."""
    return person.startswith(_IMPORTED)


def users_of(projects: Iterable[Node]) -> dict[str, Node]:
    """The users of projects, by the id that imported people have."""
    return {imported_person(u.guid): u for one in projects for u in section(one, "Users")}


def names_of_people(projects: Iterable[Node]) -> dict[str, str]:
    """Names of the users of projects, by the id that imported people have."""
    return {person: user.name for person, user in users_of(projects).items() if user.name}


def place_of(text: Node, one: Node) -> dict[str, Any]:
    """Offsets and quote where the selection is one of text; else where it is, in words."""
    content = text.words("PlainTextContent")
    if one.tag == "PlainTextSelection":
        start, end = (int(one.attributes[name]) for name in ("startPosition", "endPosition"))
        if 0 <= start < end <= len(content):
            return {"start": start, "end": end, "quote": content[start:end]}
        return {"paraphrase": one.name, "locator": f"offsets {start} to {end}"}
    said = {k: v for k, v in one.attributes.items() if k in _PLACES}
    locator = ", ".join(f"{_PLACES[k]} {v}" for k, v in said.items())
    return {"paraphrase": one.name, "locator": locator}


_PLACES = {
    "page": "page (from 0)",
    "begin": "from millisecond",
    "end": "to millisecond",
    "firstX": "from x",
    "firstY": "from y",
    "secondX": "to x",
    "secondY": "to y",
}


def cases_of(project: Node) -> dict[str, str]:
    """The case of each source that is in exactly one."""
    found: dict[str, list[str]] = {}
    for case in section(project, "Cases"):
        for source in case.targets("SourceRef"):
            found.setdefault(source, []).append(case.name)
    return {source: names[0] for source, names in found.items() if len(names) == 1 and names[0]}


def without_things(node: Node, gone: set[str]) -> Node:
    """A copy without these things and without references to them as notes."""
    kept = [
        without_things(child, gone)
        for child in node.children
        if child.guid not in gone
        and not (child.tag == "NoteRef" and child.attributes["targetGUID"] in gone)
    ]
    return replace(node, children=kept)


def without_source(project: Node, source: str) -> Node:
    """A copy without a source, references to what was in it, and the memos of it alone; the
    project itself where it does not hold it.
    """
    found = [one for one in section(project, "Sources") if one.guid == source]
    if not found:
        return project
    inside = {node.guid for one in found for node in one.walk() if node.guid}
    theirs = {note for one in found for node in one.walk() for note in node.targets("NoteRef")}
    rest = _without(project, inside)
    elsewhere = {note for node in rest.walk() for note in node.targets("NoteRef")}
    return _without(rest, theirs - elsewhere)


def _without(node: Node, gone: set[str]) -> Node:
    """A copy without these things, and without what refers to them."""
    kept = [
        _without(child, gone)
        for child in node.children
        if not gone.intersection((child.guid, *_ends(child)))
    ]
    return replace(node, children=[child for child in kept if child.children or not _held(child)])


def _ends(node: Node) -> tuple[str, ...]:
    return tuple(node.attributes.get(name, "") for name in _REFERENCES)


_REFERENCES = ("targetGUID", "originGUID", "representedGUID", "sourceVertex", "targetVertex")


def _held(node: Node) -> bool:
    """Whether an element may not be empty."""
    return node.tag in ("Sources", "Notes", "Links", "Sets")
