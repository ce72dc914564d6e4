"""A review's content as a project: theories, roles, groups and codes as a code tree.

A fragment is a selection with one coding per element (and theory), linked context to
mechanism to outcome. A document without text gets one made of the passages coded from it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from services.extraction.exchange.domain.appraisals import appraisal_notes
from services.extraction.exchange.domain.code_tree import CodeTree, code_tree
from services.extraction.exchange.domain.content import Content, Document, Memo
from services.extraction.exchange.domain.contents_notes import contents_notes
from services.extraction.exchange.domain.grammar import in_order
from services.extraction.exchange.domain.identity import identified
from services.extraction.exchange.domain.tree import Node
from services.extraction.exchange.domain.values import is_valid, made_from
from shared.events.extraction import FragmentState

ROLES = ("context", "mechanism_resource", "mechanism_response", "outcome")
NO_SOURCE = "No source"
Entries = dict[str, dict[str, Any]]


def own(kind: str, key: str) -> str:
    """The identifier that a thing has until it gets the one of its content."""
    return made_from("own", kind, key)


def written(content: Content, plain: Any, users: Mapping[str, Node]) -> tuple[Node, Entries]:
    """The project and what the contents notes say of its parts (by their final identifiers).

    `plain` makes JSON of states; `users` are those of other tools by the id that people have who
    are known by nothing else.
    """
    project = Node("Project", {"name": "Review"})
    entries: Entries = {}
    tree = code_tree(content, plain)
    entries |= tree.entries
    sources = _sources(content, tree, entries, plain)
    parts = {
        "Users": _users(content, users, entries),
        "CodeBook": [Node("Codes", {}, tree.roots)] if tree.roots else [],
        "Sources": list(sources.values()),
        "Notes": _notes(content, sources, tree, entries, plain),
        "Cases": _cases(content, sources, entries),
        "Links": _links(content, tree, entries),
    }
    project.children = [Node(tag, {}, nodes) for tag, nodes in parts.items() if nodes]
    project.children = in_order(project)
    whole, made = identified(project)
    return whole, {made[key]: entry for key, entry in entries.items()}


def with_contents(project: Node, entries: Entries) -> Node:
    """The project with its contents notes."""
    notes = project.first("Notes")
    if entries and notes is None:
        notes = Node("Notes")
        project.children.append(notes)
        project.children = in_order(project)
    if notes is not None:
        notes.children += contents_notes(entries)
    return project


def _users(content: Content, users: Mapping[str, Node], entries: Entries) -> list[Node]:
    """Everybody who coded, wrote or judged; people of other tools as their file has them."""
    people = {f.coder for f in content.fragments.values()}
    people |= {memo.person_id for memo in content.memos.values()}
    people |= {one.person_id for one in content.appraisals.values()}
    made = []
    for person in sorted(person for person in people if person):
        said = {"name": content.people.get(person, person), "id": person}
        said = users[person].attributes if person in users else said
        made.append(Node("User", {**said, "guid": own("person", person)}))
        kind = "other_person" if person in users else "person"
        entries[made[-1].guid] = {"kind": kind, "person": person}
    return made


def _sources(content: Content, tree: CodeTree, entries: Entries, plain: Any) -> dict[str, Node]:
    """A text source per document, with the selections of its fragments, by document id."""
    on: dict[str, list[FragmentState]] = defaultdict(list)
    for fragment in content.fragments.values():
        on[_document_of(fragment)].append(fragment)
    made: dict[str, Node] = {}
    for key in sorted(content.documents.keys() | on.keys()):
        document = content.documents.get(key, Document(document_id=key, title=key or NO_SOURCE))
        made[key] = _source(document, on[key], tree, entries, plain)
        if key in content.documents:
            entries[made[key].guid] = {
                "kind": "document",
                "document_id": key,
                "document": {**plain(document), "text": None},
                "has_text": document.text is not None,
            }
        else:
            entries[made[key].guid] = {"kind": "place_holder"}
    return made


def _document_of(fragment: FragmentState) -> str:
    if fragment.document_id:
        return fragment.document_id
    return fragment.sources[0].document_id if fragment.sources else ""


def _source(
    document: Document,
    fragments: Iterable[FragmentState],
    tree: CodeTree,
    entries: Entries,
    plain: Any,
) -> Node:
    guid = own("document", document.document_id)
    node = Node("TextSource", {"guid": guid, "name": document.title or document.document_id})
    passages: list[str] = []
    at, selections, loose = 0, [], []
    for fragment in fragments:
        codings = tree.codings(fragment)
        entry = {"kind": "fragment", "fragment": plain(fragment)}
        place = (fragment.start, fragment.end)
        if document.text is None:
            words = _words(fragment)
            place, at = (at, at + len(words)), at + len(words) + 2
            passages.append(words)
        if place[0] is None or place[1] is None:
            loose += codings or []
            entries |= {coding.guid: entry for coding in codings[:1]}
            continue
        selections.append(_selection(fragment, (place[0], place[1]), codings))
        entries[selections[-1].guid] = entry
    text = "\n\n".join(passages) if document.text is None else document.text
    node.children = [Node("PlainTextContent", {}, [], text), *selections, *loose]
    return node


def _words(fragment: FragmentState) -> str:
    """What stands for a fragment in a text made of passages."""
    said = [e.statement for e in fragment.elements if e.statement]
    return fragment.quote or fragment.paraphrase or "; ".join(said) or fragment.fragment_id


def _selection(fragment: FragmentState, place: tuple[int, int], codings: list[Node]) -> Node:
    attributes = {
        "guid": own("fragment", fragment.fragment_id),
        "name": _words(fragment).replace("\n", " ")[:200],
        "startPosition": str(place[0]),
        "endPosition": str(place[1]),
    }
    if fragment.coder:
        attributes["creatingUser"] = own("person", fragment.coder)
    if is_valid("time", fragment.coded_at):
        attributes["creationDateTime"] = fragment.coded_at
    memo = [Node("Description", {}, [], fragment.memo)] if fragment.memo else []
    return Node("PlainTextSelection", attributes, [*memo, *codings])


def _notes(
    content: Content, sources: Mapping[str, Node], tree: CodeTree, entries: Entries, plain: Any
) -> list[Node]:
    """Memos, each referred to by what it is about where that is in the project."""
    holders = {n.guid: n for root in (*sources.values(), *tree.roots) for n in root.walk()}
    notes = []
    for memo in content.memos.values():
        note = _note(memo)
        notes.append(note)
        entries[note.guid] = {
            "kind": "memo",
            "memo_id": memo.memo_id,
            "about": memo.about,
            "links": list(memo.links),
        }
        if memo.passage is not None:
            entries[note.guid]["passage"] = plain(memo.passage)
        kind, _, key = memo.about.partition("/")
        holder = holders.get(tree.guid_of_memo(kind, key) or own(kind, key))
        selection = _noted_passage(memo, content.documents.get(key))
        if holder is not None and selection is not None:
            entries[selection.guid] = {
                "kind": "memo_passage",
                "memo_id": memo.memo_id,
                "about": memo.about,
            }
            holder.children.append(selection)
            holder.children = in_order(holder)
            holder = selection
        if holder is not None:
            holder.children.append(Node("NoteRef", {"targetGUID": note.guid}))
            holder.children = in_order(holder)
    appraisals = [one for _, one in sorted(content.appraisals.items())]
    return notes + appraisal_notes(appraisals, holders, own, entries)


def _note(memo: Memo) -> Node:
    attributes = {"guid": own("memo", memo.memo_id), "name": f"Memo on {memo.about}"}
    words = Node("PlainTextContent", {}, [], memo.text)
    return Node("Note", {**attributes, **_by(memo)}, [words])


def _noted_passage(memo: Memo, document: Document | None) -> Node | None:
    """The selection, without a coding, of a memo on a passage of a document's text."""
    place = memo.passage
    if document is None or document.text is None or place is None or place.start is None:
        return None
    attributes = {
        "guid": own("memo passage", memo.memo_id),
        "name": place.quote.replace("\n", " ")[:200],
        "startPosition": str(place.start),
        "endPosition": str(place.end),
    }
    return Node("PlainTextSelection", {**attributes, **_by(memo)})


