"""A round is planned: what each step asks, what the library offers again, messages to authors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.search.cluster.domain.kinship import holds
from services.search.cluster.domain.plan import plan_round
from services.search.cluster.domain.round import Asking, Options
from services.search.cluster.domain.terms import said
from services.search.cluster.handlers import relations, rounds
from services.search.cluster.handlers.contacts import draft_contacts
from services.search.cluster.handlers.lexicon import with_lexicon
from services.search.cluster.handlers.offers import offer_again, with_notes
from services.search.cluster.store import evidence
from services.search.connectors.domain.sources import LABELS, SETTING
from services.search.library.domain.record import Bibliography
from services.search.library.store import records, reviews
from services.search.library.store.content import decode
from services.search.pubmed.domain.query_report import check, is_unusable
from shared.db import Tx
from shared.db.rows import Row
from shared.http.problems import Conflict, Invalid


async def plan_and_open(
    tx: Tx,
    step: Row,
    pearls: Sequence[str],
    reason: str,
    options: Options,
    sources: Sequence[str],
) -> dict[str, Any]:
    """Plan a round, its steps over the library carried out; what was decided, with its number.

    `sources` are the optional sources that are on.
    Raises `Conflict` where the review is retired, `Invalid` for a pearl that is no active record
    and for a block that PubMed could not read.
    """
    review_id = step["review_id"]
    if await reviews.is_retired(tx, review_id):
        raise Conflict("The review is retired: nothing is searched for it any more.")
    _check_blocks(options)
    known = await pearls_of(tx, review_id, pearls)
    options, lexicon = await with_lexicon(tx, step, options)
    related = await relations.confirmed_around(tx, review_id, known.keys())
    _check_sources(options, sources)
    plan = plan_round(known, options, related, sources)
    offered, notes = await offer_again(tx, step, known, options, {one.step for one in plan})
    notes["theory_citations"] = await _spoken(tx, review_id, known, options.lexicon)
    plan = tuple(with_notes(asking, notes.get(asking.step, ())) for asking in plan)
    await _propose(tx, step, known, list(offered), options)
    await draft_contacts(tx, step, known, _tasks(plan))
    number = await rounds.open_round(tx, step, known, options, plan, offered, lexicon)
    return {
        "by": tx.actor,
        "reason": reason,
        "pearls": list(known),
        "offered": {record: offer.why for record, offer in offered.items()},
        "round": number,
    }


async def _spoken(
    tx: Tx, review_id: str, pearls: Mapping[str, Bibliography], lexicon: Sequence[str]
) -> list[str]:
    """Which words of the theory fragments coded from the pearls hold, and in how many."""
    if not lexicon:
        return []
    absorbed = await records.aliases_of(tx, review_id, pearls.keys())
    now = {alias: one for one, aliases in absorbed.items() for alias in aliases}
    coded = await evidence.said_of_records(tx, review_id, {*pearls, *now})
    counted = Counter(
        (now.get(record, record), words)
        for record, text in coded
        for words in lexicon
        if holds(words, text)
    )
    return [
        f"Fragments coded from '{said(pearls[record])}' speak of {words} ({number})."
        for (record, words), number in sorted(counted.items())
    ]


async def _propose(
    tx: Tx,
    step: Row,
    pearls: Mapping[str, Bibliography],
    offered: Sequence[str],
    options: Options,
) -> None:
    """Siblings and kin among the excluded records that are offered again."""
    found = await relations.bibliographies(tx, step["review_id"], offered)
    gathered = relations.Gathered(pearls=pearls, found=found)
    proposed = relations.proposals(gathered, options)
    await relations.propose(tx, step["review_id"], step["id"], proposed)


def _tasks(plan: Sequence[Asking]) -> list[tuple[str, str]]:
    return [task for asking in plan if asking.step == "contact" for task in asking.tasks]


def _check_blocks(options: Options) -> None:
    """Raises `Invalid` for a block of the search that PubMed would misread."""
    for name in ("topic", "theory", "condition"):
        block = getattr(options, name)
        if block and is_unusable(check(block)):
            faults = [each.sentence for each in check(block) if each.weight == "error"]
            raise Invalid(" ".join(faults), field=name)


def _check_sources(options: Options, sources: Sequence[str]) -> None:
    """Raises `Invalid` for a source that is off."""
    for name in options.sources:
        if name not in sources:
            hint = f"set {SETTING[name]} and RETRODUCT_NETWORK=true"
            raise Invalid(f"{LABELS[name]} is not asked here: {hint}.", field="sources")


async def pearls_of(tx: Tx, review_id: str, wanted: Sequence[str]) -> dict[str, Bibliography]:
    """What these active records say, by id; raises `Invalid` for one that is none."""
    stands = await records.survivors(tx, review_id, wanted)
    ids = list(dict.fromkeys(stands.values()))
    rows = await records.rows_of(tx, review_id, ids)
    absent = [one for one in ids if one not in rows or rows[one]["state"] != "active"]
    if absent:
        raise Invalid(f"No active record: {', '.join(absent)}.", field="pearls")
    return {one: decode(rows[one]["content"]) for one in ids}
