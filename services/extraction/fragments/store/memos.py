"""Memos about anything. Those about what is confidential are sealed like the documents.

What is not known here, a document or fragment or a kind of thing, may be confidential: memos about
it are sealed too, where there is a key.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_

from services.extraction.fragments.store.tables import memos
from services.extraction.rounds.domain import canonical, memos_on, parted
from services.extraction.rounds.store import visible, visible_of
from services.extraction.tables import documents, fragments
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, Row, all_of, first_of, put, rows_among
from shared.db.sealing import opened, require_key, sealed

WORDS, VALUES = ("text",), ("links", "passage")


async def confidence_of(tx: Tx, review_id: str, abouts: Collection[str]) -> dict[str, bool | None]:
    """Whether what memos are about is confidential, by `about`; None: nothing here says so."""
    parts = {about: parted(about) for about in abouts}
    found: dict[str, dict[str, bool]] = {"document": {}, "fragment": {}}
    for kind, table, column, flag in (
        ("document", documents, documents.c.document_id, "confidential"),
        ("fragment", fragments, fragments.c.fragment_id, "withheld"),
    ):
        keys = {key for said, key in parts.values() if said == kind}
        for row in await rows_among(tx, table, review_id, column, keys):
            found[kind][row[column.name]] = bool(row[flag])
    found["open"] = {key: False for kind, key in parts.values() if kind == "open"}
    return {about: found.get(kind, {}).get(key) for about, (kind, key) in parts.items()}


async def memos_about(tx: Tx, review_id: str, about: str) -> list[dict[str, Any]]:
    """Memos about a thing (`fragment/F1`, `theory/PT1`, `code/...`), oldest first."""
    names = {about, canonical(about)}
    here = (memos.c.review_id == review_id) & memos.c.about.in_(names)
    rows = await all_of(tx, select(memos).where(here).order_by(memos.c.at, memos.c.memo_id))
    return await visible_of(tx, review_id, _opened(tx, rows))


async def memos_of_review(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Every memo of the review, by its id, that whoever acts may see."""
    query = select(memos).where(memos.c.review_id == review_id).order_by(memos.c.memo_id)
    return await visible_of(tx, review_id, _opened(tx, await all_of(tx, query)))


async def fragments_with_memos(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """Fragments that hold a memo, but for withdrawn ones, by id, that whoever acts may see."""
    f = fragments.c
    noted = f.withheld | (f.state["memo"].as_string() != "")
    here = (f.review_id == review_id) & (f.status != "withdrawn") & visible(tx.actor)
    rows = await all_of(tx, select(fragments).where(here, noted).order_by(f.fragment_id))
    found = (opened(tx, row, (), ("state", "place")) for row in rows)
    return [row for row in found if row["state"].get("memo")]


async def memo_of(tx: Tx, review_id: str, memo_id: str) -> dict[str, Any] | None:
    """One memo."""
    here = (memos.c.review_id == review_id) & (memos.c.memo_id == memo_id)
    row = await first_of(tx, select(memos).where(here))
    return None if row is None else opened(tx, row, WORDS, VALUES)


async def keep_memo(tx: Tx, row: Row) -> None:
    """Store a memo over an earlier wording, sealed where it is about what is confidential, and
    under the one way of writing what that is: whoever erases a document finds it by that.

    Raises `NoSourceKey` where that is so and there is no key.
    """
    await _keep(tx, row["review_id"], [{**row, "about": canonical(row["about"])}])


async def seal_memos_about(tx: Tx, review_id: str, abouts: Collection[str]) -> None:
    """Store the memos about these things anew, after their confidence changed."""
    for some in chunks(sorted(abouts), CHUNK):
        here = (memos.c.review_id == review_id) & memos.c.about.in_(some)
        rows = await all_of(tx, select(memos).where(here))
        await _keep(tx, review_id, _opened(tx, rows))


async def memos_on_passages(tx: Tx, review_id: str, document_id: str) -> list[dict[str, Any]]:
    """The memos on passages of a document, whoever wrote them, by id."""
    abouts = memos_on("document", [document_id])
    here = (memos.c.review_id == review_id) & memos.c.about.in_(abouts)
    noted = select(memos).where(here, memos.c.passage.is_not(None)).order_by(memos.c.memo_id)
    return _opened(tx, await all_of(tx, noted))


async def memo_page(tx: Tx, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
    """Memos of any review, by review and id after `after`."""
    key = tuple_(memos.c.review_id, memos.c.memo_id)
    query = select(memos).where(key > after).order_by(memos.c.review_id, memos.c.memo_id)
    return _opened(tx, await all_of(tx, query.limit(limit)))


async def seal_memos(tx: Tx, rows: Sequence[Row]) -> None:
    """Store memos anew, sealed under the newest key where they are about what is confidential."""
    by_review: dict[str, list[Row]] = {}
    for row in rows:
        by_review.setdefault(row["review_id"], []).append(row)
    for review_id, of_review in by_review.items():
        await _keep(tx, review_id, of_review)


async def shown_memo(tx: Tx, review_id: str, memo_id: str) -> dict[str, Any] | None:
    """One memo, unless a round of coding hides it from whoever acts."""
    row = await memo_of(tx, review_id, memo_id)
    shown = await visible_of(tx, review_id, [row]) if row else []
    return shown[0] if shown else None


async def remove_memo(tx: Tx, review_id: str, memo_id: str) -> None:
    """Delete one memo for good."""
    here = (memos.c.review_id == review_id) & (memos.c.memo_id == memo_id)
    await tx.execute(delete(memos).where(here))


async def erase_memos(tx: Tx, review_id: str, about: Collection[str]) -> None:
    """Delete the memos about these things for good."""
    for some in chunks(sorted(about), CHUNK):
        here = (memos.c.review_id == review_id) & memos.c.about.in_(some)
        await tx.execute(delete(memos).where(here))


async def _keep(tx: Tx, review_id: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    closed = await confidence_of(tx, review_id, {row["about"] for row in rows})
    if any(closed[row["about"]] for row in rows):
        require_key(tx)
    await put(
        tx,
        memos,
        [dict(row) if closed[row["about"]] is False else sealed(tx, row, WORDS, VALUES)
         for row in rows],
    )  # fmt: skip


def _opened(tx: Tx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [opened(tx, row, WORDS, VALUES) for row in rows]
