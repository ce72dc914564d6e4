"""Notes in an export that say what each of its parts is in the review, for its return.

A project of the standard has no place for states, statements or senses. They stand as JSON in
memos that other tools carry along, keyed by the identifiers of codes, selections and memos.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from services.extraction.exchange.domain.tree import Node, section
from services.extraction.exchange.domain.values import made_from
from shared.text import clean

NAME = "Retroduct: contents"
ORIGIN = "Retroduct"
"""What wrote a project, as its file says."""
FIRST_LINE = "Kept so that Retroduct can restore this project; leave it as it is.\n"
ENTRIES_A_NOTE = 200
LONGEST, DEEPEST = 60_000, 32
"""Letters of a text, and lists in lists, as the interface takes them."""


def contents_notes(entries: Mapping[str, Mapping[str, Any]]) -> list[Node]:
    """Notes that hold these entries (by GUID), some hundred in each."""
    keys = sorted(entries)
    return [
        _note(n, {key: entries[key] for key in keys[start : start + ENTRIES_A_NOTE]})
        for n, start in enumerate(range(0, len(keys), ENTRIES_A_NOTE), 1)
    ]


def _note(number: int, entries: Mapping[str, Any]) -> Node:
    text = FIRST_LINE + json.dumps(entries, ensure_ascii=False, sort_keys=True)
    content = Node("PlainTextContent", {}, [], text)
    attributes = {"guid": made_from(NAME, str(number)), "name": f"{NAME} {number}"}
    return Node("Note", attributes, [content])


def is_contents_note(note: Node) -> bool:
    """Whether a note is one of these."""
    return note.tag == "Note" and note.name.startswith(NAME)


def read_contents(project: Node) -> dict[str, dict[str, Any]]:
    """The entries of a project's notes by GUID; none where it has none, or none that is whole."""
    found: dict[str, dict[str, Any]] = {}
    for note in section(project, "Notes"):
        if is_contents_note(note):
            found |= _entries(note.words("PlainTextContent"))
    return found


def own_identifiers(project: Node) -> frozenset[str]:
    """Identifiers of what comes back from the notes whole; none where they are damaged."""
    try:
        return frozenset(read_contents(project))
    except ValueError:
        return frozenset()


def _entries(text: str) -> dict[str, dict[str, Any]]:
    try:
        entries = json.loads(text[text.index("{") :])
    except (ValueError, RecursionError):
        return {}
    return {k: _bounded(v) for k, v in entries.items() if isinstance(v, dict)}


def _bounded(value: Any, depth: int = 0) -> Any:
    """A value with clean texts; raises `ValueError` beyond what the interface takes."""
    if depth > DEEPEST or (isinstance(value, str) and len(value) > LONGEST):
        raise ValueError("an entry is longer or deeper than it may be")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_bounded(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {clean(name): _bounded(one, depth + 1) for name, one in value.items()}
    return value


def without(nodes: Iterable[Node], gone: set[str]) -> list[Node]:
    """The nodes whose GUID is not among these."""
    return [node for node in nodes if node.guid not in gone]