def _by(memo: Memo) -> dict[str, str]:
    """Author and time of a memo, as far as they are known."""
    said = {"creatingUser": own("person", memo.person_id)} if memo.person_id else {}
    return said | ({"creationDateTime": memo.at} if is_valid("time", memo.at) else {})


def _cases(content: Content, sources: Mapping[str, Node], entries: Entries) -> list[Node]:
    """Cases with their documents, and passages of other ones; participants with the passages that
    are theirs.
    """
    documents: dict[str, list[str]] = defaultdict(list)
    for document in content.documents.values():
        if document.case_id:
            documents[document.case_id].append(sources[document.document_id].guid)
    selections: dict[str, list[str]] = defaultdict(list)
    guids = {node.guid for source in sources.values() for node in source.walk()}
    for fragment in content.fragments.values():
        guid = own("fragment", fragment.fragment_id)
        held = content.documents.get(fragment.document_id or "")
        whole = held.case_id if held else None
        for name in {s.case_id for s in fragment.sources if s.case_id != whole} | {
            f"Participant {s.participant}" for s in fragment.sources if s.participant
        }:
            if name and guid in guids:
                selections[name].append(guid)
    cases = []
    for name in sorted(documents.keys() | selections.keys()):
        cases.append(_case(name, documents[name], selections[name]))
        entries[cases[-1].guid] = {"kind": "case"}
    return cases


def _case(name: str, documents: Iterable[str], selections: Iterable[str]) -> Node:
    refers = [Node("SourceRef", {"targetGUID": guid}) for guid in documents]
    refers += [Node("SelectionRef", {"targetGUID": guid}) for guid in selections]
    return Node("Case", {"guid": own("case", name), "name": name}, refers)


def _links(content: Content, tree: CodeTree, entries: Entries) -> list[Node]:
    """From each element of a fragment to those of the next role that it has."""
    links = []
    for fragment in content.fragments.values():
        codings = tree.by_role(fragment)
        present = [role for role in ROLES if role in codings]
        for earlier, later in pairwise(present):
            for a in codings[earlier]:
                links += [_link(fragment.fragment_id, a, b) for b in codings[later]]
        if fragment.duplicate_of in content.fragments:
            ends = own("fragment", fragment.fragment_id), own("fragment", fragment.duplicate_of)
            links.append(_link("repeats", *ends))
    entries |= {link.guid: {"kind": "link"} for link in links}
    return links


def _link(name: str, origin: str, target: str) -> Node:
    label = name if name == "repeats" else f"leads to ({re.sub(chr(10), ' ', name)})"
    attributes = {
        "guid": made_from("own link", name, origin, target),
        "name": label,
        "direction": "OneWay",
        "originGUID": origin,
        "targetGUID": target,
    }
    return Node("Link", attributes)
