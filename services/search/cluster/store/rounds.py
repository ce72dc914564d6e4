"""Rounds of CLUSTER searching and what they found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, null, or_, select, tuple_, update

from services.search.cluster.store.tables import round_hits, rounds
from services.search.tables import settlements
from shared.db import Tx, insert_ignoring_twins
from shared.db.among import among
from shared.db.rows import Row, all_of, first_of, tuples_of

Key = tuple[str, str, int]
"""Review, step (the gap's id), number of the round."""


async def add(tx: Tx, row: Mapping[str, Any]) -> None:
    """A round that waits; one of the same number stays as it is."""
    await tx.execute(insert_ignoring_twins(tx.dialect, rounds), dict(row))


async def one(tx: Tx, key: Key) -> Row | None:
    """One round."""
    return await first_of(tx, select(rounds).where(_is(rounds, key)))


async def of_step(tx: Tx, review_id: str, step_id: str) -> Sequence[Row]:
    """The rounds of a cluster, the first first."""
    return await all_of(
        tx,
        select(rounds)
        .where(rounds.c.review_id == review_id, rounds.c.step_id == step_id)
        .order_by(rounds.c.number),
    )


async def listed(
    tx: Tx,
    review_id: str,
    *,
    step_id: str | None = None,
    before: tuple[datetime, str, int] | None = None,
    most: int = 51,
) -> Sequence[Row]:
    """Rounds of a review, the newest first."""
    order = (rounds.c.asked_at, rounds.c.step_id, rounds.c.number)
    statement = select(rounds).where(rounds.c.review_id == review_id)
    if step_id is not None:
        statement = statement.where(rounds.c.step_id == step_id)
    if before is not None:
        moment, step, number = before
        same = rounds.c.asked_at == moment
        later = tuple_(rounds.c.step_id, rounds.c.number) < tuple_(step, number)
        statement = statement.where(or_(rounds.c.asked_at < moment, same & later))
    statement = statement.order_by(*(column.desc() for column in order)).limit(most)
    return await all_of(tx, statement)


async def change(tx: Tx, key: Key, **values: Any) -> None:
    """Change columns of a round."""
    await tx.execute(update(rounds).where(_is(rounds, key)).values(**values))


async def hits_of(tx: Tx, key: Key, pmids: Collection[str] | None = None) -> Sequence[Row]:
    """What a round found, one row for each step and pearl that led to it."""
    statement = select(round_hits).where(_is(round_hits, key))
    if pmids is not None:
        statement = statement.where(among(tx.dialect, round_hits.c.pmid, pmids))
    order = (round_hits.c.pmid, round_hits.c.step, round_hits.c.pearl)
    return await all_of(tx, statement.order_by(*order))


async def hits_page(
    tx: Tx, key: Key, *, state: str | None, after: Sequence[Any] | None, most: int
) -> Sequence[Row]:
    """What a round found, in pages."""
    order = (round_hits.c.pmid, round_hits.c.step, round_hits.c.pearl)
    statement = select(round_hits).where(_is(round_hits, key))
    if state is not None:
        statement = statement.where(round_hits.c.state == state)
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return await all_of(tx, statement.order_by(*order).limit(most))


async def hits_by_round(tx: Tx, review_id: str, keys: Collection[Key]) -> dict[Key, list[Row]]:
    """What each of these rounds of one review found."""
    steps = {step_id for _, step_id, _ in keys}
    found = await all_of(
        tx,
        select(round_hits).where(
            round_hits.c.review_id == review_id, among(tx.dialect, round_hits.c.step_id, steps)
        ),
    )
    by_round: dict[Key, list[Row]] = {key: [] for key in keys}
    for row in found:
        key = (row["review_id"], row["step_id"], row["number"])
        if key in by_round:
            by_round[key].append(row)
    return by_round


async def settle_hits(tx: Tx, key: Key, rows: Iterable[Mapping[str, Any]]) -> None:
    """What became of articles that were found: `pmid`, `state`, `record_id`, `new` of each.

    What a source said of them is kept no longer.
    """
    bound = [{f"b_{name}": value for name, value in row.items()} for row in rows]
    if not bound:
        return
    statement = update(round_hits).where(
        _is(round_hits, key),
        round_hits.c.pmid == bindparam("b_pmid"),
        round_hits.c.state == "found",
    )
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in ("state", "record_id")}
    settled = {**values, "new": bindparam("b_new"), "said": null()}
    await tx.execute(statement.values(settled), bound)


async def next_number(tx: Tx, review_id: str, step_id: str) -> int:
    """The number of a cluster's next round, from 1."""
    latest = select(func.max(rounds.c.number)).where(
        rounds.c.review_id == review_id, rounds.c.step_id == step_id
    )
    return ((await tx.execute(latest)).scalar_one_or_none() or 0) + 1


async def verdicts(tx: Tx, review_id: str, ids: Collection[str]) -> dict[str, set[str]]:
    """What stages have settled on records (`include`, `exclude`), by record id."""
    found = await tuples_of(
        tx,
        select(settlements.c.record_id, settlements.c.verdict).where(
            settlements.c.review_id == review_id,
            settlements.c.verdict.in_(("include", "exclude")),
            among(tx.dialect, settlements.c.record_id, ids),
        ),
    )
    by_record: dict[str, set[str]] = {}
    for record_id, verdict in found:
        by_record.setdefault(record_id, set()).add(verdict)
    return by_record


def _is(table: Any, key: Key) -> Any:
    review_id, step_id, number = key
    return (
        (table.c.review_id == review_id) & (table.c.step_id == step_id) & (table.c.number == number)
    )
