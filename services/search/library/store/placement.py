"""What de-duplication reads and writes: keys, neighbours, people's decisions, proposals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from services.search.library.domain.dedup import (
    OVERSIZED,
    TWIN,
    Features,
    Pair,
    PlacedSource,
    Proposal,
    candidate_keys,
)
from services.search.tables import crowded, keys, pairs, proposals, source_records
from shared.db import Tx, chunks, insert_ignoring_twins, upsert
from shared.db.among import among, together
from shared.db.rows import all_of, first_of, tuples_of
from shared.ids import stable_id

_CHUNK = 5000


def hashed(key: str) -> int:
    """A blocking key as 63 bits, twins' keys even; a collision only costs a comparison."""
    number = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1
    return number & ~1 if key.startswith(TWIN) else number | 1


@lru_cache(maxsize=2048)
def hashes(features: Features) -> tuple[int, ...]:
    """The hashed blocking keys of a source record, worked out once a page."""
    return tuple(map(hashed, candidate_keys(features)))


async def add_keys(tx: Tx, review_id: str, rows: Sequence[tuple[int, str]]) -> None:
    """Writes (hashed key, source record) pairs, in order: each page of a large table once."""
    if not rows:
        return
    key, source = together(tx.dialect, sorted(rows), (BigInteger(), Text()))
    every = select(literal(review_id), key, source)
    columns = ["review_id", "key", "source_record_id"]
    await tx.execute(
        upsert(tx.dialect, keys).from_select(columns, every.where(true())).on_conflict_do_nothing()
    )


async def remove_keys(tx: Tx, review_id: str, gone: Mapping[str, Features]) -> set[int]:
    """Removes the keys of source records; returns the keys that are no longer crowded."""
    touched = {key for features in gone.values() for key in hashes(features)}
    for some in chunks(sorted(touched), _CHUNK):
        await tx.execute(
            delete(keys).where(
                keys.c.review_id == review_id,
                among(tx.dialect, keys.c.key, some),
                among(tx.dialect, keys.c.source_record_id, list(gone)),
            )
        )
    was = await oversized_among(tx, review_id, touched)
    left = await counts(tx, review_id, was)
    eased = {key for key in was if left.get(key, 0) <= OVERSIZED}
    if eased:
        await tx.execute(
            delete(crowded).where(crowded.c.review_id == review_id, crowded.c.key.in_(eased))
        )
    return eased


async def oversized_among(tx: Tx, review_id: str, some_keys: Iterable[int]) -> set[int]:
    """Those of the keys that have too many holders to tell anything."""
    found: set[int] = set()
    for some in chunks(list(some_keys), _CHUNK):
        rows = await tx.execute(
            select(crowded.c.key).where(
                crowded.c.review_id == review_id, among(tx.dialect, crowded.c.key, some)
            )
        )
        found |= {row.key for row in rows}
    return found


async def mark_oversized(tx: Tx, review_id: str, some_keys: Collection[int]) -> None:
    """Marks keys as crowded."""
    if some_keys:
        rows = [{"review_id": review_id, "key": key} for key in sorted(some_keys)]
        await tx.execute(insert_ignoring_twins(tx.dialect, crowded), rows)


async def counts(tx: Tx, review_id: str, some_keys: Iterable[int]) -> dict[int, int]:
    """How many source records hold each key."""
    found: dict[int, int] = {}
    for some in chunks(list(some_keys), _CHUNK):
        rows = await tuples_of(
            tx,
            select(keys.c.key, func.count())
            .where(keys.c.review_id == review_id, among(tx.dialect, keys.c.key, some))
            .group_by(keys.c.key),
        )
        found |= {row[0]: row[1] for row in rows}
    return found


async def lookup(tx: Tx, review_id: str, some_keys: Iterable[int]) -> dict[int, list[str]]:
    """The source records that hold each of these keys."""
    found: dict[int, list[str]] = {}
    for some in chunks(list(some_keys), _CHUNK):
        rows = await tuples_of(
            tx,
            select(keys.c.key, keys.c.source_record_id).where(
                keys.c.review_id == review_id, among(tx.dialect, keys.c.key, some)
            ),
        )
        for key, source in rows:
            found.setdefault(key, []).append(source)
    return found


async def bundles_of(tx: Tx, review_id: str, sources: Iterable[str]) -> dict[str, PlacedSource]:
    """Every member of the bundles that these source records are in."""
    found: dict[str, PlacedSource] = {}
    columns = source_records.c
    for some in chunks(sorted(set(sources)), _CHUNK):
        theirs = select(columns.bundle).where(
            columns.review_id == review_id,
            among(tx.dialect, columns.id, some),
            columns.withdrawn.is_(False),
        )
        rows = await tx.execute(
            select(
                columns.id, columns.features, columns.record_id, columns.bundle, columns.arrived
            ).where(
                columns.review_id == review_id,
                columns.bundle.in_(theirs),
                columns.withdrawn.is_(False),
            )
        )
        for row in rows:
            found[row.id] = PlacedSource(
                Features.decode(row.features), row.record_id, row.bundle, row.arrived
            )
    return found


