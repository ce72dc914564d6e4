"""What the coding page shows: the text with its marks, fragments, and the codes to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.web.domain import fragment_relations
from workbench.web.domain.coded_elements import elements_of
from workbench.web.domain.coding_roles import EVERY, MARKS, choices, labels_of
from workbench.web.domain.passages import (
    CodedPassage,
    Mark,
    NotedPassage,
    Sentence,
    paragraphs,
    places,
    sentences_at,
)
from workbench.web.domain.spans import moved_spans, own_words
from workbench.web.domain.typed_numbers import whole

DRAFT = "draft"
TARGETS = {"ccmoc": "a configuration", "argument": "an argument"}
"""What a fragment may be related to, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A document on the coding page."""

    document: Mapping[str, Any]
    text: str
    blocks: Sequence[Sequence[Sentence]]
    fragments: Sequence[Mapping[str, Any]]
    styles: Mapping[str, str]
    theories: Sequence[Mapping[str, Any]]
    theory: str
    names: Mapping[str, str]
    groups: Mapping[str, Sequence[Mapping[str, Any]]]
    labels: Mapping[str, str]
    spans: Mapping[str, Sequence[str]]
    older: Mapping[str, Sequence[str]]
    memos: Sequence[Mapping[str, Any]]


def coding(
    document: Mapping[str, Any],
    text: str,
    fragments: Sequence[Mapping[str, Any]],
    theories: Sequence[Mapping[str, Any]],
    theory: str,
    codebook: Mapping[str, Any],
    outdated: Sequence[Mapping[str, Any]] = (),
    codes: Sequence[Mapping[str, Any]] = (),
    span: tuple[int, int] | None = None,
    memos: Sequence[Mapping[str, Any]] = (),
) -> Coding:
    """Put together what the page needs of the fragments that are shown.

    Of the text only the sentences in `span`, where it is given.

    `outdated` are codings from before their code came to mean what it means now; `codes` are
    those of all codebooks, where the fragments have some that the theory's does not name; `memos`
    are those about the document, some of them on passages.
    """
    shown = sorted(fragments, key=lambda f: (_start(f), f["id"]))
    marks: list[Mark] = [*_marks(shown), *_noted(memos)]
    older = dict[str, list[str]]()
    for one in outdated:
        older.setdefault(one["fragment"], []).append(one["label"])
    return Coding(
        document=document,
        text=text,
        blocks=[sentences_at(text, marks, *span)] if span else paragraphs(text, marks),
        fragments=shown,
        styles={f["id"]: style(f) for f in shown},
        theories=theories,
        theory=theory,
        names={t["theory_id"]: t["name"] or t["theory_id"] for t in theories},
        groups={role: choices(codebook, role) for role in EVERY},
        labels={c["code_id"]: c["label"] or c["code_id"] for c in codes} | labels_of(codebook),
        spans={f["id"]: [span_of(f, e, text) for e in f["elements"]] for f in shown},
        older=older,
        memos=sorted(memos, key=_by_place),
    )


def standing(fragments: Sequence[Mapping[str, Any]], reader: str) -> list[Mapping[str, Any]]:
    """The fragments that a reader is shown: not withdrawn ones, nor drafts of others."""
    return [f for f in fragments if f["status"] == "active" or _own_draft(f, reader)]


def _own_draft(fragment: Mapping[str, Any], reader: str) -> bool:
    return bool(fragment["status"] == DRAFT and fragment["coder"] == reader)


def span_of(fragment: Mapping[str, Any], element: Mapping[str, Any], text: str) -> str:
    """The words inside the passage that an element is coded from; "" for the whole passage.

    Its offsets are those at which it was coded: they move with the passage.
    """
    place, start = fragment.get("place"), element.get("start")
    if start is None or not place or fragment.get("start") is None or fragment["words_withheld"]:
        return ""
    moved = place["start"] - fragment["start"]
    return text[start + moved : element["end"] + moved]


def _start(fragment: Mapping[str, Any]) -> int:
    place = fragment.get("place")
    return place["start"] if place else 1 << 60


def place_of(memo: Mapping[str, Any]) -> int | None:
    """Where the passage of a memo begins in the text; None for one that is on none, or lost it."""
    start = (memo["passage"] or {}).get("start")
    return None if start is None else int(start)


def _by_place(memo: Mapping[str, Any]) -> tuple[int, str]:
    start = place_of(memo)
    return (1 << 60 if start is None else start, memo["memo_id"])


def _noted(memos: Sequence[Mapping[str, Any]]) -> list[NotedPassage]:
    places = ((one["memo_id"], one["passage"]) for one in memos if place_of(one) is not None)
    return [NotedPassage(memo, place["start"], place["end"]) for memo, place in places]


def _marks(fragments: Sequence[Mapping[str, Any]]) -> list[CodedPassage]:
    return [
        CodedPassage(f["id"], f["place"]["start"], f["place"]["end"])
        for f in fragments
        if f.get("place")
    ]


def style(fragment: Mapping[str, Any]) -> str:
    """How a fragment is marked in the text: as its one role, or as linked."""
    roles = {element["role"] for element in fragment["elements"]}
    return MARKS[roles.pop()] if len(roles) == 1 else "linked"


def form_of(fragment: Mapping[str, Any]) -> dict[str, Any]:
    """A fragment as the form shows it for editing; `seen` is the version that is edited."""
    place = fragment.get("place") or {}
    return {
        "fragment": fragment["id"],
        "seen": str(fragment["version"]),
        "quote": fragment["quote"],
        "start": str(place.get("start", "")),
        "end": str(place.get("end", "")),
        **{name: fragment[name] for name in ("memo", *WORDS, "explicitness")},
        **{f"also_{theory}": "yes" for theory in fragment["theories"] or ()},
        "status": fragment["status"],
        **fragment_relations.fields_of(fragment["relations"]),
        **{
            f"e{n}_{name}": value
            for n, element in enumerate(fragment["elements"])
            for name, value in (
                ("role", element["role"]),
                ("code", element["code"]),
                ("was", element["code"] if element["of_group"] else ""),
                ("wished", "yes" if element.get("wished") else ""),
                ("state", element["state"]),
                ("said", element["statement"]),
                *own_words(fragment, element),
            )
        },
    }


def passage_of(form: Mapping[str, str], text: str) -> tuple[dict[str, Any], str]:
    """Quote and offsets of a form, and what is wrong with them ("" where nothing is).

    Without offsets (no script) the quote is looked for: it has to stand once in the text.
    A document whose text is not here is coded by quotes alone.
    """
    quote = form.get("quote", "").replace("\r\n", "\n").strip()
    edited = bool(form.get("seen"))
    if not quote and (edited or form.get("paraphrase", "").strip()):
        return {}, ""
    if not quote:
        return {}, "Select a passage in the text, paste it, or say it in your own words."
    if not text:
        return {"quote": quote}, ""
    start, end = whole(form.get("start", "")), whole(form.get("end", ""))
    given = start is not None and end is not None
    if given and not (edited and text[start:end] != quote):
        return {"quote": quote, "start": start, "end": end}, ""
    found = places(text, quote)
    if len(found) == 1:
        return {"quote": quote, "start": found[0], "end": found[0] + len(quote)}, ""
    if not found:
        return {}, "The passage does not stand in the text like this; copy it again."
    return {}, f"The passage stands {len(found)} times in the text; copy more words around it."


def fragment_of(
    form: Mapping[str, str], document: Mapping[str, Any], place: Mapping[str, Any]
) -> dict[str, Any]:
    """The fragment that a form describes, as extraction takes it."""
    source = {"document": document["id"], "attribution": "cited", "case": document["case"]}
    return {
        "theories": theories_of(form, ()),
        "elements": elements_of(form, place),
        "sources": [source],
        "document": document["id"],
        **place,
        "explicitness": form.get("explicitness") or "stated",
        "status": form.get("status") or "active",
        **words_of(form),
    }


WORDS = ("paraphrase", "rationale", "locator")
"""What is said of a fragment beside its memo."""


def words_of(form: Mapping[str, str]) -> dict[str, str]:
    """Memo, paraphrase, rationale and locator, as far as the form shows them."""
    shown = (name for name in ("memo", *WORDS) if name == "memo" or name in form)
    return {name: (form.get(name) or "").replace("\r\n", "\n").strip() for name in shown}


def theories_of(form: Mapping[str, str], before: Sequence[str]) -> list[str]:
    """The theory that is shown, and the others that are ticked; those `before` where none are."""
    ticked = [name.removeprefix("also_") for name in form if name.startswith("also_")]
    if before and "theories" not in form:
        return list(before)
    first = [form["theory"]] if form.get("theory") and not form.get("seen") else []
    order = [*(t for t in before if t in ticked), *first, *ticked]
    return list(dict.fromkeys(order))


KEPT = (
    "theories",
    "sources",
    "document",
    "statement_level",
    "coder",
    "coded_at",
    "duplicate_of",
    "status",
    *WORDS,
)
"""What of a fragment its form does not show, and editing leaves as it is."""


def _status(fragment: Mapping[str, Any], form: Mapping[str, str]) -> Any:
    """A draft that is saved without its mark counts from now on; all else stays what it is."""
    if form.get("status") == DRAFT:
        return DRAFT
    return "active" if fragment["status"] == DRAFT else fragment["status"]


def amended(
    fragment: Mapping[str, Any], form: Mapping[str, str], place: Mapping[str, Any]
) -> dict[str, Any]:
    """The fragment as its form amends it, as extraction takes it; the spans of its elements
    move with the passage.
    """
    return {
        **{name: fragment[name] for name in KEPT},
        "theories": theories_of(form, fragment["theories"] or ()),
        "elements": elements_of(form, place, moved_spans(fragment, place)),
        "relations": fragment_relations.relations_of(form, fragment["relations"]),
        **place,
        "explicitness": form.get("explicitness") or "stated",
        "status": _status(fragment, form),
        **words_of(form),
    }
