"""A review's library in numbers."""

from sqlalchemy import func, select

from services.search.library.store.records import counted
from services.search.tables import proposals, source_records
from shared.db import Tx


async def library(tx: Tx, review_id: str) -> dict[str, int]:
    """Records by state, standing source records, open proposals."""
    states = await counted(tx, review_id)
    sources = select(func.count()).where(
        source_records.c.review_id == review_id, source_records.c.withdrawn.is_(False)
    )
    waiting = select(func.count()).where(
        proposals.c.review_id == review_id, proposals.c.state == "open"
    )
    return {
        "records": states.get("active", 0),
        "absorbed": states.get("absorbed", 0),
        "removed": states.get("removed", 0),
        "source_records": int((await tx.execute(sources)).scalar_one()),
        "proposals": int((await tx.execute(waiting)).scalar_one()),
    }
