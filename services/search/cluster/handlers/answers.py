"""What came of a round's questions, kept one transaction at a time; a repeat changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.cluster.domain.round import Answered, Way, chosen, read_elsewhere, route_of
from services.search.cluster.domain.terms import short
from services.search.cluster.handlers.relations import bibliographies
from services.search.cluster.handlers.rounds import Round, open_one
from services.search.cluster.store import hits as hits_store
from services.search.cluster.store import rounds
from services.search.library.domain.record import SourceRecord
from services.search.library.handlers.keep import KeptPage, RecordOrigin, keep_page
from services.search.library.handlers.preparation import Prepared
from services.search.library.store import records as records_store
from services.search.living.domain.runs import call_json
from shared.db import Tx
from shared.db.rows import Row

DOI = "doi:"


async def keep_answer(task: Round, answer: Answered, tx: Tx) -> None:
    """Keep what was answered to a step, or to one of its questions; a repeat changes nothing."""
    row = await open_one(tx, task.key)
    if row is None or row["report"]["steps"][answer.step]["state"] != "waiting":
        return
    own = await _own(task, tx)
    found = [(pearl, name) for pearl, name in answer.hits if name not in own]
    source = answer.elsewhere.source if answer.elsewhere else "pubmed"
    await hits_store.add_hits(tx, task.key, answer.step, found, source, answer.said)
    step = dict(row["report"]["steps"][answer.step])
    step |= {
        "state": answer.state,
        "queries": [
            {**q, "count": answer.counts.get(q["term"], q.get("count"))} for q in step["queries"]
        ],
        "elsewhere": [_asked(one, answer) for one in step.get("elsewhere", ())],
        "notes": list(dict.fromkeys((*step["notes"], *answer.notes))),
        "unanswered": list(dict.fromkeys((*step.get("unanswered", ()), *answer.unanswered))),
        "linked": answer.linked or step.get("linked", False),
        "calls": [*step.get("calls", ()), *(call_json(call) for call in answer.calls)],
    }
    steps = {**row["report"]["steps"], answer.step: step}
    await rounds.change(tx, task.key, report={**row["report"], "steps": steps})


async def _own(task: Round, tx: Tx) -> set[str]:
    """Names of the pearls themselves, which a search for their project finds, too."""
    pearls = await bibliographies(tx, task.review_id, task.pearls.keys())
    dois = {f"{DOI}{one.doi}" for one in pearls.values() if one.doi}
    return dois | set(task.pearls.values())


def _asked(stored: Row, answer: Answered) -> Row:
    """A question to an optional source, marked if it is the one that was answered."""
    if answer.elsewhere is None or read_elsewhere(stored) != answer.elsewhere:
        return stored
    return {**stored, "asked": True, "count": answer.total}


async def choose(task: Round, tx: Tx) -> list[str]:
    """Names of articles to be kept: those the library has, and new ones within the budget.

    Chosen once; asked again, those that were chosen and are not kept yet.
    """
    row = await open_one(tx, task.key)
    if row is None:
        return []
    ways: dict[str, list[str]] = {}
    for hit in await rounds.hits_of(tx, task.key):
        if hit["state"] == "found":
            ways.setdefault(hit["pmid"], []).append(hit["step"])
    if row["report"].get("chosen"):
        return list(ways)
    known = await _known(tx, task.review_id, list(ways))
    wanted, beyond = chosen(ways, known, task.options.budget)
    await rounds.settle_hits(tx, task.key, (_became(name, "beyond") for name in beyond))
    await rounds.change(tx, task.key, report={**row["report"], "chosen": True})
    return wanted


async def _known(tx: Tx, review_id: str, names: Sequence[str]) -> set[str]:
    """Those of these articles that the library has, by PMID or DOI."""
    dois = [name.removeprefix(DOI) for name in names if name.startswith(DOI)]
    known = {one["pmid"] for one in await records_store.by_pmid(tx, review_id, names)}
    return known | {f"{DOI}{doi}" for doi in await hits_store.dois_known(tx, review_id, dois)}


async def said_of(task: Round, names: Sequence[str], tx: Tx) -> dict[str, SourceRecord]:
    """What optional sources said of articles that are still to be kept, by name."""
    return await hits_store.said_of(tx, task.key, names)


def _became(name: str, state: str, record_id: str | None = None, new: bool = False) -> Row:
    return {"pmid": name, "state": state, "record_id": record_id, "new": new}


async def keep_found(
    task: Round,
    page: Mapping[str, Prepared],
    missing: Sequence[str],
    calls: Sequence[Any],
    tx: Tx,
) -> KeptPage | None:
    """Keep one page of articles by name, each with the ways that led to it as its route.

    None if nothing of it was still to be kept (a repeated step).
    """
    row = await open_one(tx, task.key)
    found = await rounds.hits_of(tx, task.key, [*page, *missing])
    ways = await _ways(tx, task, found)
    left = {name: one for name, one in page.items() if name in ways}
    if row is None or not ways:
        return None
    number = task.key[2]
    how = {one.id: route_of(number, ways[name]) for name, one in left.items()}
    origin = RecordOrigin(origin=f"cluster/{task.key[1]}/{number}", arm="other", how=how)
    reason = f"CLUSTER round {number}"
    kept = await keep_page(tx, task.review_id, list(left.values()), origin, reason=reason)
    records = {name: kept.records[one.id] for name, one in left.items()}
    became = [_became(name, "kept", one, one in kept.new) for name, one in records.items()]
    await rounds.settle_hits(tx, task.key, [*became, *(_became(m, "missing") for m in missing)])
    fetches = [*row["report"].get("fetches", ()), *(call_json(call) for call in calls)]
    await rounds.change(tx, task.key, report={**row["report"], "fetches": fetches})
    return kept


async def _ways(tx: Tx, task: Round, found: Sequence[Row]) -> dict[str, list[Way]]:
    """How each article that is still to be kept was found."""
    pearls = await bibliographies(tx, task.review_id, {hit["pearl"] for hit in found} - {""})
    called = {name: short(one) for name, one in pearls.items()}
    ways: dict[str, list[Way]] = {}
    for hit in found:
        if hit["state"] == "found":
            way = (hit["step"], called.get(hit["pearl"], ""), hit["sources"] or ("pubmed",))
            ways.setdefault(hit["pmid"], []).append(way)
    return ways
