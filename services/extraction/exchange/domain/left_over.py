"""What of a project that the review wrote is not of the review: it is kept as it came."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.extraction.exchange.domain.contents_notes import is_contents_note
from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.tree import Node, codes_of

Entry = Mapping[str, Any]


def left_of(project: Node, entries: Mapping[str, Entry]) -> Node | None:
    """The project without what the contents notes name in their `entries` (by identifier); None
    where nothing is left.
    """
    left = Node("Project", dict(project.attributes))
    for part in project.children:
        kept = _kept(part, entries)
        if kept is not None:
            left.children.append(kept)
    parts = {part.tag for part in left.children}
    others = any(entry.get("kind") == "other_person" for entry in entries.values())
    return None if parts <= {"Users"} and not others else left


def _kept(part: Node, entries: Mapping[str, Entry]) -> Node | None:
    if part.tag == "CodeBook":
        codes = _foreign(codes_of_book(part), entries)
        return Node("CodeBook", {}, [Node("Codes", {}, codes)]) if codes else None
    if part.tag == "Sources":
        sources = [s for one in part.children if (s := _foreign_source(one, entries))]
        return Node("Sources", {}, sources) if sources else None
    nodes = [n for n in part.children if not _is_own(n, entries) and not is_contents_note(n)]
    return replace(part, children=nodes) if nodes or part.text else None


def _is_own(node: Node, entries: Mapping[str, Entry]) -> bool:
    return entries.get(node.guid, {"kind": "other_person"}).get("kind") != "other_person"


def codes_of_book(book: Node) -> list[Node]:
    """The topmost codes of a codebook's node."""
    return codes_of(Node("Project", {}, [book]))


def _foreign(codes: list[Node], entries: Mapping[str, Entry]) -> list[Node]:
    """Codes that are no part of the review's own tree."""
    return [code for code in codes if code.guid not in entries]


def _foreign_source(source: Node, entries: Mapping[str, Entry]) -> Node | None:
    """A source without the review's own selections; None where nothing else is in it."""
    if source.guid not in entries:
        return source
    rest = [
        part
        for part in source.children
        if part.tag != "PlainTextContent"
        and part.guid not in entries
        and part.attributes.get("targetGUID") not in entries
        and not _is_own_coding(part, entries)
    ]
    if not rest and "richTextPath" not in source.attributes:
        return None
    left = replace(source, children=[*source.all("PlainTextContent"), *rest])
    return replace(left, children=in_order(left))


def _is_own_coding(part: Node, entries: Mapping[str, Entry]) -> bool:
    return part.tag == "Coding" and part.targets("CodeRef")[0] in entries
