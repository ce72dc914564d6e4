"""Records recomputed from their sources: the best of what they say, what people corrected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from services.search.library.domain.dedup import best
from services.search.library.domain.record import Author, Bibliography
from services.search.library.domain.retraction import RetractionAnswer, what_happened
from services.search.library.domain.retraction import RetractionFlag as Found
from services.search.library.domain.verdicts import without_verdicts
from services.search.library.handlers.flags import found, said_by, standing_flags
from services.search.library.store import records, retractions, sources
from services.search.library.store.content import decode, encode
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import Flag, RecordState, Route

MOST_AUTHORS = 20
LONGEST_ABSTRACT = 60_000
MOST_KEYWORDS = 200
_LONGEST = frozenset(("abstract", "journal", "publisher"))
_UNSAID = {field.name: field.default for field in fields(Bibliography)}
_LONG = ("title", "abstract", "authors", "journal", "publisher")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputedRecord:
    """A record as it was just written: its row, its state as event, and flags that are new."""

    row: Row
    state: RecordState
    bibliography: Bibliography
    raised: tuple[Found, ...] = ()
    known: bool = False


async def refresh(
    tx: Tx,
    review_id: str,
    ids: Collection[str],
    former: Mapping[str, Sequence[Row]] | None = None,
) -> dict[str, RecomputedRecord]:
    """Records recomputed from their sources and written; no events.

    `former` are the routes that records without any source are told with.
    """
    members = await sources.of_records(tx, review_id, ids)
    rows = await records.rows_of(tx, review_id, ids)
    every = [name for some in members.values() for name in some]
    routes = await sources.routes_of(tx, review_id, every)
    contents = {name: sources.bibliographies(some) for name, some in members.items()}
    answers = await retractions.about(tx, review_id, contents, rows)
    written: dict[str, RecomputedRecord] = {}
    for record_id in sorted(ids):
        known = rows.get(record_id)
        some = members.get(record_id, {})
        came = [route for name in some for route in routes.get(name, ())]
        if not some and former:
            came = list(former.get(record_id, ()))
        if some or known is not None:
            said = _Said(some, contents.get(record_id, {}), answers.get(record_id, ()), came)
            written[record_id] = _written(tx, review_id, record_id, said, known)
    await records.keep(tx, [dict(one.row) for one in written.values()])
    await records.keep_texts(tx, [_text_row(one) for one in written.values()])
    return written


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a record: its source records, what they hold, answers of those asked."""

    members: Mapping[str, Row]
    contents: Mapping[str, Bibliography]
    answers: Sequence[RetractionAnswer]
    routes: Sequence[Row]


def _written(
    tx: Tx, review_id: str, record_id: str, said: _Said, known: Row | None
) -> RecomputedRecord:
    members = said.members
    amended = known["amended"] if known else {}
    bibliography = without_verdicts(_bibliography(said.contents, known, amended))
    stood = known["flags"] if known else ()
    named = {name: (row["source"], said.contents[name]) for name, row in members.items()}
    flags = standing_flags(bibliography, named, said.answers, stood, tx.now().isoformat())
    first = next(iter(members.values()), None)
    label = _label(members, known)
    content = _content(said, bibliography)
    row = records.row_of(review_id, record_id, content, bibliography, tx.now()) | {
        "number": known["number"] if known else first["arrived"] if first else 0,
        "label": label,
        "state": "active" if members else "removed",
        "flags": flags,
        "amended": amended,
        "version": (known["version"] if known else 0) + 1,
    }
    state = state_of(row, bibliography, said.routes)
    raised = what_happened(map(found, stood), map(found, flags))
    return RecomputedRecord(
        row=row, state=state, bibliography=bibliography, raised=raised, known=known is not None
    )


def _content(said: _Said, bibliography: Bibliography) -> bytes:
    """The bibliography's bytes: those of the one source that says it, where it is said so."""
    for name, content in said.contents.items():
        if content is bibliography:
            stored: bytes = said.members[name]["content"]
            return stored
    return encode(bibliography)


