"""What each source says of a record's retraction, and what they say together."""

from collections.abc import Mapping
from typing import Any

from services.search.library.domain.retraction import State, union_of
from services.search.library.handlers.flags import PUBMED, said_by
from services.search.library.store import retractions, reviews, sources
from shared.db import Tx
from shared.db.rows import Row

ASKED = ("crossref", "europe_pmc", "openalex")
NO_PMID = "the record has no PubMed number"
NEVER_LOOKED = "PubMed has not been looked at again yet"
NO_NAME = "the record has neither a DOI nor a PubMed number"
NOT_ASKED = "not asked"


async def retraction_of(
    tx: Tx, review_id: str, row: Row, members: Mapping[str, Row]
) -> dict[str, Any]:
    """The state, and an answer of each source: `state`, when it was asked, and why not known."""
    contents = sources.bibliographies(members).values()
    articles = retractions.articles_of(row, contents)
    rows = await retractions.rows_about(tx, review_id, articles)
    answers = [await _of_pubmed(tx, review_id, row, members)]
    answers += [
        _gravest([one for one in rows if one["source"] == source], source, bool(articles))
        for source in ASKED
    ]
    by_hand = [flag for flag in row["flags"] if flag["by"] == "hand"]
    if any(flag["kind"] == "reinstatement" for flag in by_hand):
        answers.append(_line("hand", "not_retracted", by_hand[-1]["raised_at"]))
        state: State = "not_retracted"
    elif any(flag["kind"] == "retraction" for flag in row["flags"]):
        state = "retracted"
    else:
        state = union_of([one["state"] for one in answers])
    return {"state": state, "sources": answers}


def _gravest(rows: list[Row], source: str, named: bool) -> dict[str, Any]:
    """What one source says of all articles that the record stands for, if any is `named`."""
    read = [(retractions.answer_of(row), row) for row in rows]
    if not read:
        return _line(source, "unknown", None, NOT_ASKED if named else NO_NAME)
    state = union_of([answer.state for answer, _ in read])
    answer, row = next(pair for pair in read if pair[0].state == state)
    return _line(source, state, row["asked_at"].isoformat(), answer.why)


async def _of_pubmed(
    tx: Tx, review_id: str, row: Row, members: Mapping[str, Row]
) -> dict[str, Any]:
    """PubMed says it with the record; the weekly look at all PMIDs keeps that true."""
    looked = await reviews.last_refetch(tx, review_id)
    at = looked.isoformat() if looked else None
    if any(f["kind"] == "retraction" and PUBMED in said_by(f) for f in row["flags"]):
        return _line(PUBMED, "retracted", at)
    if not row["pmid"]:
        return _line(PUBMED, "unknown", None, NO_PMID)
    if looked is None and not any(one["source"] == PUBMED for one in members.values()):
        return _line(PUBMED, "unknown", None, NEVER_LOOKED)
    return _line(PUBMED, "not_retracted", at)


def _line(source: str, state: State, asked_at: str | None, why: str = "") -> dict[str, Any]:
    return {"source": source, "state": state, "asked_at": asked_at, "why": why}
