"""What a review holds that travels: documents, codebooks, fragments, memos."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.events.extraction import (
    CodeDefinition,
    CodeState,
    Element,
    FragmentState,
    GroupState,
)

ROLE_LABELS = {
    "intervention": "Intervention",
    "actor": "Actor",
    "strategy": "Strategy",
    "context": "Context",
    "mechanism_resource": "Mechanism: resource",
    "mechanism_response": "Mechanism: response",
    "outcome": "Outcome",
}
NO_THEORY = "No theory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source of evidence; `text` is None where the review holds none."""

    document_id: str
    title: str = ""
    kind: str = "literature"
    record_id: str | None = None
    study_id: str = ""
    case_id: str | None = None
    year: int | None = None
    confidential: bool = False
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoPassage:
    """The words of a document that a memo is on, and where they stand; None: not known."""

    quote: str
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        return self.quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What a person wrote about a thing (`fragment/F1`), or about a passage of a document that
    need not be coded; `at` is RFC 3339.
    """

    memo_id: str
    about: str
    text: str
    person_id: str | None = None
    at: str = ""
    links: tuple[Mapping[str, str], ...] = ()
    passage: MemoPassage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """What a person says of a fragment or a document (`of`) as evidence: words, and why."""

    of: str
    id: str
    person_id: str
    relevance: str | None = None
    richness: str | None = None
    rigour: str | None = None
    comment: str = ""

    @property
    def key(self) -> str:
        """One of a person and a thing."""
        return f"{self.of}/{self.id}/{self.person_id}"

    @property
    def label(self) -> str:
        """The words of the axes."""
        said = {name: getattr(self, name) for name in ("relevance", "richness", "rigour")}
        words = [f"{name} {word.replace('_', ' ')}" for name, word in said.items() if word]
        return ", ".join(words) or "a comment"


@dataclass(slots=True)
class Content:
    """All of it; theories by id with their names, people by id with their names."""

    documents: dict[str, Document] = field(default_factory=dict)
    codebooks: dict[str, tuple[GroupState, ...]] = field(default_factory=dict)
    fragments: dict[str, FragmentState] = field(default_factory=dict)
    memos: dict[str, Memo] = field(default_factory=dict)
    codes: dict[str, CodeDefinition] = field(default_factory=dict)
    appraisals: dict[str, Appraisal] = field(default_factory=dict)
    theories: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Whether there is nothing of the review's own."""
        held = (self.documents, self.codebooks, self.fragments, self.memos, self.codes)
        return not any(held) and not self.appraisals


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which a file differs from the review: `added`, `changed` or `removed`.

    `kind` is document, codebook, fragment, memo, code or appraisal; `fields` names what
    changed, `before` and `after` say each of them in words.
    """

    kind: str
    id: str
    what: str
    label: str = ""
    fields: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def differences(before: Content, after: Content) -> list[Difference]:
    """What accepting `after` would do to a review that holds `before`, sorted by kind and id."""
    found: list[Difference] = []
    parts: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...] = (
        ("document", before.documents, after.documents),
        ("codebook", before.codebooks, after.codebooks),
        ("fragment", before.fragments, after.fragments),
        ("memo", before.memos, after.memos),
        ("code", before.codes, after.codes),
        ("appraisal", before.appraisals, after.appraisals),
    )
    for kind, old, new in parts:
        for key in sorted(old.keys() | new.keys()):
            difference = _difference(kind, key, old.get(key), new.get(key))
            if difference is not None:
                found.append(difference)
    return found


def _difference(kind: str, key: str, old: Any, new: Any) -> Difference | None:
    if old is None or new is None:
        what = "added" if old is None else "removed"
        return Difference(kind=kind, id=key, what=what, label=_label(new or old, key))
    if kind == "codebook":
        changed = _changed_groups(old, new)
    else:
        changed = [
            (name, in_words(getattr(old, name)), in_words(getattr(new, name)))
            for name in type(old).__dataclass_fields__
            if name not in ("version", "confidential") and getattr(old, name) != getattr(new, name)
        ]
    if not changed:
        return None
    fields, before, after = zip(*changed, strict=True)
    return Difference(
        kind=kind,
        id=key,
        what="changed",
        label=_label(new, key),
        fields=fields,
        before=before,
        after=after,
    )


def _changed_groups(
    old: tuple[GroupState, ...], new: tuple[GroupState, ...]
) -> list[tuple[str, str, str]]:
    """Labels of the groups that are not the same in both, with what each is in words."""
    before, after = ({group.group_id: group for group in groups} for groups in (old, new))
    ids = [g for g in sorted(before.keys() | after.keys()) if before.get(g) != after.get(g)]
    return [
        ((after.get(g) or before[g]).label or g, in_words(before.get(g)), in_words(after.get(g)))
        for g in ids
    ]


MOST_WORDS = 300


def in_words(value: Any) -> str:
    """A value of a difference as people read it, at most 300 letters."""
    match value:
        case None | "" | ():
            words = ""
        case GroupState():
            words = f"{value.label or value.group_id}: {in_words(value.codes)}"
        case CodeState():
            words = (
                f"{value.label or value.code_id}{'' if value.sense == 'same' else ' (opposite)'}"
            )
        case Element():
            said = (value.state or "", value.statement)
            words = ", ".join((f"{ROLE_LABELS.get(value.role, value.role)} {value.code_id}",
                               *filter(None, said)))  # fmt: skip
        case tuple() | list():
            words = "; ".join(map(in_words, value))
        case _:
            words = str(value)
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"


def _label(thing: Any, key: str) -> str:
    for name in ("title", "quote", "paraphrase", "text", "label"):
        words = getattr(thing, name, "")
        if isinstance(words, str) and words:
            return words[:80]
    return key
