"""What the questions of a round found: which sources named an article, and what they said of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, select, update

from services.search.cluster.store.rounds import Key
from services.search.cluster.store.tables import round_hits
from services.search.library.domain.record import Bibliography, SourceRecord
from services.search.tables import records
from shared.db import Tx, insert_ignoring_twins
from shared.db.among import among
from shared.db.rows import all_of, tuples_of
from shared.decoding import convert

NOTHING: Mapping[str, SourceRecord] = {}


async def add_hits(
    tx: Tx,
    key: Key,
    step: str,
    hits: Iterable[tuple[str, str]],
    source: str,
    said: Mapping[str, SourceRecord] = NOTHING,
) -> None:
    """(pearl, name of an article) that a step found in a source, and what that said of it.

    What is known to have been found stays as it is, and a further source is named beside the first.
    """
    rows = [_row(key, step, pearl, name, source, said.get(name)) for pearl, name in hits]
    if not rows:
        return
    await _name_beside(tx, key, step, rows, source)
    await tx.execute(insert_ignoring_twins(tx.dialect, round_hits), rows)


def _row(
    key: Key, step: str, pearl: str, name: str, source: str, said: SourceRecord | None
) -> dict[str, Any]:
    review_id, step_id, number = key
    return {
        "review_id": review_id,
        "step_id": step_id,
        "number": number,
        "pmid": name,
        "step": step,
        "pearl": pearl,
        "state": "found",
        "record_id": None,
        "new": False,
        "sources": [source],
        "said": _as_json(said) if said else None,
    }


async def _name_beside(
    tx: Tx, key: Key, step: str, rows: Sequence[Mapping[str, Any]], source: str
) -> None:
    """Name the source with what another has found already."""
    wanted = {(row["pmid"], row["pearl"]) for row in rows}
    known = await all_of(
        tx,
        select(round_hits).where(
            *_of(key),
            round_hits.c.step == step,
            among(tx.dialect, round_hits.c.pmid, {name for name, _ in wanted}),
        ),
    )
    bound = [
        {"b_pmid": row["pmid"], "b_pearl": row["pearl"], "b_sources": [*_named(row), source]}
        for row in known
        if (row["pmid"], row["pearl"]) in wanted and source not in _named(row)
    ]
    if bound:
        statement = update(round_hits).where(
            *_of(key),
            round_hits.c.step == step,
            round_hits.c.pmid == bindparam("b_pmid"),
            round_hits.c.pearl == bindparam("b_pearl"),
        )
        named = bindparam("b_sources", type_=round_hits.c.sources.type)
        await tx.execute(statement.values(sources=named), bound)


def _named(row: Mapping[str, Any]) -> Sequence[str]:
    """Who named an article; PubMed, where that was kept before others were asked."""
    return row["sources"] or ("pubmed",)


async def said_of(tx: Tx, key: Key, names: Collection[str]) -> dict[str, SourceRecord]:
    """What sources said of articles that are still to be kept, by name."""
    found = await tuples_of(
        tx,
        select(round_hits.c.pmid, round_hits.c.said).where(
            *_of(key),
            round_hits.c.state == "found",
            among(tx.dialect, round_hits.c.pmid, names),
        ),
    )
    return {name: _of_json(said) for name, said in found if said}


async def dois_known(tx: Tx, review_id: str, dois: Collection[str]) -> set[str]:
    """Those of these DOIs that active records have."""
    found = await tx.execute(
        select(records.c.doi).where(
            records.c.review_id == review_id,
            records.c.state == "active",
            among(tx.dialect, records.c.doi, dois),
        )
    )
    return set(found.scalars())


def _of(key: Key) -> tuple[Any, ...]:
    review_id, step_id, number = key
    return (
        round_hits.c.review_id == review_id,
        round_hits.c.step_id == step_id,
        round_hits.c.number == number,
    )


def _as_json(said: SourceRecord) -> dict[str, Any]:
    bibliography = msgspec.to_builtins(said.bibliography)
    return {"source": said.source, "own_id": said.own_id, "bibliography": bibliography}


def _of_json(said: Mapping[str, Any]) -> SourceRecord:
    return SourceRecord(
        source=said["source"],
        own_id=said["own_id"],
        bibliography=convert(said["bibliography"], Bibliography),
    )
