"""Where passages stand: verified when coded, looked up again when a text arrives or changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.fragments.store import fragments
from services.extraction.fragments.store import memos as memos_store
from services.extraction.texts.domain import (
    Passage,
    PassageMismatch,
    normalise,
    passage,
    relocate,
)
from shared.db import Tx
from shared.events.extraction import FragmentState
from shared.http.problems import Conflict

NONE, VERIFIED, UNVERIFIED, MOVED, BROKEN = "none", "verified", "unverified", "moved", "broken"
"""Anchors: no offsets; stands where it says; no text to compare with yet; stands elsewhere in
the newest text; stands nowhere in it, or in several places."""


NOWHERE = "The quote stands nowhere in the document's text; copy the words from the text"


class QuoteMismatch(Conflict):
    """The quote is not what stands in the text at these offsets."""

    title = "The quote does not stand there"


def anchored(
    fragment: FragmentState,
    before: Mapping[str, Any] | None,
    texts: Mapping[str, Mapping[str, Any]],
    field: str,
) -> dict[str, Any]:
    """The columns `anchor` and `place` of a fragment that is being coded.

    A passage that did not change keeps them. Raises `QuoteMismatch` naming `field`.
    """
    if before is not None and _place(fragments.state_of(before)) == _place(fragment):
        return {"anchor": before["anchor"], "place": fragments.place_of(before)}
    if fragment.start is None or fragment.end is None or fragment.document_id is None:
        return {"anchor": NONE, "place": None}
    text = texts.get(fragment.document_id)
    if text is None:
        return {"anchor": UNVERIFIED, "place": _as_said(fragment)}
    try:
        found = passage(text["text"], fragment.start, fragment.end, fragment.quote)
    except PassageMismatch as error:
        raise QuoteMismatch(
            f"The passage is not what stands there: {error}",
            field=field,
            fragment=fragment.fragment_id,
        ) from error
    return {"anchor": VERIFIED, "place": found}


def check_quote(
    fragment: FragmentState,
    before: Mapping[str, Any] | None,
    texts: Mapping[str, Mapping[str, Any]],
    field: str,
) -> None:
    """Raise `QuoteMismatch` where a new quote without offsets stands nowhere in the text."""
    text = texts.get(fragment.document_id or "")
    if text is None or fragment.start is not None or not fragment.quote.strip():
        return
    if before is not None and _place(fragments.state_of(before)) == _place(fragment):
        return
    if normalise(fragment.quote) not in text["text"]:
        raise QuoteMismatch(
            f"{NOWHERE}, or send your own words as a paraphrase.",
            field=field,
            fragment=fragment.fragment_id,
        )


async def anchor_again(
    tx: Tx, review_id: str, document_id: str, text: str, rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Look up the passages of a document's fragments, and those of memos on it, in its new text;
    nothing is refused now.

    Returns the fragments whose passages a person has to find again, sorted.
    """
    moved: list[dict[str, Any]] = []
    for row in rows:
        place = fragments.place_of(row)
        if row["document_id"] == document_id and place is not None:
            anchor, found = look_up(text, place)
            moved.append({**row, "anchor": anchor, "place": found})
    await fragments.keep_marks(tx, moved)
    noted = await memos_store.memos_on_passages(tx, review_id, document_id)
    await memos_store.seal_memos(
        tx, [{**row, "passage": noted_in(text, row["passage"]["quote"])} for row in noted]
    )
    return sorted(row["fragment_id"] for row in moved if row["anchor"] == BROKEN)


def noted(text: str | None, quote: str, start: int | None, end: int | None) -> dict[str, Any]:
    """The passage of a memo, which need not be coded: quote and offsets, those it is said to have
    where nothing can be compared with yet. Without them it stands where its quote stands once.

    Raises `QuoteMismatch`.
    """
    if text is None:
        return {"quote": normalise(quote), "start": start, "end": end}
    if start is None or end is None:
        if normalise(quote) not in text:
            raise QuoteMismatch(f"{NOWHERE}.", field="passage.quote")
        return noted_in(text, quote)
    try:
        found = passage(text, start, end, quote)
    except PassageMismatch as error:
        raise QuoteMismatch(
            f"The passage is not what stands there: {error}", field="passage.quote"
        ) from error
    return {"quote": found.quote, "start": found.start, "end": found.end}


def noted_in(text: str, quote: str) -> dict[str, Any]:
    """The passage of a memo in a text; without offsets where its quote does not stand once."""
    found = relocate(text, Passage(0, 0, normalise(quote)))
    where = (None, None) if found is None else (found.start, found.end)
    return {"quote": normalise(quote), "start": where[0], "end": where[1]}


def look_up(text: str, place: Passage) -> tuple[str, Passage]:
    """The anchor of a passage in another text, and where it stands there (or stood, if broken).

    A passage is carried over only where its quote stands in the other text exactly once.
    """
    found = relocate(text, place)
    if found is None:
        return BROKEN, place
    return (VERIFIED if found.start == place.start else MOVED), found


def _as_said(fragment: FragmentState) -> Passage:
    return Passage(fragment.start or 0, fragment.end or 0, normalise(fragment.quote))


def _place(fragment: FragmentState) -> tuple[Any, ...]:
    return (fragment.document_id, fragment.start, fragment.end, fragment.quote)
