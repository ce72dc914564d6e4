"""Whether a review's status is public, and the figures of it that no projection holds."""

from sqlalchemy import func, select

from shared.db import upsert
from shared.kernel.tx import Tx
from workbench.status.store.tables import public_status
from workbench.tables import ccmoc_states, ccmocs, documents, feed


async def is_shown(tx: Tx, review_id: str) -> bool:
    """Whether everybody may see the review's status; no, unless the team said so."""
    found = select(public_status.c.shown).where(public_status.c.review_id == review_id)
    return bool((await tx.execute(found)).scalar_one_or_none())


async def show(tx: Tx, review_id: str, *, shown: bool) -> None:
    """Keep what the team wants."""
    row = {"review_id": review_id, "shown": shown, "changed_at": tx.now()}
    changing = {"shown": shown, "changed_at": row["changed_at"]}
    stmt = upsert(tx.dialect, public_status).values(row)
    await tx.execute(stmt.on_conflict_do_update(index_elements=["review_id"], set_=changing))


async def count_uncoded(tx: Tx, review_id: str) -> int:
    """Documents of which nothing was ever coded."""
    document = feed.c.data["fragment"]["document_id"].as_string()
    coded = select(document).where(
        feed.c.review_id == review_id, feed.c.type == "extraction.fragment_coded"
    )
    waiting = select(func.count()).where(
        documents.c.review_id == review_id, documents.c.document_id.not_in(coded)
    )
    return int((await tx.execute(waiting)).scalar_one())


async def count_rechecks(tx: Tx, review_id: str) -> int:
    """Theories with a configuration whose evidence changed after people had checked it."""
    theories = select(func.count(ccmocs.c.theory_id.distinct())).join_from(
        ccmocs,
        ccmoc_states,
        (ccmoc_states.c.review_id == ccmocs.c.review_id)
        & (ccmoc_states.c.ccmoc_id == ccmocs.c.ccmoc_id),
    )
    found = theories.where(ccmocs.c.review_id == review_id, ccmoc_states.c.recheck.is_(True))
    return int((await tx.execute(found)).scalar_one())
