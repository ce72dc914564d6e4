"""One round of CLUSTER searching, step by step: each step is one transaction.

PubMed is asked between the steps, never inside one. Every step may be repeated: what was
answered is not asked again, what was kept stays kept, what was counted is counted once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.search.cluster.domain.kinship import Offer
from services.search.cluster.domain.round import (
    ENDED,
    LOCAL,
    SOUGHT,
    Answered,
    Asking,
    Options,
    asking_json,
    chosen,
    in_order,
    read_asking,
    route_of,
)
from services.search.cluster.domain.terms import short
from services.search.cluster.handlers.relations import (
    MOST_SIBLINGS,
    Proposed,
    bibliographies,
    propose,
)
from services.search.cluster.handlers.round_views import finished
from services.search.cluster.store import rounds
from services.search.library.domain.record import Bibliography
from services.search.library.handlers.keep import KeptPage, Origin, keep_page
from services.search.library.handlers.preparation import Prepared
from services.search.library.store import records as records_store
from services.search.library.store import reviews
from services.search.living.domain.runs import call_json
from shared.db import Tx

ROUND_JOB = "cluster_round"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round has to do: `pearls` with their PMIDs (or ""), the steps still to be asked."""

    key: rounds.Key
    pearls: Mapping[str, str]
    options: Options
    asking: tuple[Asking, ...]

    @property
    def review_id(self) -> str:
        """The review that the round belongs to."""
        return self.key[0]


async def open_round(
    tx: Tx,
    step: Row,
    pearls: Mapping[str, Bibliography],
    options: Options,
    plan: Sequence[Asking],
    offered: Mapping[str, Offer],
    lexicon: int = 0,
) -> int:
    """A new round with what the records themselves name; its number.

    `offered` are the excluded records that its steps over the library offer again, `lexicon` is
    the version of the theory's words that it uses (0: they were given with it). What it asks of
    PubMed waits for approval; if nothing is to be asked, it ends at once.
    """
    review_id, step_id = step["review_id"], step["id"]
    number = await rounds.next_number(tx, review_id, step_id)
    key = (review_id, step_id, number)
    report: dict[str, Any] = {
        "theory_id": step["theory_id"],
        "seeks": options.seeks or SOUGHT.get(step["detail"].get("kind", ""), "outcome"),
        "steps": {asking.step: asking_json(asking) for asking in plan},
        "offered": {record: offer.why for record, offer in offered.items()},
        "offered_in": {record: offer.step for record, offer in offered.items()},
        "lexicon": lexicon,
    }
    await rounds.add(tx, _row(tx, key, pearls, options, report))
    own = {pearl.pmid for pearl in pearls.values()}
    for asking in plan:
        given = [(pearl, pmid) for pearl, pmid in asking.given if pmid not in own]
        await rounds.add_hits(tx, key, asking.step, given)
    if any(each["state"] == "waiting" for each in report["steps"].values()):
        return number
    await end(tx, key, "succeeded", report)
    return number


def _row(
    tx: Tx,
    key: rounds.Key,
    pearls: Mapping[str, Bibliography],
    options: Options,
    report: Row,
) -> Row:
    """A round as it is planned."""
    return {
        "review_id": key[0],
        "step_id": key[1],
        "number": key[2],
        "state": "planned",
        "pearls": {record: pearl.pmid or "" for record, pearl in pearls.items()},
        "options": {
            **asdict(options),
            "steps": list(options.steps),
            "lexicon": list(options.lexicon),
            "projects": list(options.projects),
        },
        "report": dict(report),
        "asked_at": tx.now(),
        "asked_by": tx.actor,
        "ended_at": None,
    }


def read_options(row: Row) -> Options:
    """The options of a round as it was asked for."""
    said = row["options"]
    listed = {name: tuple(said.get(name, ())) for name in ("steps", "lexicon", "projects")}
    return Options(**{**said, **listed})


async def begin_round(key: rounds.Key, tx: Tx) -> Round | None:
    """What the round has still to do; None if it has ended or its review is retired."""
    row = await _open(tx, key)
    if row is None or row["state"] == "planned":
        return None
    if await reviews.is_retired(tx, key[0]):
        report = _with_trouble(row, tx, "The review was retired before the round was carried out.")
        await end(tx, key, "failed", report)
        return None
    await rounds.change(tx, key, state="running")
    steps = in_order(row["report"]["steps"])
    waiting = {name: each for name, each in steps.items() if each["state"] == "waiting"}
    return Round(
        key=key,
        pearls=row["pearls"],
        options=read_options(row),
        asking=tuple(read_asking(name, each) for name, each in waiting.items()),
    )


async def keep_answer(task: Round, answer: Answered, tx: Tx) -> None:
    """Keep what PubMed answered to a step, or to one of its questions; a repeat changes nothing."""
    row = await _open(tx, task.key)
    if row is None or row["report"]["steps"][answer.step]["state"] != "waiting":
        return
    own = set(task.pearls.values())
    hits = [(pearl, pmid) for pearl, pmid in answer.hits if pmid not in own]
    await rounds.add_hits(tx, task.key, answer.step, hits)
    step = dict(row["report"]["steps"][answer.step])
    step |= {
        "state": answer.state,
        "queries": [
            {**q, "count": answer.counts.get(q["term"], q.get("count"))} for q in step["queries"]
        ],
        "notes": list(dict.fromkeys((*step["notes"], *answer.notes))),
        "unanswered": [*step.get("unanswered", ()), *answer.unanswered],
        "linked": answer.linked or step.get("linked", False),
        "calls": [*step.get("calls", ()), *(call_json(call) for call in answer.calls)],
    }
    steps = {**row["report"]["steps"], answer.step: step}
    await rounds.change(tx, task.key, report={**row["report"], "steps": steps})


