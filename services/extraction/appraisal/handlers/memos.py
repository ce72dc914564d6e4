"""Memos about anything: writing them, and all of them as entries of the inference log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.fragments.handlers.anchors import noted, noted_in
from services.extraction.fragments.store import fragments
from services.extraction.fragments.store import memos as memos_store
from services.extraction.projections.handlers import require_review
from services.extraction.rounds.domain import canonical, parted
from services.extraction.texts import store as texts_store
from shared.clock import in_utc
from shared.db import Tx
from shared.db.rows import Row
from shared.http.problems import Forbidden, Invalid, NotFound
from shared.ids import stable_id
from shared.text import shortened

CONFIDENTIAL = "a passage of a confidential source"
LABELLED = ("document", "fragment")
"""Kinds of subjects that may be called in several ways."""
Subject = tuple[str, str]
"""Kind and id of what a memo is about."""


async def check_open(tx: Tx, review_id: str, about: str) -> None:
    """Raise `Forbidden` where a memo is about a confidential document, or its fragment.

    A document or fragment that is not known here yet may be confidential.
    """
    closed = (await memos_store.confidence_of(tx, review_id, [about]))[about]
    if closed is not False:
        raise Forbidden("Memos about confidential documents are the coders' alone.")


async def write_memo(
    review_id: str,
    memo_id: str | None,
    about: str,
    text: str,
    person_id: str,
    tx: Tx,
    links: Sequence[Mapping[str, str]] = (),
    passage: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Store a memo about a thing (`fragment/F1`, `theory/PT1`, `document/D1`, `code/C1`).

    Without an id the same words of the same person about the same thing are the same memo.
    `links` name others by `kind` and `id`; `at`: when it was written elsewhere. On a `passage` of a
    document it stays when rewritten. Raises `Forbidden` for somebody else's, `QuoteMismatch`.
    """
    await require_review(tx, review_id)
    about = canonical(about)
    place = await _place(tx, review_id, about, passage, elsewhere=at is not None)
    row: dict[str, Any] = {
        "review_id": review_id,
        "memo_id": memo_id or _id_of(review_id, about, person_id, text, place),
        "about": about,
        "text": text,
        "person_id": person_id,
        "links": [dict(link) for link in links],
        "passage": place,
        "at": at or tx.now(),
    }
    before = await memos_store.memo_of(tx, review_id, row["memo_id"])
    if before is not None and before["person_id"] != person_id:
        raise Forbidden("This memo is somebody else's; write one of your own about it.")
    if before is not None and before["about"] == about:
        row["passage"] = place or before["passage"]
    same = ("about", "text", "links", "passage")
    if before is not None and all((before[name] or None) == (row[name] or None) for name in same):
        return before
    await memos_store.keep_memo(tx, row)
    return row


async def withdraw_memo(review_id: str, memo_id: str, tx: Tx, *, everybodys: bool) -> None:
    """Take a memo back: its words are deleted here, and no event ever held them.

    People take back their own, owners (`everybodys`) all.
    """
    await require_review(tx, review_id)
    row = await memos_store.shown_memo(tx, review_id, memo_id)
    if row is None:
        raise NotFound("There is no such memo in this review.")
    if row["person_id"] != tx.actor and not everybodys:
        raise Forbidden(
            "This memo is somebody else's; they or an owner of the review take it back."
        )
    await memos_store.remove_memo(tx, review_id, memo_id)


def _id_of(
    review_id: str, about: str, person_id: str, text: str, place: Mapping[str, Any] | None
) -> str:
    said = (str(value) for value in (place or {}).values())
    return stable_id(review_id, "memo", about, person_id, text, *said)


async def _place(
    tx: Tx, review_id: str, about: str, passage: Mapping[str, Any] | None, *, elsewhere: bool
) -> dict[str, Any] | None:
    """The passage that a memo is on, where it stands; one written `elsewhere` may have lost it."""
    if passage is None:
        return None
    kind, document_id = parted(about)
    if kind != "document":
        raise Invalid("Only a memo about a document has a passage.", field="passage")
    texts = await texts_store.texts_by_id(tx, review_id, [document_id])
    text = texts[document_id]["text"] if document_id in texts else None
    if text is not None and elsewhere and passage["start"] is None:
        return noted_in(text, passage["quote"])
    return noted(text, **passage)


async def logged_memos(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every memo that whoever acts may see, those of fragments too, oldest first, with the label
    of the document, passage or code that it is about ("": synthesis, or nobody, knows it).
    """
    await require_review(tx, review_id)
    written = [_entry(row) for row in await memos_store.memos_of_review(tx, review_id)]
    noted = [_of_fragment(row) for row in await memos_store.fragments_with_memos(tx, review_id)]
    found = sorted((*written, *noted), key=lambda one: (one["at"], one["id"]))
    told = await _told(tx, review_id, {_subject(one["about"]) for one in found})
    nothing = {"label": "", "document": None}
    return [
        {**one, "about": {**one["about"], **told.get(_subject(one["about"]), nothing)}}
        for one in found
    ]


def _subject(about: Mapping[str, str]) -> Subject:
    return about["kind"], about["id"]


def _entry(row: Row) -> dict[str, Any]:
    kind, key = parted(row["about"])
    named, _, said = str(row["about"]).partition("/")
    kind = kind if kind in LABELLED else named.strip().lower()
    return {
        "id": row["memo_id"],
        "at": row["at"],
        "person": row["person_id"],
        "about": {"kind": kind, "id": key or said or named},
        "quote": (row["passage"] or {}).get("quote", ""),
        "text": row["text"],
        "links": list(row["links"] or ()),
    }


def _of_fragment(row: Row) -> dict[str, Any]:
    state = fragments.state_of(row)
    return {
        "id": f"fragment/{row['fragment_id']}",
        "at": _coded(state.coded_at, row["updated_at"]),
        "person": row["coder"] or row["coded_by"],
        "about": {"kind": "fragment", "id": row["fragment_id"]},
        "quote": "",
        "text": state.memo,
        "links": [],
    }


def _coded(said: str, kept: datetime) -> datetime:
    """When a fragment was coded, where its coder said it as a moment; else when it was kept."""
    try:
        return in_utc(datetime.fromisoformat(said))
    except ValueError:
        return kept


async def _told(tx: Tx, review_id: str, about: set[Subject]) -> dict[Subject, dict[str, Any]]:
    """Labels of documents, passages and codes, and the document on whose page each stands."""
    ids: dict[str, set[str]] = {}
    for kind, key in about:
        ids.setdefault(kind, set()).add(key)
    passages = await fragments.visible_by_id(tx, review_id, ids.get("fragment", set()))
    known = await texts_store.documents_by_id(tx, review_id, ids.get("document", set()))
    coded = await codebook_store.coded_among(tx, review_id, ids.get("code", set()))
    codes = {code: code for code in coded}
    codes |= await codebook_store.labels_among(tx, review_id, ids.get("code", set()))
    return {
        **{("document", k): _label(row["title"] or k, k) for k, row in known.items()},
        **{("fragment", k): _label(_words(r), r["document_id"]) for k, r in passages.items()},
        **{("code", k): _label(label, None) for k, label in codes.items()},
    }


def _label(label: str, document: str | None) -> dict[str, Any]:
    return {"label": label, "document": document}


def _words(row: Row) -> str:
    """A passage by its words; a paraphrase is never shown in quotation marks."""
    state = fragments.state_of(row)
    if row["withheld"]:
        return CONFIDENTIAL
    said = f"“{shortened(state.quote)}”" if state.quote else shortened(state.paraphrase)
    return said or "a passage"
