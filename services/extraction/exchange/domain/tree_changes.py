"""In what two editions of a kept project differ, by the things that people know."""

from typing import Any

from services.extraction.exchange.domain.tree import SELECTIONS, SOURCES, Node

_KINDS = {
    "Code": "code",
    "Note": "memo",
    "User": "person",
    "Case": "case",
    "Set": "set",
    "Link": "link",
    "Graph": "graph",
    "Variable": "variable",
    "Coding": "coding",
    **dict.fromkeys(SOURCES, "source"),
    **dict.fromkeys(SELECTIONS, "selection"),
}


def tree_differences(before: Node | None, after: Node | None) -> list[dict[str, Any]]:
    """Things that only one of them has (`added`, `removed`), and that say something else."""
    old, new = _things(before), _things(after)
    found = [_difference("added", new[guid]) for guid in new if guid not in old]
    found += [_difference("removed", old[guid]) for guid in old if guid not in new]
    found += [
        _difference("changed", new[guid])
        for guid in new
        if guid in old and _own(new[guid]) != _own(old[guid])
    ]
    return found


def _things(project: Node | None) -> dict[str, Node]:
    nodes = () if project is None else project.walk()
    return {node.guid: node for node in nodes if node.tag in _KINDS}


def _own(node: Node) -> tuple[Any, ...]:
    """What a thing says itself, without the things inside it."""
    inside = [(c.tag, sorted(c.attributes.items()), c.text) for c in node.children if not c.guid]
    return node.attributes, inside


def _difference(what: str, node: Node) -> dict[str, Any]:
    label = node.name or node.words("PlainTextContent") or node.words()
    return {
        "kind": _KINDS[node.tag],
        "id": node.guid,
        "what": what,
        "label": label[:80],
        "fields": (),
    }