async def choose(task: Round, tx: Tx) -> list[str]:
    """PMIDs that are to be fetched: those the library has, and new ones within the budget.

    Chosen once; asked again, those that were chosen and are not kept yet.
    """
    row = await _open(tx, task.key)
    if row is None:
        return []
    ways: dict[str, list[str]] = {}
    for hit in await rounds.hits_of(tx, task.key):
        if hit["state"] == "found":
            ways.setdefault(hit["pmid"], []).append(hit["step"])
    if row["report"].get("chosen"):
        return list(ways)
    known = {one["pmid"] for one in await records_store.by_pmid(tx, task.review_id, list(ways))}
    wanted, beyond = chosen(ways, known, task.options.budget)
    await rounds.settle_hits(tx, task.key, (_became(pmid, "beyond") for pmid in beyond))
    await rounds.change(tx, task.key, report={**row["report"], "chosen": True})
    return wanted


def _became(pmid: str, state: str, record_id: str | None = None, new: bool = False) -> Row:
    return {"pmid": pmid, "state": state, "record_id": record_id, "new": new}


async def keep_found(
    task: Round, page: Sequence[Prepared], missing: Sequence[str], calls: Sequence[Any], tx: Tx
) -> KeptPage | None:
    """Keep one page of articles, each with the steps and pearls that led to it as its route.

    None if nothing of it was still to be kept (a repeated step).
    """
    row = await _open(tx, task.key)
    by_pmid = {one.own_id or "": one for one in page}
    hits = await rounds.hits_of(tx, task.key, [*by_pmid, *missing])
    ways: dict[str, list[tuple[str, str]]] = {}
    pearls = await bibliographies(tx, task.review_id, {hit["pearl"] for hit in hits} - {""})
    called = {name: short(one) for name, one in pearls.items()}
    for hit in hits:
        if hit["state"] == "found":
            way = (hit["step"], called.get(hit["pearl"], ""))
            ways.setdefault(hit["pmid"], []).append(way)
    left = [one for pmid, one in by_pmid.items() if pmid in ways]
    if row is None or not ways:
        return None
    number = task.key[2]
    how = {one.id: route_of(number, ways[one.own_id or ""]) for one in left}
    origin = Origin(origin=f"cluster/{task.key[1]}/{number}", arm="other", how=how)
    kept = await keep_page(tx, task.review_id, left, origin, reason=f"CLUSTER round {number}")
    records = {one.own_id or "": kept.records[one.id] for one in left}
    became = [_became(pmid, "kept", one, one in kept.new) for pmid, one in records.items()]
    await rounds.settle_hits(tx, task.key, [*became, *(_became(p, "missing") for p in missing)])
    fetches = [*row["report"].get("fetches", ()), *(call_json(call) for call in calls)]
    await rounds.change(tx, task.key, report={**row["report"], "fetches": fetches})
    return kept


async def finish_round(task: Round, proposed: Proposed, tx: Tx) -> None:
    """Every step was asked and what was chosen is kept: keep the proposals, and say so.

    A round to none of whose steps PubMed would answer has failed.
    """
    row = await _open(tx, task.key)
    if row is None:
        return
    told = [
        {"pearl": one.pearl, "record_id": one.record, "score": one.score, "why": one.why}
        for one in proposed.siblings[:MOST_SIBLINGS]
    ]
    further = len(proposed.siblings) - len(told)
    report = {**row["report"], "siblings": told, "further_siblings": further}
    await propose(tx, task.review_id, task.key[1], proposed)
    asked = [step for name, step in report["steps"].items() if name not in LOCAL]
    answers = {step["state"] for step in asked} - {"skipped"}
    await end(tx, task.key, "failed" if answers == {"refused"} else "succeeded", report)


async def note_round_trouble(
    task: Round, reason: str, calls: Sequence[Row], last: bool, tx: Tx
) -> None:
    """A round could not go on: keep the reason; it has failed if it is not tried again (`last`).

    What was kept stays; the next try asks for the rest.
    """
    row = await _open(tx, task.key)
    if row is None:
        return
    report = {**_with_trouble(row, tx, reason), "failed_calls": list(calls)}
    if last:
        await end(tx, task.key, "failed", report)
    else:
        await rounds.change(tx, task.key, state="waiting", report=report)


async def _open(tx: Tx, key: rounds.Key) -> Row | None:
    """The round, held until the transaction ends; None if there is none or it has ended."""
    row = await held(tx, key)
    return None if row is None or row["state"] in ENDED else row


async def held(tx: Tx, key: rounds.Key) -> Row | None:
    """The round, held until the transaction ends."""
    await tx.lock(f"round/{'/'.join(map(str, key))}")
    return await rounds.one(tx, key)


def _with_trouble(row: Row, tx: Tx, reason: str) -> dict[str, Any]:
    trouble = {"at": tx.now().isoformat(), "why": reason}
    return {**row["report"], "troubles": [*row["report"].get("troubles", ()), trouble]}


async def end(tx: Tx, key: rounds.Key, state: str, report: Row) -> None:
    """A round has come to its end, and says so."""
    await rounds.change(tx, key, state=state, report=dict(report), ended_at=tx.now())
    tx.emit(await finished(tx, key))