def _bibliography(
    contents: Mapping[str, Bibliography], known: Row | None, amended: Mapping[str, Any]
) -> Bibliography:
    """The best of the sources, corrected by what people amended."""
    if not contents:
        return decode(known["content"]) if known else Bibliography()
    if len(contents) == 1:
        return amend(next(iter(contents.values())), amended)
    return amend(best_of(contents), amended)


def best_of(contents: Mapping[str, Bibliography]) -> Bibliography:
    """The best of several sources, sparing what needs no weighing.

    That is a text on which all agree, and of abstracts and names the longest
    when no other is as long.
    """
    agreed: dict[str, Any] = {}
    for name in _LONG:
        said = {getattr(one, name) for one in contents.values()} - {"", ()}
        longest = sorted(said, key=len)[-2:] if name in _LONGEST else list(said)
        if len(longest) == 1 or (name in _LONGEST and longest and _differ(longest)):
            agreed[name] = longest[-1]
    if not agreed:
        return best(contents)[0]
    blank: dict[str, Any] = {name: () if name == "authors" else "" for name in agreed}
    return replace(best({n: replace(one, **blank) for n, one in contents.items()})[0], **agreed)


def _differ(texts: Sequence[str]) -> bool:
    return len(texts[0]) != len(texts[-1])


def amend(bibliography: Bibliography, amended: Mapping[str, Any]) -> Bibliography:
    """The bibliography with people's corrections: field to value, authors as names, None unsaid."""
    if not amended:
        return bibliography
    values: dict[str, Any] = dict(amended)
    if values.get("authors") is not None:
        values["authors"] = tuple(author(name) for name in values["authors"])
    for name, value in values.items():
        if value is None:
            values[name] = _UNSAID[name]
        elif isinstance(value, list):
            values[name] = tuple(value)
    return replace(bibliography, **values)


def author(name: str) -> Author:
    """`Family, Given` or a group's name, as people type it."""
    family, comma, given = name.partition(",")
    if comma:
        return Author(family=family.strip(), given=given.strip())
    return Author(collective=name.strip()) if " " in name.strip() else Author(family=name.strip())


def _label(members: Mapping[str, Row], known: Row | None) -> str:
    told = [row["label"] for row in members.values() if row["label"]]
    return told[0] if told else (known["label"] if known else "")


def _text_row(one: RecomputedRecord) -> dict[str, Any]:
    row = one.row
    return {
        "review_id": row["review_id"],
        "record_id": row["id"],
        "number": row["number"],
        "folded": records.searchable(one.bibliography, row["label"]),
    }


def state_of(row: Row, bibliography: Bibliography, routes: Sequence[Row]) -> RecordState:
    """A record as its events carry it: text for screening, no affiliations, no references."""
    return RecordState(
        record_id=row["id"],
        title=bibliography.title,
        abstract=bibliography.abstract[:LONGEST_ABSTRACT],
        keywords=(*bibliography.keywords, *bibliography.mesh)[:MOST_KEYWORDS],
        year=bibliography.year,
        journal=bibliography.journal,
        authors=tuple(author.name for author in bibliography.authors[:MOST_AUTHORS]),
        doi=bibliography.doi,
        pmid=bibliography.pmid,
        language=bibliography.language,
        publication_types=bibliography.publication_types,
        routes=tuple(_route(route) for route in routes[:50]),
        flags=tuple(
            Flag(
                kind=flag["kind"],
                notice=flag["notice"],
                raised_at=flag["raised_at"],
                sources=tuple(said_by(flag)),
            )
            for flag in row["flags"]
            if flag["kind"] != "reinstatement"
        ),
        label=row["label"],
        removed=row["state"] == "removed",
    )


def _route(row: Row) -> Route:
    return Route(
        source=row["source"],
        arm=row["arm"],
        found_at=row["found_at"].isoformat(),
        search_id=row["search_id"],
        import_id=row["import_id"],
        source_record_id=row["source_record_id"],
        how=row["how"] or "",
    )
