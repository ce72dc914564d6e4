"""Selections that carry a note and no code: memos on passages that nobody coded.

The standard hangs the note on the selection. QualCoder writes the selection into the note, and
hangs the note on the text as a whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from services.extraction.exchange.domain.content import Memo, MemoPassage
from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.parts import place_of
from services.extraction.exchange.domain.tree import Node, section
from services.extraction.exchange.domain.values import made_from

LONGEST_QUOTE = 60_000
"""Characters of a passage, as the interface takes them."""
PLAIN = "PlainTextSelection"
Person = Callable[[str | None], str | None]


def noted_passage(text: Node, one: Node) -> MemoPassage | None:
    """The words of a text that a selection without a code stands on; None for a coded one, and
    where nothing is said of it or it is on no words.
    """
    if one.tag != PLAIN or one.all("Coding") or not one.all("Description", "NoteRef"):
        return None
    place = place_of(text, one)
    quote = place.get("quote", "")
    if not quote.strip() or len(quote) > LONGEST_QUOTE:
        return None
    return MemoPassage(quote=quote, start=place["start"], end=place["end"])


def memos_on(
    text: Node, one: Node, document_id: str, notes: Mapping[str, Node], person: Person
) -> Iterator[Memo]:
    """The memos that a selection without a code makes on a document: one for each of its notes
    (by identifier), and one of its comment where no note says that. Author and time are those of
    the note, else of the selection; `person` gives who in the review a user is.
    """
    passage = noted_passage(text, one)
    if passage is None:
        return
    comment = one.words().strip()
    about = f"document/{document_id}"
    for note in (notes[key] for key in one.targets("NoteRef") if key in notes):
        words = note.words("PlainTextContent")
        memo = memo_of(note, about, person, instead=one)
        if not words.strip():
            memo, comment = replace(memo, text=comment), ""
        elif comment in words:
            comment = ""
        yield replace(memo, passage=passage)
    if comment:
        written = replace(memo_of(one, about, person), text=comment, passage=passage)
        yield replace(written, memo_id=made_from("memo", one.guid))


def memo_of(note: Node, about: str, person: Person, instead: Node | None = None) -> Memo:
    """A note as a memo; `instead` says who wrote it and when, where the note does not."""
    said = {**(instead.attributes if instead else {}), **note.attributes}
    return Memo(
        memo_id=note.guid,
        about=about,
        text=note.words("PlainTextContent"),
        person_id=person(said.get("creatingUser")),
        at=said.get("creationDateTime", ""),
    )


def place_notes(project: Node) -> None:
    """Move the selection that a note holds into the one text that the note hangs on.

    A bare selection in a note says nothing of the note's own words: it is where in that text the
    note belongs.
    """
    holders: dict[str, list[Node]] = {}
    for node in project.walk():
        for target in node.targets("NoteRef"):
            holders.setdefault(target, []).append(node)
    for note in section(project, "Notes"):
        held, on = note.all(PLAIN), holders.get(note.guid, [])
        if len(held) == len(on) == 1 and on[0].tag == "TextSource" and not held[0].children:
            _move(note, held[0], on[0])


def _move(note: Node, selection: Node, source: Node) -> None:
    note.children = [child for child in note.children if child is not selection]
    refers = [ref for ref in source.all("NoteRef") if ref.attributes["targetGUID"] == note.guid]
    made = ("creatingUser", "creationDateTime")
    by = {name: note.attributes[name] for name in made if name in note.attributes}
    selection.attributes = {**by, **selection.attributes}
    selection.children = refers
    gone = {id(ref) for ref in refers}
    source.children = [child for child in source.children if id(child) not in gone]
    source.children.append(selection)
    source.children = in_order(source)
