"""Another tool's codes as roles, groups and theories: suggested, then said by people."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from services.extraction.exchange.domain.content import Content, Document
from services.extraction.exchange.domain.mapping_losses import losses_of_mapping
from services.extraction.exchange.domain.noted_passages import memo_of, memos_on
from services.extraction.exchange.domain.parts import (
    cases_of,
    imported_person,
    is_imported,
    place_of,
    without_things,
)
from services.extraction.exchange.domain.tree import SELECTIONS, Node, codes_of, section
from services.extraction.exchange.domain.valence import Valences
from services.extraction.exchange.domain.values import made_from
from shared.events.extraction import CodeState, Element, FragmentState, GroupState, SourceRef

_HINTS = (
    ("mechanism_resource", re.compile(r"\bresources?\b", re.I)),
    ("mechanism_response", re.compile(r"\b(response|reasoning|reaction|mechanisms?|M)\b", re.I)),
    ("context", re.compile(r"\b(contexts?|C)\b", re.I)),
    ("outcome", re.compile(r"\b(outcomes?|O)\b", re.I)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedCode:
    """What a code of the project is in the review; without a role it stays as it came.

    `group` is a label; empty: the code is a group of its own. A code without a role may say the
    `valence` (desired, undesired) of the outcomes that are coded beside it.
    """

    code: str
    role: str | None = None
    theory: str | None = None
    group: str = ""
    sense: str = "same"
    valence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCode:
    """A code of a project as people see it: names from the top, what is said, how often used."""

    code: str
    path: tuple[str, ...]
    description: str
    codings: int
    suggested_role: str | None


@dataclass(slots=True)
class Mapped:
    """What the mapping makes of a project, and what it leaves as it came."""

    content: Content = field(default_factory=Content)
    left_over: Node | None = None
    made_of: dict[str, str] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def listed_codes(project: Node) -> list[ListedCode]:
    """Every code, in the order of the tree."""
    used: dict[str, int] = {}
    for node in project.walk():
        if node.tag == "Coding":
            target = node.targets("CodeRef")[0]
            used[target] = used.get(target, 0) + 1
    return [
        ListedCode(
            code=node.guid,
            path=path,
            description=node.words(),
            codings=used.get(node.guid, 0),
            suggested_role=suggested_role(path),
        )
        for path, node in _paths(codes_of(project), ())
    ]


def _paths(codes: Sequence[Node], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    for node in codes:
        path = (*above, node.name)
        yield path, node
        yield from _paths(node.all("Code"), path)


def suggested_role(path: Sequence[str]) -> str | None:
    """The role that a code's names speak of, the nearest name first; None: none of them does."""
    for name in reversed(path):
        for role, hint in _HINTS:
            if hint.search(name):
                return role
    return None


def mapped(
    project: Node,
    mapping: Mapping[str, MappedCode],
    people: Mapping[str, str],
    *,
    confidential: bool = False,
) -> Mapped:
    """Documents, codebooks, fragments and memos of a project, by what people said of its codes.

    A selection is a fragment for each person who coded it; `people` gives who in the review a
    user is. Sources that are mapped become documents, confidential ones if that is said.
    """
    reading = _Mapping(project, mapping, people, confidential=confidential)
    for source in section(project, "Sources"):
        reading.take_source(source)
    reading.take_memos()
    result = reading.result
    result.content.codebooks = reading.codebooks()
    result.left_over = reading.left_over()
    result.losses = losses_of_mapping(
        project, result.content, reading.mapping, people, reading.valences.disputed()
    )
    return result


