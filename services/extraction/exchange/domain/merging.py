"""Projects laid together: things with the same identifier are one thing."""

from dataclasses import replace

from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.tree import Node


def merged(first: Node, second: Node) -> Node:
    """Both projects as one, in the order of the first; what both have is there once, with the
    attributes of either (those of the first where both say one).
    """
    return _together(first, second)


def _joined(first: list[Node], second: list[Node]) -> list[Node]:
    """Children of both, in their order; those that are the same are laid together."""
    at = {_key(node): n for n, node in enumerate(first)}
    joined = list(first)
    for node in second:
        n = at.get(_key(node))
        if n is None:
            joined.append(node)
        else:
            joined[n] = _together(joined[n], node)
    return joined


def _together(one: Node, other: Node) -> Node:
    attributes = {**other.attributes, **one.attributes}
    children = _joined(one.children, other.children)
    whole = replace(one, attributes=attributes, children=children)
    whole.children = in_order(whole)
    return whole


def _key(node: Node) -> tuple[str, ...]:
    """What a thing is the same by: its identifier, what it refers to, or being the only one."""
    return (node.tag, node.guid or node.attributes.get("targetGUID", ""))
