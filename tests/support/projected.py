"""What each reader has kept of search's records and merges, in the same words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.extraction import tables as extraction
from services.screening import tables as screening
from services.screening.decisions.store import records
from services.search import tables as search
from services.synthesis.projections.store import tables as synthesis
from shared.db import Tx
from shared.db.rows import all_of, tuples_of
from shared.projections.aliases import survivors_among
from workbench import tables as workbench


@dataclass(frozen=True, slots=True)
class Projected:
    """Per record its version and whether it is retracted or removed; where absorbed ones stand.

    `aliases` has the version of every alias, also of one that was split off again.
    """

    records: dict[str, tuple[int, bool, bool]]
    stands: dict[str, str]
    aliases: dict[str, int]


async def _plain(tx: Tx, review_id: str, module: Any, version: str) -> Projected:
    table, aliases = module.records, module.aliases
    rows = await all_of(tx, select(table).where(table.c.review_id == review_id))
    pairs = await all_of(tx, select(aliases).where(aliases.c.review_id == review_id))
    return Projected(
        {r["record_id"]: (r[version], _is_retracted(r), bool(r["removed"])) for r in rows},
        survivors_among({p["record_id"]: p["survivor"] for p in pairs if p["merged"]}),
        {p["record_id"]: p[version] for p in pairs},
    )


def _is_retracted(row: dict[str, Any]) -> bool:
    if "retracted" in row:
        return bool(row["retracted"])
    return any(flag["kind"] == "retraction" for flag in row["flags"])


async def _screening(tx: Tx, review_id: str) -> Projected:
    """What screening keeps, whose sums of the library must be what counting it anew gives."""
    kept = await _plain(tx, review_id, screening, "version")
    counted = (len(kept.records), sum(version for version, _, _ in kept.records.values()))
    assert await records.stamp(tx, review_id) == counted
    return kept


READERS: dict[str, Callable[[Tx, str], Awaitable[Projected]]] = {
    "screening": _screening,
    "extraction": lambda tx, review: _plain(tx, review, extraction, "subject_version"),
    "synthesis": lambda tx, review: _plain(tx, review, synthesis, "subject_version"),
    "workbench": lambda tx, review: _plain(tx, review, workbench, "version"),
}
"""Every service that keeps search's records, with how to read what it kept."""


async def projected(db: Any, name: str, review_id: str) -> Projected:
    """What the service `name` has kept of a review's records."""
    return await db.read(lambda tx: READERS[name](tx, review_id))


SETTLEMENTS: dict[str, tuple[Any, str]] = {
    "search": (search.settlements, "verdict"),
    "extraction": (extraction.settlements, "verdict"),
    "synthesis": (synthesis.settlements, "verdict"),
    "workbench": (workbench.settlements, "state"),
}


async def verdicts(db: Any, name: str, review_id: str) -> dict[str, str | None]:
    """The verdict of every settlement that the service `name` has kept; None: it was reopened."""
    table, column = SETTLEMENTS[name]
    query = select(table.c.record_id, table.c[column]).where(table.c.review_id == review_id)
    rows = await db.read(lambda tx: tuples_of(tx, query))
    return {record_id: None if word == "reopened" else word for record_id, word in rows}


async def active_entries(db: Any, review_id: str, stage: str) -> set[str]:
    """Records that screening has at a stage."""
    t = screening.entries
    query = select(t.c.record_id).where(
        t.c.review_id == review_id, t.c.stage == stage, t.c.active.is_(True)
    )
    return {record_id for (record_id,) in await db.read(lambda tx: tuples_of(tx, query))}