class _Mapping:
    def __init__(
        self,
        project: Node,
        mapping: Mapping[str, MappedCode],
        people: Mapping[str, str],
        *,
        confidential: bool,
    ) -> None:
        self.project, self.confidential = project, confidential
        self.mapping = {k: m for k, m in mapping.items() if m.role}
        self.done = {k for k, m in mapping.items() if m.role or m.valence}
        self.people = people
        self.names = {listed.code: listed for listed in listed_codes(project)}
        self.result = Mapped()
        labels = {code: listed.path[-1] for code, listed in self.names.items()}
        self.valences = Valences(project, mapping, labels)
        self.cases = cases_of(project)
        self.notes = {note.guid: note for note in section(project, "Notes")}
        self.taken: set[str] = set()
        self.noted: dict[str, str] = {}

    def person(self, user: str | None) -> str | None:
        if not user:
            return None
        return self.people.get(user) or imported_person(user)

    def take_source(self, source: Node) -> None:
        texts = [source, *source.all("Representation", "TextDescription", "Transcript")]
        coded = [(text, one) for text in texts for one in text.all(*SELECTIONS)]
        found = [f for text, one in coded for f in self.fragments(source, text, one)]
        text = next((t for t in texts if t.words("PlainTextContent")), None)
        is_noted = text is not None and self._take_noted(source, text)
        if not found and not is_noted:
            return
        self.result.content.documents[source.guid] = Document(
            document_id=source.guid,
            title=source.name,
            kind="other",
            case_id=self.cases.get(source.guid),
            study_id=source.guid,
            confidential=self.confidential,
            text=None if text is None else text.words("PlainTextContent"),
        )
        self.result.made_of[source.guid] = f"document/{source.guid}"
        self.result.content.fragments |= {f.fragment_id: f for f in found}

    def _take_noted(self, source: Node, text: Node) -> bool:
        """Memos on passages of a source's text that nobody coded; whether there are any."""
        known = len(self.noted)
        for one in text.all(*SELECTIONS):
            for memo in memos_on(text, one, source.guid, self.notes, self.person):
                self.result.content.memos[memo.memo_id] = memo
                self.noted[memo.memo_id] = one.guid
        return len(self.noted) > known

    def fragments(self, source: Node, text: Node, one: Node) -> Iterator[FragmentState]:
        by_person: dict[str | None, list[Node]] = {}
        codings = one.all("Coding")
        for coding in codings:
            if coding.targets("CodeRef")[0] in self.mapping:
                by_person.setdefault(coding.attributes.get("creatingUser"), []).append(coding)
        for user, theirs in by_person.items():
            fragment = self._fragment(source, text, one, user, theirs)
            self.result.made_of.setdefault(one.guid, f"fragment/{fragment.fragment_id}")
            yield fragment
        held = sum(map(len, by_person.values())) + sum(map(self.valences.is_carried, codings))
        if codings and held == len(codings):
            self.taken.add(one.guid)

    def _fragment(
        self, source: Node, text: Node, one: Node, user: str | None, codings: list[Node]
    ) -> FragmentState:
        maps = [(code, self.mapping[code]) for c in codings for code in c.targets("CodeRef")]
        elements = dict.fromkeys((m.role or "", code) for code, m in maps)
        memo = "\n\n".join([words for words in (one.words(), *self._memos(one, codings)) if words])
        return FragmentState(
            fragment_id=made_from("fragment", one.guid, user or ""),
            version=0,
            theories=tuple(sorted({m.theory for _, m in maps if m.theory})),
            elements=tuple(Element(role=role, code_id=code) for role, code in elements),
            sources=(SourceRef(document_id=source.guid, case_id=self.cases.get(source.guid)),),
            document_id=source.guid,
            coder=self.person(user),
            coded_at=codings[0].attributes.get("creationDateTime", ""),
            memo=memo,
            **place_of(text, one),
        )

    def _memos(self, one: Node, codings: list[Node]) -> Iterator[str]:
        """Words of the memos on codings, which have no other place in a fragment."""
        for guid in chain.from_iterable(c.targets("NoteRef") for c in codings):
            if guid in self.notes:
                yield self.notes[guid].words("PlainTextContent")

    def take_memos(self) -> None:
        """Memos on what became something here; the others stay as they came."""
        about = {
            note: thing
            for node in self.project.walk()
            for note in node.targets("NoteRef")
            if (thing := self.result.made_of.get(node.guid) or self._code(node))
        }
        for key, note in self.notes.items():
            if key in about and key not in self.noted:
                self.taken.add(key)
                self.result.content.memos[key] = memo_of(note, about[key], self.person)
        self.taken |= {*self.noted, *self.noted.values()}

    def _code(self, node: Node) -> str:
        return f"code/{node.guid}" if node.guid in self.mapping else ""

    def codebooks(self) -> dict[str, tuple[GroupState, ...]]:
        """Groups that the mapping names, with its codes, by theory."""
        groups: dict[str, dict[tuple[str, str], GroupState]] = {}
        for code, said in self.mapping.items():
            if not said.theory or said.role is None or code not in self.names:
                continue
            name = self.names[code].path[-1]
            label = said.group or name
            here = groups.setdefault(said.theory, {})
            before = here.get((said.role, label)) or GroupState(
                group_id=made_from("group", said.theory, said.role, label),
                role=said.role,
                label=label,
                valence=self._valence(said.theory, said.role, label),
            )
            state = CodeState(code_id=code, label=name, sense=said.sense)
            here[(said.role, label)] = replace(before, codes=(*before.codes, state))
        return {theory: tuple(here.values()) for theory, here in groups.items()}

    def _valence(self, theory: str, role: str, label: str) -> str | None:
        return self.valences.of_group(theory, label) if role == "outcome" else None

    def left_over(self) -> Node | None:
        """The project without what has another place in the review now; None where that was all."""
        left = without_things(self.project, self.taken)
        held = {t for n in left.walk() if n.tag == "Coding" for t in n.targets("CodeRef")}
        left.children = [part for p in left.children if (part := self._rest(p, held))]
        was_all = {part.tag for part in left.children} <= {"Users"} and not self._has_imported()
        return None if was_all and (self.result.made_of or self.done) else left

    def _has_imported(self) -> bool:
        """Whether somebody whom nobody named made something: users keep their names."""
        content = self.result.content
        people = {one.coder for one in content.fragments.values()}
        people |= {one.person_id for one in content.memos.values()}
        return any(is_imported(person) for person in people if person)

    def _rest(self, part: Node, held: set[str]) -> Node | None:
        if part.tag == "CodeBook":
            codes = [c for c in (self._held(code, held) for code in part.children[0].children) if c]
            return Node("CodeBook", {}, [Node("Codes", {}, codes)]) if codes else None
        if part.tag == "Sources":
            kept = [source for source in part.children if not self._is_done(source)]
            return Node("Sources", {}, kept) if kept else None
        return part if part.children or part.text else None

    def _held(self, code: Node, held: set[str]) -> Node | None:
        below = [c for c in (self._held(child, held) for child in code.all("Code")) if c]
        if code.guid in self.done and code.guid not in held and not below:
            return None
        return replace(code, children=[*code.all("Description", "NoteRef"), *below])

    def _is_done(self, source: Node) -> bool:
        """Whether a text is a document now, has no original, and nothing else hangs on it."""
        is_text = source.tag == "TextSource" and source.guid in self.result.made_of
        is_text = is_text and "richTextPath" not in source.attributes
        return is_text and {part.tag for part in source.children} <= {"PlainTextContent"}
