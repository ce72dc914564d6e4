"""Living searches, their runs, and the PMIDs that each has seen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from services.search.living.store.tables import hits, searches
from services.search.tables import records, reviews, runs, settlements
from shared.db import Tx, chunks, insert_ignoring_twins, upsert
from shared.db.rows import Row, tuples_of

_CHUNK = 5000


def _rows(found: Any) -> list[Row]:
    return [dict(row) for row in found.mappings()]


def _first(found: Any) -> Row | None:
    row = found.mappings().first()
    return None if row is None else dict(row)


async def search_of(tx: Tx, review_id: str, search_id: str) -> Row | None:
    """One search."""
    found = await tx.execute(
        select(searches).where(searches.c.review_id == review_id, searches.c.id == search_id)
    )
    return _first(found)


async def searches_of(tx: Tx, review_id: str) -> list[Row]:
    """All searches of a review, by name."""
    found = await tx.execute(
        select(searches).where(searches.c.review_id == review_id).order_by(searches.c.name)
    )
    return _rows(found)


async def scheduled(tx: Tx) -> list[Row]:
    """Active searches with a schedule, of all reviews."""
    found = await tx.execute(
        select(searches).where(searches.c.state == "active", searches.c.schedule != "")
    )
    return _rows(found)


async def keep_search(tx: Tx, row: Mapping[str, Any]) -> None:
    """Write a search whole, new or known."""
    statement = upsert(tx.dialect, searches)
    names = [c.name for c in searches.c if c.name not in ("review_id", "id")]
    statement = statement.on_conflict_do_update(
        index_elements=["review_id", "id"],
        set_={name: statement.excluded[name] for name in names},
    )
    await tx.execute(statement, dict(row))


async def change_search(tx: Tx, review_id: str, search_id: str, **values: Any) -> None:
    """Change columns of a search."""
    await tx.execute(
        update(searches)
        .where(searches.c.review_id == review_id, searches.c.id == search_id)
        .values(changed_at=tx.now(), **values)
    )


async def run_of(tx: Tx, review_id: str, run_id: str) -> Row | None:
    """One run."""
    found = await tx.execute(select(runs).where(runs.c.review_id == review_id, runs.c.id == run_id))
    return _first(found)


async def add_run(
    tx: Tx, review_id: str, run_id: str, search_id: str, *, trigger: str, report: dict[str, Any]
) -> None:
    """A run that waits; one of the same id stays as it is."""
    await tx.execute(
        insert_ignoring_twins(tx.dialect, runs),
        {
            "review_id": review_id,
            "id": run_id,
            "search_id": search_id,
            "trigger": trigger,
            "state": "waiting",
            "query": "",
            "report": report,
            "found": 0,
            "source_records": 0,
            "added": 0,
            "merged": 0,
            "seen": 0,
            "asked_at": tx.now(),
            "ended_at": None,
        },
    )


async def change_run(tx: Tx, review_id: str, run_id: str, **values: Any) -> None:
    """Change columns of a run."""
    await tx.execute(
        update(runs).where(runs.c.review_id == review_id, runs.c.id == run_id).values(**values)
    )


async def count_page(
    tx: Tx, review_id: str, run_id: str, *, source_records: int, added: int, merged: int, seen: int
) -> None:
    """Add one page's counts to those of its run."""
    await tx.execute(
        update(runs)
        .where(runs.c.review_id == review_id, runs.c.id == run_id)
        .values(
            source_records=runs.c.source_records + source_records,
            added=runs.c.added + added,
            merged=runs.c.merged + merged,
            seen=runs.c.seen + seen,
        )
    )


async def runs_of(
    tx: Tx, review_id: str, search_id: str, *, before: datetime | None = None, most: int = 51
) -> list[Row]:
    """Runs of a search, the newest first."""
    statement = select(runs).where(runs.c.review_id == review_id, runs.c.search_id == search_id)
    if before is not None:
        statement = statement.where(runs.c.asked_at < before)
    statement = statement.order_by(runs.c.asked_at.desc(), runs.c.id.desc()).limit(most)
    return _rows(await tx.execute(statement))


