"""A review's content out of a project that Retroduct wrote, with what was edited since.

Things are found again by their identifiers, those of the file or those of their content, so
that tools which keep them and tools which make new ones both work. What the contents notes do
not name is left over: it is kept as it came.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.extraction.exchange.domain.appraisals import read_appraisals
from services.extraction.exchange.domain.content import Content, Document, Memo, MemoPassage
from services.extraction.exchange.domain.contents_notes import read_contents
from services.extraction.exchange.domain.left_over import left_of
from services.extraction.exchange.domain.noted_passages import memos_on
from services.extraction.exchange.domain.tree import Node, section
from services.extraction.exchange.domain.values import made_from
from shared.events.extraction import CodeDefinition, CodeState, Element, FragmentState, GroupState

As = Callable[[Any, Any], Any]
Entry = Mapping[str, Any]


@dataclass(slots=True)
class Restored:
    """The content, and what of the project is not of it (None: nothing)."""

    content: Content = field(default_factory=Content)
    left_over: Node | None = None


@dataclass(slots=True)
class _Reading:
    project: Node
    entries: dict[str, Entry]
    state: As
    nodes: dict[str, Node]
    people: dict[str, str]
    content: Content = field(default_factory=Content)

    def of_kind(self, kind: str) -> list[tuple[Entry, Node]]:
        """Entries of a kind with their nodes, where those are still there."""
        return [
            (entry, self.nodes[guid])
            for guid, entry in self.entries.items()
            if entry.get("kind") == kind and guid in self.nodes
        ]


def restored(project: Node, were: Mapping[str, str], state: As) -> Restored:
    """Read a project; `were` gives the content's identifier for each of the file's own.

    `state(value, kind)` makes states of JSON and raises ValueError.
    """
    entries: dict[str, Entry] = {were.get(k, k): v for k, v in read_contents(project).items()}
    if not entries:
        return Restored(left_over=project)
    nodes = {node.guid: node for node in project.walk() if node.guid}
    people = {user.guid: _person(user, entries) for user in section(project, "Users")}
    reading = _Reading(project, entries, state, nodes, people)
    _read_codebooks(reading)
    _read_codes(reading)
    _read_documents(reading)
    _read_memos(reading)
    _read_fragments(reading)
    content = reading.content
    found = read_appraisals(reading.of_kind("appraisal"))
    content.appraisals = {
        key: one
        for key, one in found.items()
        if one.id in (content.fragments if one.of == "fragment" else content.documents)
    }
    return Restored(reading.content, left_of(reading.project, reading.entries))


def _person(user: Node, entries: Mapping[str, Entry]) -> str:
    """Who a user is in the review."""
    said = entries.get(user.guid, {}).get("person")
    return str(said or user.attributes.get("id") or user.name)


def _read_codebooks(reading: _Reading) -> None:
    for entry, root in reading.of_kind("theory"):
        reading.content.theories[entry["theory"]] = root.name
        if "groups" in entry:
            groups = [reading.state(group, GroupState) for group in entry["groups"]]
            reading.content.codebooks[entry["theory"]] = _edited_groups(reading, root, groups)


def _edited_groups(
    reading: _Reading, root: Node, groups: list[GroupState]
) -> tuple[GroupState, ...]:
    """The groups with the labels and the codes that the tree has now."""
    at = {
        (entry["role"], entry["group"]): node
        for entry, node in reading.of_kind("group")
        if entry["theory"] == reading.entries[root.guid]["theory"]
    }
    known = {(g.role, c.code_id): c for g in groups for c in g.codes}
    edited = []
    for group in groups:
        node = at.get((group.role, group.group_id))
        if node is not None:
            label = group.label if node.name == (group.label or group.group_id) else node.name
            codes = tuple(_code(reading, child, group.role, known) for child in node.all("Code"))
            edited.append(replace(group, label=label, codes=codes))
    return tuple(edited)


def _code(
    reading: _Reading, node: Node, role: str, known: Mapping[tuple[str, str], CodeState]
) -> CodeState:
    entry = reading.entries.get(node.guid, {})
    code = str(entry.get("code", node.guid))
    before = known.get((role, code), CodeState(code_id=code))
    return before if node.name == (before.label or code) else replace(before, label=node.name)


def _read_codes(reading: _Reading) -> None:
    """Definitions of codes, with the label and the description that the tree has now."""
    for entry, node in reading.of_kind("code"):
        if "definition" not in entry:
            continue
        code: CodeDefinition = reading.state(entry["definition"], CodeDefinition)
        words = node.words()
        if words and words != code.description and not words.startswith("opposite sense"):
            code = replace(code, description=words)
        reading.content.codes[code.code_id] = code


def _read_documents(reading: _Reading) -> None:
    for entry, node in reading.of_kind("document"):
        document: Document = reading.state(entry["document"], Document)
        has_text = entry.get("has_text", True)
        text = node.words("PlainTextContent") if has_text else None
        shown = document.title or document.document_id
        title = document.title if node.name == shown else node.name
        reading.content.documents[document.document_id] = replace(document, text=text, title=title)


def _read_fragments(reading: _Reading) -> None:
    known: set[int] = set()
    holders = {
        id(part): (source, part)
        for source in section(reading.project, "Sources")
        for part in source.children
    }
    for entry, node in reading.of_kind("fragment"):
        fragment: FragmentState = reading.state(entry["fragment"], FragmentState)
        if node.tag == "PlainTextSelection":
            source = holders[id(node)][0] if id(node) in holders else None
            fragment = _edited(reading, fragment, node, source)
        reading.content.fragments[fragment.fragment_id] = fragment
        known.add(id(node))
    for source in section(reading.project, "Sources"):
        document = reading.entries.get(source.guid, {})
        for one in source.all("PlainTextSelection"):
            if id(one) not in known and document.get("kind") == "document":
                _add_new(reading, one, source, document)


def _edited(
    reading: _Reading, fragment: FragmentState, node: Node, source: Node | None
) -> FragmentState:
    """The fragment with the codes, the place and the comment that its selection has now."""
    coded = _coded(reading, node)
    kept = tuple(e for e in fragment.elements if (e.role, e.code_id) in coded)
    before = {(e.role, e.code_id) for e in fragment.elements}
    added = tuple(Element(role=r, code_id=c) for r, c in coded if (r, c) not in before)
    fragment = replace(fragment, elements=(*kept, *added), memo=node.words())
    if fragment.start is None or source is None:
        return fragment
    start, end = (int(node.attributes[name]) for name in ("startPosition", "endPosition"))
    if (start, end) == (fragment.start, fragment.end):
        return fragment
    quote = source.words("PlainTextContent")[start:end]
    return replace(fragment, start=start, end=end, quote=quote)


def _coded(reading: _Reading, node: Node) -> dict[tuple[str, str], str]:
    """`(role, code)` of the codings on own codes, each with a theory."""
    found: dict[tuple[str, str], str] = {}
    for coding in node.all("Coding"):
        entry = reading.entries.get(coding.targets("CodeRef")[0], {})
        if entry.get("kind") == "code":
            found.setdefault((entry["role"], entry["code"]), entry["theory"])
    return found


def _add_new(reading: _Reading, one: Node, source: Node, document: Entry) -> None:
    """A selection that another tool made with own codes is a new fragment."""
    coded = _coded(reading, one)
    if not coded:
        _add_noted(reading, one, source, document)
    if not coded or not document.get("has_text", True):
        return
    start, end = (int(one.attributes[name]) for name in ("startPosition", "endPosition"))
    fragment = FragmentState(
        fragment_id=made_from("fragment", one.guid),
        version=0,
        theories=tuple(sorted({theory for theory in coded.values() if theory})),
        elements=tuple(Element(role=role, code_id=code) for role, code in coded),
        document_id=document["document_id"],
        quote=source.words("PlainTextContent")[start:end],
        start=start,
        end=end,
        coder=reading.people.get(one.attributes.get("creatingUser", "")),
        coded_at=one.attributes.get("creationDateTime", ""),
        memo=one.words(),
    )
    reading.entries[one.guid] = {"kind": "fragment"}
    reading.content.fragments[fragment.fragment_id] = fragment


def _add_noted(reading: _Reading, one: Node, source: Node, document: Entry) -> None:
    """One that it made with a note and no code is a memo on the passage, or on a document whose
    text is not here.
    """
    if one.guid in reading.entries:
        return
    notes = {note.guid: note for note in section(reading.project, "Notes")}
    new = {key: note for key, note in notes.items() if key not in reading.entries}
    people = reading.people
    for memo in memos_on(source, one, document["document_id"], new, lambda u: people.get(u or "")):
        passage = memo.passage if document.get("has_text", True) else None
        reading.content.memos[memo.memo_id] = replace(memo, passage=passage)
        reading.entries |= {key: {"kind": "noted"} for key in (memo.memo_id, one.guid)}


def _read_memos(reading: _Reading) -> None:
    on = {entry["memo_id"]: node for entry, node in reading.of_kind("memo_passage")}
    for entry, note in reading.of_kind("memo"):
        memo_id = entry["memo_id"]
        place = reading.state(entry["passage"], MemoPassage) if entry.get("passage") else None
        reading.content.memos[memo_id] = Memo(
            memo_id=memo_id,
            about=entry["about"],
            text=note.words("PlainTextContent"),
            person_id=reading.people.get(note.attributes.get("creatingUser", "")),
            at=note.attributes.get("creationDateTime", ""),
            links=tuple(entry.get("links", ())),
            passage=_selected(reading, on[memo_id]) if memo_id in on else place,
        )


def _selected(reading: _Reading, one: Node) -> MemoPassage | None:
    """Where a selection stands in the text that the file has now."""
    start, end = (int(one.attributes[name]) for name in ("startPosition", "endPosition"))
    sources = section(reading.project, "Sources")
    texts = [s.words("PlainTextContent") for s in sources if any(p is one for p in s.children)]
    quote = texts[0][start:end] if texts else ""
    return MemoPassage(quote=quote, start=start, end=end) if quote else None
