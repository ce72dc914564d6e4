"""One round of CLUSTER searching, step by step: each step is one transaction.

The network is asked between the steps, never inside one. Every step may be repeated: what was
answered is not asked again. What came of it is kept by `answers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from services.search.cluster.domain.kinship import Offer
from services.search.cluster.domain.round import (
    ENDED,
    LOCAL,
    SOUGHT,
    Asking,
    Options,
    asking_json,
    in_order,
    read_asking,
)
from services.search.cluster.handlers.relations import (
    MOST_SIBLINGS,
    Proposed,
    propose,
)
from services.search.cluster.handlers.round_views import finished
from services.search.cluster.handlers.telling import tell_round
from services.search.cluster.store import hits, rounds
from services.search.library.domain.record import Bibliography
from services.search.library.store import reviews
from shared.db import Tx
from shared.db.rows import Row

ROUND_JOB = "cluster_round"


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
    PubMed and other sources waits for approval; if nothing is to be asked, it ends at once.
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
    row = _row(tx, key, pearls, options, report)
    await rounds.add(tx, row)
    tell_round(row, "planned", tx)
    own = {pearl.pmid for pearl in pearls.values()}
    for asking in plan:
        given = [(pearl, pmid) for pearl, pmid in asking.given if pmid not in own]
        await hits.add_hits(tx, key, asking.step, given, "record")
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
            "sources": list(options.sources),
        },
        "report": dict(report),
        "asked_at": tx.now(),
        "asked_by": tx.actor,
        "ended_at": None,
    }


_LISTS = ("steps", "lexicon", "projects", "sources")


def read_options(row: Row) -> Options:
    """The options of a round as it was asked for."""
    said = row["options"]
    listed = {name: tuple(said.get(name, ())) for name in _LISTS}
    return Options(**{**said, **listed})


async def begin_round(key: rounds.Key, tx: Tx) -> Round | None:
    """What the round has still to do; None if it has ended or its review is retired."""
    row = await open_one(tx, key)
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


async def finish_round(task: Round, proposed: Proposed, tx: Tx) -> None:
    """Every step was asked and what was chosen is kept: keep the proposals, and say so.

    A round to none of whose steps anybody would answer has failed.
    """
    row = await open_one(tx, task.key)
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
    task: Round, reason: str, calls: Sequence[Row], wait: timedelta | None, tx: Tx
) -> None:
    """A round could not go on: keep the reason, and when it is tried again (`wait` from now).

    Without a `wait` it has failed. What was kept stays; the next try asks for the rest.
    """
    row = await open_one(tx, task.key)
    if row is None:
        return
    report = {**_with_trouble(row, tx, reason, wait), "failed_calls": list(calls)}
    if wait is None:
        await end(tx, task.key, "failed", report)
    else:
        await rounds.change(tx, task.key, state="waiting", report=report)


async def open_one(tx: Tx, key: rounds.Key) -> Row | None:
    """The round, held until the transaction ends; None if there is none or it has ended."""
    row = await held(tx, key)
    return None if row is None or row["state"] in ENDED else row


async def held(tx: Tx, key: rounds.Key) -> Row | None:
    """The round, held until the transaction ends."""
    await tx.lock(f"round/{'/'.join(map(str, key))}")
    return await rounds.one(tx, key)


def _with_trouble(row: Row, tx: Tx, reason: str, wait: timedelta | None = None) -> dict[str, Any]:
    trouble = {"at": tx.now().isoformat(), "why": reason}
    if wait is not None:
        trouble["again"] = (tx.now() + wait).isoformat()
    return {**row["report"], "troubles": [*row["report"].get("troubles", ()), trouble]}


async def end(tx: Tx, key: rounds.Key, state: str, report: Row) -> None:
    """A round has come to its end, and says so."""
    await rounds.change(tx, key, state=state, report=dict(report), ended_at=tx.now())
    tx.emit(await finished(tx, key))
