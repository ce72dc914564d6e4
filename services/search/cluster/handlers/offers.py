"""The steps over the review's own library, excluded records with it (3 and 9 of Booth et al. 2013).

Excluded records that may be of a pearl's study, or that mention the theory, are offered
for screening again, once in a cluster. No decision is changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from services.search.cluster.domain.kinship import Offer, kinship, mentions, names_of, orcids_of
from services.search.cluster.domain.round import Asking, Options
from services.search.cluster.domain.terms import said
from services.search.cluster.store import rounds as rounds_store
from services.search.library.domain.record import Bibliography
from services.search.library.store import fulltext, reviews
from services.search.library.store.content import decode
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import RescreenSuggested

MOST_PEOPLE = 20
MOST_RECORDS = 500
MOST_MENTIONS = 2000


async def offer_again(
    tx: Tx,
    step: Row,
    pearls: Mapping[str, Bibliography],
    options: Options,
    enabled: Collection[str],
) -> tuple[dict[str, Offer], dict[str, list[str]]]:
    """What the enabled steps over the library offer again, and what to say of each step."""
    review_id = step["review_id"]
    before = await rounds_store.of_step(tx, review_id, step["id"])
    told = {name for row in before for name in row["report"].get("offered", ())}
    offered: dict[str, Offer] = {}
    notes: dict[str, list[str]] = {}
    if "recheck" in enabled:
        offered, notes["recheck"] = await _recheck(tx, review_id, pearls)
    if "mentions" in enabled:
        found, notes["mentions"] = await _mentioned(tx, review_id, options.lexicon, set(pearls))
        offered = found | offered
    offered = {name: offer for name, offer in offered.items() if name not in told}
    for other, offer in sorted(offered.items()):
        tx.emit(RescreenSuggested(review_id=review_id, record_id=other, reason=offer.why))
    return offered, notes


def with_notes(asking: Asking, notes: Sequence[str]) -> Asking:
    """A step with more to say."""
    return replace(asking, notes=(*asking.notes, *notes))


async def _recheck(
    tx: Tx, review_id: str, pearls: Mapping[str, Bibliography]
) -> tuple[dict[str, Offer], list[str]]:
    offered: dict[str, Offer] = {}
    notes: list[str] = []
    for pearl in pearls.values():
        relatives, bounded = await _relatives(tx, review_id, pearl, set(pearls))
        notes += bounded
        for other, why in relatives.items():
            about = f"CLUSTER, of the study of '{said(pearl)}'? {why}"
            offered.setdefault(other, Offer("recheck", about))
    return offered, list(dict.fromkeys(notes))


async def _relatives(
    tx: Tx, review_id: str, pearl: Bibliography, apart: set[str]
) -> tuple[dict[str, str], list[str]]:
    """Excluded records that may be of the pearl's study and why, and which names met a bound."""
    words = list(names_of(pearl)[:MOST_PEOPLE])
    words += [trial.rpartition("/")[2] for trial in pearl.trial_ids]
    words += sorted(orcids_of(pearl))[:MOST_PEOPLE]
    found: dict[str, Row] = {}
    notes = []
    for one in words:
        rows = await fulltext.page(tx, review_id, query=f'"{one}"', most=MOST_RECORDS + 1)
        if len(rows) > MOST_RECORDS:
            notes.append(_bounded(one, MOST_RECORDS))
        found |= {row["id"]: row for row in rows[:MOST_RECORDS] if row["id"] not in apart}
    excluded = await reviews.excluded_among(tx, review_id, found)
    why = {one: kinship(pearl, decode(found[one]["content"])) for one in sorted(excluded)}
    return {one: because for one, because in why.items() if because}, notes


async def _mentioned(
    tx: Tx, review_id: str, lexicon: Sequence[str], apart: set[str]
) -> tuple[dict[str, Offer], list[str]]:
    """Excluded records that mention the theory, and how often each entry was met at all."""
    found: dict[str, Row] = {}
    held: dict[str, list[str]] = {}
    notes = []
    for words in lexicon:
        query = f'"{words.rstrip("*").replace(chr(34), " ")}"'
        rows = await fulltext.page(tx, review_id, query=query, most=MOST_MENTIONS + 1)
        notes.append(_how_many(words, len(rows)))
        for row in rows[:MOST_MENTIONS]:
            if row["id"] not in apart:
                found[row["id"]] = row
                held.setdefault(row["id"], []).append(words)
    excluded = await reviews.excluded_among(tx, review_id, found)
    offered = {}
    for one in sorted(excluded):
        other = decode(found[one]["content"])
        met = [words for words in held[one] if mentions(words, other)]
        if met:
            why = f"CLUSTER, mentions the theory: {', '.join(met[:5])}"
            offered[one] = Offer("mentions", why)
    return offered, notes


def _how_many(words: str, number: int) -> str:
    if number > MOST_MENTIONS:
        return _bounded(words, MOST_MENTIONS)
    held = (
        "1 record of the library holds" if number == 1 else f"{number} records of the library hold"
    )
    return f"{held} '{words}'."


def _bounded(words: str, most: int) -> str:
    return f"More than {most} records hold '{words}': only the first {most} were looked at."
