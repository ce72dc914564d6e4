"""Sibling links of studies."""

from sqlalchemy import select

from services.extraction.tables import study_links
from shared.db import Tx
from shared.db.rows import Row, put
from shared.review.studies import Pair


async def links_of(tx: Tx, review_id: str) -> list[Pair]:
    """The sibling links that stand, sorted."""
    here = (study_links.c.review_id == review_id) & study_links.c.linked
    query = select(study_links.c.a, study_links.c.b).where(here).order_by(study_links.c.link_id)
    return [(row.a, row.b) for row in await tx.execute(query)]


async def is_linked(tx: Tx, review_id: str, link: str) -> bool:
    """Whether a link stands."""
    here = (study_links.c.review_id == review_id) & (study_links.c.link_id == link)
    found = await tx.execute(select(study_links.c.linked).where(here))
    return bool(found.scalar_one_or_none())


async def keep_link(tx: Tx, row: Row) -> None:
    """Store a link, standing or taken away."""
    await put(tx, study_links, [row])
