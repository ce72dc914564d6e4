"""What de-duplication reads and writes beside keys: neighbours, decisions, proposals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select, update

from services.search.library.domain.dedup import Features, Pair, PlacedSource, Proposal
from services.search.library.store.sources import members
from services.search.tables import pairs, proposals, source_records
from shared.db import Tx, chunks, insert_ignoring_twins, upsert
from shared.db.among import among
from shared.db.rows import all_of, first_of, tuples_of
from shared.ids import stable_id

_CHUNK = 5000


async def bundles_of(tx: Tx, review_id: str, sources: Iterable[str]) -> dict[str, PlacedSource]:
    """Every member of the bundles that these source records are in."""
    found: dict[str, PlacedSource] = {}
    columns = source_records.c
    for some in chunks(sorted(set(sources)), _CHUNK):
        standing = select(columns.bundle).where(
            columns.review_id == review_id,
            among(tx.dialect, columns.id, some),
            columns.withdrawn.is_(False),
        )
        theirs = {bundle for (bundle,) in await tuples_of(tx, standing)}
        names = await members(tx, review_id, columns.bundle, theirs)
        rows = await tx.execute(
            select(
                columns.id, columns.features, columns.record_id, columns.bundle, columns.arrived
            ).where(
                columns.review_id == review_id,
                among(tx.dialect, columns.id, names),
                columns.withdrawn.is_(False),
            )
        )
        for row in rows:
            if row.bundle in theirs:
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
