"""Merged records: which record stands for an absorbed one, through any number of merges.

Every reader has a table (or a subquery) with the columns `review_id`, `record_id` (the absorbed
record), `survivor` and `merged` (false: it was split off again). Nothing is re-keyed: facts stay
under the id they were told of, and reading resolves it.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import FromClause, select

from shared.db import Tx
from shared.db.among import among
from shared.db.rows import tuples_of


def standing(record_id: str, into: Mapping[str, str]) -> str:
    """The record that stands for one, where `into` leads from absorbed records to survivors.

    While news of a split is still under way, merges may lead in a circle: all of it stands as
    the smallest id in it.
    """
    seen = [record_id]
    while (following := into.get(seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]


def survivors_among(into: Mapping[str, str]) -> dict[str, str]:
    """Every absorbed record of `into` with the record that stands for it now."""
    return {record_id: standing(record_id, into) for record_id in into}


async def survivors(
    tx: Tx, aliases: FromClause, review_id: str, record_ids: Iterable[str]
) -> dict[str, str]:
    """Each of these ids with the record that stands for it now: itself, unless absorbed.

    One statement for each step of the longest chain of merges, whatever the number of ids.
    """
    wanted = list(dict.fromkeys(record_ids))
    into: dict[str, str] = {}
    ask: Collection[str] = wanted
    while ask:
        found = await tuples_of(
            tx,
            select(aliases.c.record_id, aliases.c.survivor).where(
                aliases.c.review_id == review_id,
                aliases.c.merged,
                among(tx.dialect, aliases.c.record_id, ask),
            ),
        )
        into.update(dict(found))
        ask = {survivor for _, survivor in found} - into.keys()
    return {record_id: standing(record_id, into) for record_id in wanted}


async def absorbed(
    tx: Tx, aliases: FromClause, review_id: str, record_ids: Iterable[str]
) -> dict[str, str]:
    """Every record that was merged into one of these, through any number of merges.

    Returns the absorbed records, each with the record that it was merged into directly.
    """
    ask: Collection[str] = set(record_ids)
    into: dict[str, str] = {}
    while ask:
        found = await tuples_of(
            tx,
            select(aliases.c.record_id, aliases.c.survivor).where(
                aliases.c.review_id == review_id,
                aliases.c.merged,
                among(tx.dialect, aliases.c.survivor, ask),
            ),
        )
        ask = {record_id for record_id, _ in found} - into.keys()
        into.update(dict(found))
    return into


async def survivors_above(tx: Tx, aliases: FromClause, review_id: str, record_id: str) -> list[str]:
    """The records that this one was merged into, one after the other, nearest first."""
    above = [record_id]
    while True:
        query = select(aliases.c.survivor).where(
            aliases.c.review_id == review_id, aliases.c.record_id == above[-1], aliases.c.merged
        )
        survivor = (await tx.execute(query)).scalar_one_or_none()
        if survivor is None or survivor in above:
            return above[1:]
        above.append(survivor)


async def names_of(
    tx: Tx, aliases: FromClause, review_id: str, record_ids: Iterable[str]
) -> dict[str, str]:
    """Every id by which one of these records is known, each with the record that stands for it.

    These are the records themselves, their survivors, and all that those have absorbed.
    """
    stands = await survivors(tx, aliases, review_id, record_ids)
    into = await absorbed(tx, aliases, review_id, stands.values())
    ends = dict.fromkeys(stands.values())
    return {**{end: end for end in ends}, **survivors_among(into), **stands}


async def all_survivors(tx: Tx, aliases: FromClause, review_id: str) -> dict[str, str]:
    """Every absorbed record of a review with the record that stands for it now.

    For reading a whole review; what concerns a batch asks `survivors` of its ids.
    """
    query = select(aliases.c.record_id, aliases.c.survivor)
    found = await tuples_of(tx, query.where(aliases.c.review_id == review_id, aliases.c.merged))
    return survivors_among(dict(found))
