"""What sources said of articles when they were asked whether these were retracted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Table, Text, select

from services.search.library.domain.record import Bibliography
from services.search.library.domain.retraction import RetractionAnswer, RetractionFlag
from services.search.library.store import blocking_keys
from services.search.tables import metadata, records, source_records
from shared.db import JsonB, Tx, UtcDateTime, chunks, upsert
from shared.db.among import among
from shared.db.rows import Row, all_of

_CHUNK = 5000
_DOI, _PMID = "doi:", "pmid:"

retraction_answers = Table(
    "retraction_answers",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("article", Text, primary_key=True),  # doi:... or pmid:...
    Column("source", Text, primary_key=True),
    Column("known", Boolean, nullable=False),
    Column("flags", JsonB, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("trouble", Text, nullable=False),  # why there was no answer since; empty: there was
)


async def keep(tx: Tx, review_id: str, answers: Sequence[RetractionAnswer], at: datetime) -> None:
    """The newest answer of each source about each article."""
    rows = [
        {
            "review_id": review_id,
            "article": answer.article,
            "source": answer.source,
            "known": answer.known,
            "flags": [
                {"kind": flag.kind, "notice": flag.notice, "citation": flag.citation}
                for flag in answer.flags
            ],
            "why": answer.why,
            "asked_at": at,
            "trouble": "",
        }
        for answer in {(one.article, one.source): one for one in answers if one.article}.values()
    ]
    new = ("known", "flags", "why", "asked_at", "trouble")
    await _put(tx, rows, new)


async def keep_trouble(
    tx: Tx, review_id: str, source: str, articles: Iterable[str], why: str, at: datetime
) -> None:
    """No answer about these articles; what the source said before stands, with its own date."""
    rows = [
        {
            "review_id": review_id,
            "article": article,
            "source": source,
            "known": False,
            "flags": [],
            "why": "",
            "asked_at": at,
            "trouble": why,
        }
        for article in dict.fromkeys(articles)
        if article
    ]
    await _put(tx, rows, ("trouble",))


async def bring(tx: Tx, rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Adds answers as they were kept elsewhere, the newer of two; (article, source) of the new."""
    statement = upsert(tx.dialect, retraction_answers)
    values = {
        name: statement.excluded[name] for name in ("known", "flags", "why", "asked_at", "trouble")
    }
    newer = statement.excluded.asked_at > retraction_answers.c.asked_at
    statement = statement.on_conflict_do_update(
        index_elements=["review_id", "article", "source"], set_=values, where=newer
    ).returning(retraction_answers.c.article, retraction_answers.c.source)
    found: list[tuple[str, str]] = []
    for some in chunks(list(rows), _CHUNK):
        result = await tx.execute(statement, [dict(row) for row in some])
        found += [(row.article, row.source) for row in result]
    return found


async def records_of(tx: Tx, review_id: str, articles: Iterable[str]) -> list[str]:
    """Ids of the records that stand for any of these articles, or have a source that does."""
    found: dict[str, None] = {}
    for some in chunks(sorted(set(articles)), _CHUNK):
        dois = [one.removeprefix(_DOI) for one in some if one.startswith(_DOI)]
        pmids = [one.removeprefix(_PMID) for one in some if one.startswith(_PMID)]
        called = [f"d{one}" for one in dois] + [f"p{one}" for one in pmids]
        holders = await blocking_keys.lookup(tx, review_id, map(blocking_keys.hashed, called))
        named = {one for each in holders.values() for one in each}
        for found_in, named_in, values in (
            (records.c.id, records.c.doi, dois),
            (records.c.id, records.c.pmid, pmids),
            (source_records.c.record_id, source_records.c.id, sorted(named)),
        ):
            here = found_in.table.c.review_id == review_id
            statement = select(found_in).where(here, among(tx.dialect, named_in, values))
            found |= dict.fromkeys((await tx.execute(statement)).scalars())
    return list(found)


async def _put(tx: Tx, rows: Sequence[dict[str, Any]], new: Sequence[str]) -> None:
    statement = upsert(tx.dialect, retraction_answers)
    statement = statement.on_conflict_do_update(
        index_elements=["review_id", "article", "source"],
        set_={name: statement.excluded[name] for name in new},
    )
    for some in chunks(list(rows), _CHUNK):
        await tx.execute(statement, list(some))


async def rows_about(tx: Tx, review_id: str, articles: Iterable[str]) -> list[Row]:
    """The stored answers about articles, by article and source."""
    found: list[Row] = []
    for some in chunks(sorted(set(articles)), _CHUNK):
        statement = select(retraction_answers).where(
            retraction_answers.c.review_id == review_id,
            among(tx.dialect, retraction_answers.c.article, some),
        )
        order = (retraction_answers.c.article, retraction_answers.c.source)
        found += await all_of(tx, statement.order_by(*order))
    return found


async def about(
    tx: Tx,
    review_id: str,
    contents: Mapping[str, Mapping[str, Bibliography]],
    rows: Mapping[str, Row],
) -> dict[str, list[RetractionAnswer]]:
    """By record: what sources said of any article that its source records name.

    A merged record so keeps what was said of each; records of `rows` name theirs too, as amended.
    """
    if not await _any(tx, review_id):
        return {}
    named = {
        record_id: articles_of(rows.get(record_id), contents.get(record_id, {}).values())
        for record_id in {*contents, *rows}
    }
    said: dict[str, list[RetractionAnswer]] = {}
    for row in await rows_about(tx, review_id, {one for some in named.values() for one in some}):
        said.setdefault(row["article"], []).append(answer_of(row))
    return {
        record_id: [answer for article in articles for answer in said.get(article, ())]
        for record_id, articles in named.items()
    }


async def _any(tx: Tx, review_id: str) -> bool:
    one = select(retraction_answers.c.article).where(retraction_answers.c.review_id == review_id)
    return (await tx.execute(one.limit(1))).first() is not None


def articles_of(row: Row | None, contents: Iterable[Bibliography]) -> list[str]:
    """The articles that a record stands for, as they are asked about."""
    found = [f"doi:{row['doi']}" if row and row["doi"] else ""]
    found.append(f"pmid:{row['pmid']}" if row and row["pmid"] else "")
    for one in contents:
        found += [f"doi:{one.doi}" if one.doi else "", f"pmid:{one.pmid}" if one.pmid else ""]
    return list(dict.fromkeys(filter(None, found)))


def answer_of(row: Row) -> RetractionAnswer:
    """A stored answer as a value."""
    return RetractionAnswer(
        source=row["source"],
        article=row["article"],
        known=row["known"],
        flags=tuple(
            RetractionFlag(kind=one["kind"], notice=one["notice"], citation=one["citation"])
            for one in row["flags"]
        ),
        why=row["trouble"] or row["why"],
    )
