"""Statistics by which PostgreSQL chooses how to join votes and entries."""

from sqlalchemy import text

from services.screening import tables
from shared.db import Tx

LEAST_CHANGES = 500
CHANGED_SHARE = 0.2

_GROWN = text(
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() "
    "AND relname = ANY(:names) AND n_mod_since_analyze > :least + :share * n_live_tup"
)


async def refresh_statistics(tx: Tx) -> list[str]:
    """Gather statistics of tables that changed much since the last time; gives their names.

    The server does so by itself, but a minute late, or never where autovacuum is off; a
    batch of thousands of votes meanwhile makes it join them pair by pair. SQLite needs none.
    """
    if tx.dialect != "postgresql":
        return []
    asked = {
        "names": [tables.entries.name, tables.votes.name, tables.records.name],
        "least": LEAST_CHANGES,
        "share": CHANGED_SHARE,
    }
    grown = [str(row.relname) for row in await tx.execute(_GROWN, asked)]
    for name in grown:
        await tx.execute(text(f'ANALYZE "{name}"'))
    return grown
