"""Strategies, their versions and their runs elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from services.search.strategies.store.tables import strategies, strategy_runs, strategy_versions
from shared.db import Tx, insert_ignoring_twins
from shared.db.rows import Row, all_of, first_of, put


async def one(tx: Tx, review_id: str, strategy_id: str) -> Row | None:
    """A strategy as it stands."""
    return await first_of(
        tx,
        select(strategies).where(
            strategies.c.review_id == review_id, strategies.c.id == strategy_id
        ),
    )


async def listed(
    tx: Tx, review_id: str, *, after: str | None = None, most: int = 51
) -> Sequence[Row]:
    """The strategies of a review by id."""
    statement = select(strategies).where(strategies.c.review_id == review_id)
    if after is not None:
        statement = statement.where(strategies.c.id > after)
    return await all_of(tx, statement.order_by(strategies.c.id).limit(most))


async def keep(tx: Tx, row: Mapping[str, Any]) -> None:
    """A strategy as it stands from now on, and the same among its versions."""
    await put(tx, strategies, [dict(row)])
    version = {"strategy_id": row["id"], **{k: v for k, v in row.items() if k != "id"}}
    await tx.execute(insert_ignoring_twins(tx.dialect, strategy_versions), version)


async def versions(tx: Tx, review_id: str, strategy_id: str) -> Sequence[Row]:
    """Every version of a strategy, the newest first."""
    return await all_of(
        tx,
        select(strategy_versions)
        .where(
            strategy_versions.c.review_id == review_id,
            strategy_versions.c.strategy_id == strategy_id,
        )
        .order_by(strategy_versions.c.version.desc()),
    )


async def run(tx: Tx, review_id: str, run_id: str) -> Row | None:
    """One run elsewhere."""
    return await first_of(
        tx,
        select(strategy_runs).where(
            strategy_runs.c.review_id == review_id, strategy_runs.c.id == run_id
        ),
    )


async def add_run(tx: Tx, row: Mapping[str, Any]) -> None:
    """A run elsewhere; one of the same id stays as it is."""
    await tx.execute(insert_ignoring_twins(tx.dialect, strategy_runs), dict(row))


async def runs(tx: Tx, review_id: str, strategy_id: str) -> Sequence[Row]:
    """The runs of a strategy elsewhere, the first first."""
    return await all_of(
        tx,
        select(strategy_runs)
        .where(strategy_runs.c.review_id == review_id, strategy_runs.c.strategy_id == strategy_id)
        .order_by(strategy_runs.c.ran_on, strategy_runs.c.id),
    )
