"""Appraisals of evidence in a project: a memo each, with its words on each axis in its name.

The standard has no place for them. The comment is the text of the memo, so that it may be edited
elsewhere; the axes come back from the contents notes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.extraction.exchange.domain.content import Appraisal
from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.domain.values import made_from

Entries = dict[str, dict[str, Any]]
AXES = ("relevance", "richness", "rigour")
KIND = "appraisal"


def appraisal_notes(
    appraisals: Iterable[Appraisal],
    holders: Mapping[str, Node],
    own: Callable[[str, str], str],
    entries: Entries,
) -> list[Node]:
    """Notes for appraisals, each referred to by what it is of; `own` makes identifiers."""
    notes = []
    for one in appraisals:
        attributes = {
            "guid": made_from("own", KIND, one.key),
            "name": f"Appraisal: {one.label}",
            "creatingUser": own("person", one.person_id),
        }
        note = Node("Note", attributes, [Node("PlainTextContent", {}, [], one.comment)])
        notes.append(note)
        said = {axis: getattr(one, axis) for axis in AXES}
        entries[note.guid] = {"kind": KIND, "of": one.of, "id": one.id, **said}
        entries[note.guid]["person"] = one.person_id
        holder = holders.get(own(one.of, one.id))
        if holder is not None:
            holder.children.append(Node("NoteRef", {"targetGUID": note.guid}))
            holder.children = in_order(holder)
    return notes


def read_appraisals(found: Iterable[tuple[Mapping[str, Any], Node]]) -> dict[str, Appraisal]:
    """Appraisals of the notes that contents notes name, with the comment that each has now."""
    read = (
        Appraisal(
            of=entry["of"],
            id=entry["id"],
            person_id=entry["person"],
            comment=note.words("PlainTextContent"),
            **{axis: entry.get(axis) for axis in AXES},
        )
        for entry, note in found
    )
    return {one.key: one for one in read}