async def decisions(
    tx: Tx, review_id: str, sources: Collection[str]
) -> tuple[set[Pair], set[Pair]]:
    """People's (apart, together) about any of these source records."""
    apart: set[Pair] = set()
    together: set[Pair] = set()
    for some in chunks(sorted(sources), _CHUNK):
        rows = await tuples_of(
            tx,
            select(pairs.c.one, pairs.c.other, pairs.c.verdict).where(
                pairs.c.review_id == review_id, among(tx.dialect, pairs.c.one, some)
            ),
        )
        for one, other, verdict in rows:
            (apart if verdict == "apart" else together).add((one, other))
    return apart, together


async def decide(
    tx: Tx, review_id: str, some: Iterable[Pair], verdict: str, reason: str, person: str | None
) -> None:
    """Remembers for ever what a person said of pairs of source records."""
    rows = [
        {
            "review_id": review_id,
            "one": one,
            "other": other,
            "verdict": verdict,
            "reason": reason,
            "person": person,
            "at": tx.now(),
        }
        for one, other in some
    ]
    if rows:
        statement = upsert(tx.dialect, pairs)
        names = ("verdict", "reason", "person", "at")
        statement = statement.on_conflict_do_update(
            index_elements=["review_id", "one", "other"],
            set_={name: statement.excluded[name] for name in names},
        )
        await tx.execute(statement, rows)


async def propose(tx: Tx, review_id: str, some: Sequence[Proposal]) -> None:
    """Queues proposals; one that a person has decided stays decided."""
    rows = [
        {
            "review_id": review_id,
            "id": stable_id(review_id, "proposal", *proposal.sources),
            "one": proposal.sources[0],
            "other": proposal.sources[1],
            "reason": proposal.reason,
            "strength": proposal.strength,
            "state": "open",
            "note": "",
            "made_at": tx.now(),
            "decided_at": None,
            "decided_by": None,
        }
        for proposal in some
    ]
    if rows:
        await tx.execute(insert_ignoring_twins(tx.dialect, proposals), rows)


async def proposal(tx: Tx, review_id: str, proposal_id: str) -> Mapping[str, Any] | None:
    """One proposal."""
    return await first_of(
        tx,
        select(proposals).where(proposals.c.review_id == review_id, proposals.c.id == proposal_id),
    )


async def end_proposal(
    tx: Tx, review_id: str, proposal_id: str, state: str, note: str, person: str, at: datetime
) -> None:
    """A person's verdict on a proposal."""
    await tx.execute(
        update(proposals)
        .where(proposals.c.review_id == review_id, proposals.c.id == proposal_id)
        .values(state=state, note=note, decided_by=person, decided_at=at)
    )


async def open_proposals(
    tx: Tx, review_id: str, after: tuple[int, str] | None, most: int
) -> Sequence[Mapping[str, Any]]:
    """Open proposals whose sources are still two records, the strongest first.

    Two records with several sources each are shown once, by their strongest pair.
    """
    asked = _asked(review_id).subquery()
    statement = (
        select(asked)
        .where(asked.c.rank == 1)
        .order_by(asked.c.strength.desc(), asked.c.id)
        .limit(most)
    )
    if after is not None:
        strength, name = after
        statement = statement.where(
            or_(
                asked.c.strength < strength,
                (asked.c.strength == strength) & (asked.c.id > name),
            )
        )
    return await all_of(tx, statement)


def _asked(review_id: str) -> Select[Any]:
    """Open proposals with the records of both sources, ranked among those of the same two."""
    one, other = source_records.alias(), source_records.alias()
    first, second = one.c.record_id, other.c.record_id
    couple = (
        case((first < second, first), else_=second),
        case((first < second, second), else_=first),
    )
    order = (proposals.c.strength.desc(), proposals.c.id)
    return (
        select(
            proposals,
            first.label("record_one"),
            second.label("record_other"),
            func.row_number().over(partition_by=couple, order_by=order).label("rank"),
        )
        .join(one, (one.c.review_id == review_id) & (one.c.id == proposals.c.one))
        .join(other, (other.c.review_id == review_id) & (other.c.id == proposals.c.other))
        .where(
            proposals.c.review_id == review_id,
            proposals.c.state == "open",
            first != second,
            one.c.withdrawn.is_(False),
            other.c.withdrawn.is_(False),
        )
    )
