"""By which rules a review's source records were read for comparison, and how far anew."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Integer, Table, Text, select

from services.search.tables import metadata, source_records
from shared.db import Tx, upsert
from shared.db.rows import Row, all_of

FROM_THE_START = -1

feature_versions = Table(
    "feature_versions",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),  # of the rules that are applied now
    Column("reached", BigInteger),  # place in the order of arrival; none: all are read
)


async def behind(tx: Tx, version: int) -> list[str]:
    """Reviews with source records that may have been read by other rules."""
    current = select(feature_versions.c.review_id).where(
        feature_versions.c.version == version, feature_versions.c.reached.is_(None)
    )
    found = await tx.execute(
        select(source_records.c.review_id)
        .where(source_records.c.review_id.not_in(current))
        .distinct()
        .order_by(source_records.c.review_id)
    )
    return list(found.scalars())


async def reached(tx: Tx, review_id: str, version: int) -> int | None:
    """The last place in the order of arrival that was read by these rules; None: all were."""
    found = await tx.execute(
        select(feature_versions.c.version, feature_versions.c.reached).where(
            feature_versions.c.review_id == review_id
        )
    )
    row = found.first()
    if row is None or row.version != version:
        return FROM_THE_START
    return None if row.reached is None else int(row.reached)


async def keep(tx: Tx, review_id: str, version: int, reached: int | None) -> None:
    """Says how far a review is."""
    statement = upsert(tx.dialect, feature_versions).values(
        review_id=review_id, version=version, reached=reached
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["review_id"], set_={"version": version, "reached": reached}
        )
    )


async def next_records(tx: Tx, review_id: str, after: int, most: int) -> Sequence[Row]:
    """Source records in order of arrival: id, arrived, content, features, withdrawn."""
    columns = source_records.c
    names = (columns.id, columns.arrived, columns.content, columns.features, columns.withdrawn)
    return await all_of(
        tx,
        select(*names)
        .where(columns.review_id == review_id, columns.arrived > after)
        .order_by(columns.arrived)
        .limit(most),
    )
