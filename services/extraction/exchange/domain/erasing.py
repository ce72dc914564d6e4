"""A project without one document: its source, what hangs on that, and what notes say of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.extraction.exchange.domain.contents_notes import (
    FIRST_LINE,
    is_contents_note,
    read_contents,
)
from services.extraction.exchange.domain.parts import without_source, without_things
from services.extraction.exchange.domain.tree import Node

Entry = Mapping[str, Any]


def without_document(project: Node, were: Mapping[str, str], document_id: str) -> Node:
    """A copy without a document of the review; the project itself where it does not hold it.

    A source of another tool has the document's id. An export of the review names its documents
    in its contents notes, which hold quotes and words of their own; `were` gives the identifier
    of each thing that a note names.
    """
    entries = read_contents(project)
    gone = _entries_of(entries, document_id)
    rest = project
    for source in (document_id, *(were.get(key, key) for key in sorted(gone))):
        rest = without_source(rest, source)
    if not gone:
        return rest
    return _without_entries(without_things(rest, {were.get(key, key) for key in gone}), gone)


def _entries_of(entries: Mapping[str, Entry], document_id: str) -> set[str]:
    """Keys of what notes say of a document, its fragments, and appraisals and memos of both."""
    fragments = {
        key: str(entry["fragment"].get("fragment_id"))
        for key, entry in entries.items()
        if entry.get("kind") == "fragment" and _rests_on(entry.get("fragment") or {}, document_id)
    }
    things = {f"document/{document_id}", f"source/{document_id}"}
    things |= {f"fragment/{one}" for one in fragments.values()}
    return {
        key
        for key, entry in entries.items()
        if key in fragments
        or (entry.get("document") or {}).get("document_id") == document_id
        or entry.get("about") in things
        or f"{entry.get('of')}/{entry.get('id')}" in things
    }


def _rests_on(fragment: Entry, document_id: str) -> bool:
    named = (one.get("document_id") for one in fragment.get("sources") or ())
    return document_id in (fragment.get("document_id"), *named)


def _without_entries(node: Node, gone: set[str]) -> Node:
    """A copy whose contents notes say nothing of these."""
    if not is_contents_note(node):
        return replace(node, children=[_without_entries(child, gone) for child in node.children])
    kept = {k: v for k, v in read_contents_of(node).items() if k not in gone}
    words = FIRST_LINE + json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return replace(node, children=[Node("PlainTextContent", {}, [], words)])


def read_contents_of(note: Node) -> dict[str, dict[str, Any]]:
    """What one note says."""
    return read_contents(Node("Project", {}, [Node("Notes", {}, [note])]))
