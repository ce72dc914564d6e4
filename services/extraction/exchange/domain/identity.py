"""Identifiers made from content: the same project has the same ones, whoever exported it.

Tools make new GUIDs at every export, so a thing is known by what it is: a code by its path, a
source by its name and text, a selection by its place, author and time. Where two are alike in
all of it, the second one in the file is the second one again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from services.extraction.exchange.domain.grammar import RULES
from services.extraction.exchange.domain.tree import SOURCES, Node, section
from services.extraction.exchange.domain.values import made_from

_ORDER = ("Users", "CodeBook", "Variables", "Sources", "Notes", "Cases", "Sets", "Graphs", "Links")
_BY_NAME = ("User", "Variable", "Case", "Set", "Graph", "Code")
_UNNAMED = frozenset({"guid", "richTextPath", "plainTextPath", "currentPath"})
_REFERRING = frozenset(
    name
    for rule in RULES.values()
    for name, kind in rule.attributes.items()
    if kind == "guid" and name != "guid"
)


def identified(project: Node) -> tuple[Node, dict[str, str]]:
    """The project under identifiers made from its content, and what the old ones became."""
    made: dict[str, str] = {}
    own_of: dict[int, str] = {}
    guids = {node.guid for node in project.walk() if node.guid}
    known = _Known(made, guids)
    seen: Counter[str] = Counter()

    def name_all(node: Node, parent: str) -> None:
        own = parent
        if node.guid:
            own = made_from(*_content(node, parent, known))
            seen[own] += 1
            if seen[own] > 1:
                own = made_from(own, str(seen[own]))
            made.setdefault(node.guid, own)
            own_of[id(node)] = own
        for child in sorted(node.children, key=lambda one: one.tag == "Edge"):
            name_all(child, own)

    for tag in _ORDER:
        for child in section(project, tag):
            name_all(child, "")
    return _renamed(project, own_of, made.get), made


@dataclass(frozen=True, slots=True)
class _Known:
    """The identifiers made so far, and all that the file has."""

    made: Mapping[str, str]
    guids: Collection[str]

    def get(self, guid: str) -> str:
        """What a reference leads to; empty for what gets its identifier later."""
        return self.made.get(guid) or ("" if guid in self.guids else guid)


def _content(node: Node, parent: str, made: _Known) -> list[str]:
    """What a thing is known by."""
    if node.tag in _BY_NAME:
        return [node.tag, parent, node.name, node.attributes.get("id", "")]
    if node.tag in SOURCES:
        path = node.attributes.get("path", "")
        return [node.tag, node.name, path, node.words("PlainTextContent")]
    known = [
        f"{name}={made.get(value) if name in _REFERRING else value}"
        for name, value in sorted(node.attributes.items())
        if name not in _UNNAMED and not name.startswith("modif")
    ]
    refers = [made.get(one) for one in node.targets("CodeRef")]
    return [node.tag, parent, *known, *refers, node.words("PlainTextContent")]


def _renamed(node: Node, own_of: Mapping[int, str], find: Callable[[str], str | None]) -> Node:
    """A copy with every identifier, own and referred to, replaced where one is found."""
    attributes = {
        name: (find(value) or value) if name in _REFERRING else value
        for name, value in node.attributes.items()
    }
    if node.guid:
        attributes["guid"] = own_of.get(id(node), node.guid)
    children = [_renamed(child, own_of, find) for child in node.children]
    return replace(node, attributes=attributes, children=children)
