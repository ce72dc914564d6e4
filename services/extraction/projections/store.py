"""What extraction knows of the other services: reviews, theories, records, settlements."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select

from services.extraction.tables import aliases, records, retrievals, reviews, settlements, theories
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, Row, all_of, first_of, put
from shared.projections import aliases as alias_rows
from shared.projections.newest import keep_newest

INCLUDE = "include"


async def keep_reviews(tx: Tx, rows: Sequence[Row]) -> None:
    """Reviews as workbench last said them."""
    await keep_newest(tx, reviews, rows)


async def keep_theories(tx: Tx, rows: Sequence[Row]) -> None:
    """Programme theories as synthesis last said them."""
    await keep_newest(tx, theories, rows)


async def keep_records(tx: Tx, rows: Sequence[Row]) -> None:
    """Records as search last said them."""
    await keep_newest(tx, records, rows)


async def keep_aliases(tx: Tx, rows: Sequence[Row]) -> None:
    """Merges and splits; a row that is not `merged` is the memory of a split."""
    await keep_newest(tx, aliases, rows)


async def keep_settlements(tx: Tx, rows: Sequence[Row]) -> None:
    """Verdicts as screening last said them; a reopened one has no verdict."""
    await keep_newest(tx, settlements, rows)


async def is_known_review(tx: Tx, review_id: str) -> bool:
    """Whether workbench has told of this review."""
    found = await tx.execute(select(reviews.c.review_id).where(reviews.c.review_id == review_id))
    return found.first() is not None


async def is_known_theory(tx: Tx, review_id: str, theory_id: str) -> bool:
    """Whether synthesis has told of this theory."""
    here = (theories.c.review_id == review_id) & (theories.c.theory_id == theory_id)
    return (await tx.execute(select(theories.c.theory_id).where(here))).first() is not None


async def theories_of(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    """The review's theories by id."""
    query = select(theories).where(theories.c.review_id == review_id)
    return await all_of(tx, query.order_by(theories.c.theory_id))


async def record_of(tx: Tx, review_id: str, record_id: str) -> dict[str, Any] | None:
    """One record, by its own id."""
    here = (records.c.review_id == review_id) & (records.c.record_id == record_id)
    return await first_of(tx, select(records).where(here))


async def last_verdict(tx: Tx, review_id: str, record_id: str) -> str | None:
    """The team's verdict on a record at the last main stage; None: none, or none yet."""
    query = (
        select(settlements.c.verdict)
        .join(reviews, reviews.c.review_id == settlements.c.review_id)
        .where(settlements.c.review_id == review_id, settlements.c.record_id == record_id)
        .where(settlements.c.stage == reviews.c.last_stage)
    )
    verdict: str | None = (await tx.execute(query)).scalar_one_or_none()
    return verdict


async def survivors(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, str]:
    """Each of these records with the record that stands for it now."""
    return await alias_rows.survivors(tx, aliases, review_id, record_ids)


async def unsought_inclusions(
    tx: Tx, review_id: str, record_ids: Collection[str] | None = None
) -> list[str]:
    """Records included at the last main stage for which no report was ever sought, sorted."""
    at_last_stage = (settlements.c.review_id == reviews.c.review_id) & (
        settlements.c.stage == reviews.c.last_stage
    )
    sought = (retrievals.c.review_id == settlements.c.review_id) & (
        retrievals.c.record_id == settlements.c.record_id
    )
    query = (
        select(settlements.c.record_id)
        .join(reviews, at_last_stage)
        .outerjoin(retrievals, sought)
        .where(settlements.c.review_id == review_id, settlements.c.verdict == INCLUDE)
        .where(retrievals.c.record_id.is_(None))
    )
    if record_ids is None:
        return sorted((await tx.execute(query)).scalars())
    found: list[str] = []
    for some in chunks(sorted(record_ids), CHUNK):
        found += (await tx.execute(query.where(settlements.c.record_id.in_(some)))).scalars()
    return sorted(found)


async def retrieval_of(tx: Tx, review_id: str, record_id: str) -> dict[str, Any] | None:
    """How far the getting of a record's report is, or None where nobody sought it."""
    here = (retrievals.c.review_id == review_id) & (retrievals.c.record_id == record_id)
    return await first_of(tx, select(retrievals).where(here))


async def keep_retrievals(tx: Tx, rows: Sequence[Row]) -> None:
    """Store how far the getting of reports is."""
    await put(tx, retrievals, rows)


async def retrieval_page(
    tx: Tx, review_id: str, *, state: str | None, after: str, limit: int
) -> list[dict[str, Any]]:
    """Reports sought, by record id after `after`, each with what is known of its record
    and whether the record is (still) included at the last main stage.
    """
    query = _with_records().where(
        retrievals.c.review_id == review_id, retrievals.c.record_id > after
    )
    if state is not None:
        query = query.where(retrievals.c.state == state)
    return await all_of(tx, query.order_by(retrievals.c.record_id).limit(limit))


async def shown_retrieval(tx: Tx, review_id: str, record_id: str) -> dict[str, Any] | None:
    """One report as `retrieval_page` shows it."""
    here = (retrievals.c.review_id == review_id) & (retrievals.c.record_id == record_id)
    return await first_of(tx, _with_records().where(here))


def _with_records() -> Select[Any]:
    """Reports with what is known of their records and the verdicts on these."""
    of_record = (records.c.review_id == retrievals.c.review_id) & (
        records.c.record_id == retrievals.c.record_id
    )
    settled = (
        (settlements.c.review_id == retrievals.c.review_id)
        & (settlements.c.record_id == retrievals.c.record_id)
        & (settlements.c.stage == reviews.c.last_stage)
    )
    return (
        select(
            retrievals,
            records.c.title,
            records.c.label,
            records.c.year,
            records.c.doi,
            settlements.c.verdict,
            settlements.c.theories,
        )
        .outerjoin(reviews, reviews.c.review_id == retrievals.c.review_id)
        .outerjoin(records, of_record)
        .outerjoin(settlements, settled)
    )