async def last_success(tx: Tx, review_id: str, search_id: str) -> datetime | None:
    """When the last run of a search that succeeded ended."""
    ended = select(func.max(runs.c.ended_at)).where(
        runs.c.review_id == review_id,
        runs.c.search_id == search_id,
        runs.c.state == "succeeded",
    )
    found: datetime | None = (await tx.execute(ended)).scalar_one_or_none()
    return found


async def unseen(tx: Tx, review_id: str, search_id: str, pmids: Sequence[str]) -> tuple[str, ...]:
    """Those of `pmids` that the search has not yet brought, in their order."""
    known: set[str] = set()
    for some in chunks(list(pmids), _CHUNK):
        found = await tx.execute(
            select(hits.c.pmid).where(
                hits.c.review_id == review_id,
                hits.c.search_id == search_id,
                hits.c.pmid.in_(some),
            )
        )
        known |= set(found.scalars())
    return tuple(pmid for pmid in pmids if pmid not in known)


async def add_hits(
    tx: Tx, review_id: str, search_id: str, run_id: str, pmids: Collection[str]
) -> None:
    """Note that a run brought these PMIDs; those known stay with the run that brought them."""
    rows = [
        {"review_id": review_id, "search_id": search_id, "pmid": pmid, "run_id": run_id}
        for pmid in pmids
    ]
    if rows:
        await tx.execute(insert_ignoring_twins(tx.dialect, hits), rows)


async def hits_of(tx: Tx, review_id: str, search_id: str) -> tuple[str, ...]:
    """Every PMID that a search has ever brought."""
    found = await tx.execute(
        select(hits.c.pmid).where(hits.c.review_id == review_id, hits.c.search_id == search_id)
    )
    return tuple(found.scalars())


async def successes(tx: Tx, review_id: str, search_id: str) -> list[Row]:
    """The runs of a search that succeeded, the first first: id, end, records added."""
    statement = (
        select(runs.c.id, runs.c.ended_at, runs.c.added)
        .where(
            runs.c.review_id == review_id,
            runs.c.search_id == search_id,
            runs.c.state == "succeeded",
            runs.c.ended_at.is_not(None),
        )
        .order_by(runs.c.ended_at)
    )
    return _rows(await tx.execute(statement))


async def verdicts_since(
    tx: Tx, review_id: str, search_id: str, first_run: str
) -> dict[str, set[str]]:
    """What stages said of the records that runs after the first one brought, by record."""
    found = await tuples_of(
        tx,
        select(settlements.c.record_id, settlements.c.verdict)
        .join(
            records,
            (records.c.review_id == settlements.c.review_id)
            & (records.c.id == settlements.c.record_id),
        )
        .join(hits, (hits.c.review_id == records.c.review_id) & (hits.c.pmid == records.c.pmid))
        .where(
            hits.c.review_id == review_id,
            hits.c.search_id == search_id,
            hits.c.run_id != first_run,
            records.c.state == "active",
            settlements.c.verdict.in_(("include", "exclude")),
        ),
    )
    said: dict[str, set[str]] = {}
    for record_id, verdict in found:
        said.setdefault(record_id, set()).add(verdict)
    return said


async def active_pmids(tx: Tx, review_id: str) -> tuple[str, ...]:
    """PMIDs of all records that the review has and has not taken back, each once."""
    found = await tx.execute(
        select(records.c.pmid)
        .where(
            records.c.review_id == review_id,
            records.c.state == "active",
            records.c.pmid.is_not(None),
        )
        .order_by(records.c.number)
    )
    return tuple(dict.fromkeys(str(pmid) for pmid in found.scalars() if pmid))


async def open_reviews(tx: Tx) -> list[str]:
    """Reviews that are not retired."""
    found = await tx.execute(select(reviews.c.review_id).where(reviews.c.retired.is_(False)))
    return list(found.scalars())
