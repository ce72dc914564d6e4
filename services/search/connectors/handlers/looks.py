"""Looks at what became of a review's articles: one source, page by page, each one transaction.

A look may be repeated from where it stopped: its run keeps how far it has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.search.connectors import store
from services.search.connectors.domain.sources import LABELS, SETTING, Named
from services.search.library.domain.retraction import RetractionAnswer
from services.search.library.handlers.retractions import keep_answers
from services.search.library.handlers.reviews import require_review
from services.search.library.store import retractions, reviews
from services.search.living.store import searches as living_store
from shared.db import Tx
from shared.db.rows import Row
from shared.events.search import SearchFinished
from shared.http.problems import Conflict
from shared.ids import stable_id
from shared.review.numbers import counted

LOOK_JOB = "look_at_retractions"
TRIGGER = "refetch"
WEEK = timedelta(days=7)
PAGE = 100
ENDED = ("succeeded", "failed")
FROM_THE_START = -1


class NoSourceIsOn(Conflict):
    """Nobody has allowed to ask any source."""

    title = "No source is asked about retractions here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look: at a review's articles, by one source, from the record after number `after`."""

    review_id: str
    run_id: str
    source: str
    after: int


def search_id_of(source: str) -> str:
    """The name under which the looks of a source are kept among the runs."""
    return f"retractions:{source}"


async def plan_due_looks(sources: Iterable[str], tx: Tx) -> None:
    """Asks for a look in every open review that had none of a source in the last week."""
    for source in sources:
        for review_id in await store.reviews_due(tx, search_id_of(source), tx.now() - WEEK):
            await _start(review_id, source, tx)


async def start_looks(review_id: str, sources: Sequence[str], tx: Tx) -> None:
    """Asks every source that is on for a look now; one that still runs is not asked twice."""
    await require_review(tx, review_id)
    if not sources:
        names = ", ".join(SETTING.values())
        raise NoSourceIsOn(f"Set one of {names}, and RETRODUCT_NETWORK=true, to ask a source.")
    for source in sources:
        last = await last_look(review_id, source, tx)
        if last is None or last["state"] in ENDED:
            await _start(review_id, source, tx)


async def last_look(review_id: str, source: str, tx: Tx) -> Row | None:
    """The run of the newest look of a source."""
    looks = await living_store.runs_of(tx, review_id, search_id_of(source), most=1)
    return looks[0] if looks else None


async def _start(review_id: str, source: str, tx: Tx) -> None:
    search_id = search_id_of(source)
    run_id = stable_id(review_id, "run", search_id, tx.now().isoformat())
    report = {"source": source, "after": FROM_THE_START, "troubles": []}
    await living_store.add_run(tx, review_id, run_id, search_id, trigger=TRIGGER, report=report)
    payload = {"review_id": review_id, "run_id": run_id, "source": source}
    await tx.enqueue(LOOK_JOB, key=f"{review_id}/{source}", payload=payload)


async def begin_look(review_id: str, run_id: str, source: str, tx: Tx) -> Look | None:
    """Where a look goes on; None if it has ended, or its review was retired."""
    run = await living_store.run_of(tx, review_id, run_id)
    if run is None or run["state"] in ENDED or await reviews.is_retired(tx, review_id):
        return None
    found = await store.count_named(tx, review_id)
    await living_store.change_run(tx, review_id, run_id, state="running", found=found)
    return Look(review_id=review_id, run_id=run_id, source=source, after=run["report"]["after"])


async def next_articles(look: Look, after: int, tx: Tx) -> dict[str, Named]:
    """The next page of articles to ask about, by record."""
    rows = await store.named_records(tx, look.review_id, after, PAGE)
    return {row["id"]: Named(doi=row["doi"], pmid=row["pmid"]) for row in rows}


async def keep_look(
    look: Look,
    after: int,
    articles: Mapping[str, Named],
    answers: Sequence[RetractionAnswer],
    tx: Tx,
) -> int:
    """Keeps the answers about one page; returns the number after which the next page begins."""
    asked = {record_id: article.key for record_id, article in articles.items()}
    changed = await keep_answers(tx, look.review_id, asked, answers)
    told = {"changed": changed, "unknown": sum(not answer.known for answer in answers)}
    return await _move_on(look, after, len(articles), told, tx)


async def _move_on(look: Look, after: int, many: int, told: Mapping[str, int], tx: Tx) -> int:
    rows = await store.named_records(tx, look.review_id, after, many)
    reached = int(rows[-1]["number"]) if rows else after
    run = await living_store.run_of(tx, look.review_id, look.run_id)
    if run is not None:
        sums = {name: run["report"].get(name, 0) + count for name, count in told.items()}
        report = {**run["report"], **sums, "after": reached}
        seen = run["seen"] + many
        await living_store.change_run(tx, look.review_id, look.run_id, report=report, seen=seen)
    return reached


async def finish_look(look: Look, tx: Tx) -> None:
    """The look has come to its end."""
    run = await living_store.run_of(tx, look.review_id, look.run_id)
    if run is None:
        return
    changed, unknown = (run["report"].get(name, 0) for name in ("changed", "unknown"))
    summary = (
        f"{LABELS[look.source]} was asked about {counted(run['seen'], 'record')} and could not "
        f"say of {unknown}; what it said changed the notices of {changed}."
    )
    await living_store.change_run(
        tx,
        look.review_id,
        look.run_id,
        state="succeeded",
        report={**run["report"], "summary": summary},
        ended_at=tx.now(),
    )
    tx.emit(_finished(look, found=run["found"], seen=run["seen"]))


async def note_look_trouble(look: Look, why: str, tx: Tx, *, last: bool) -> None:
    """A look could not go on. At its last failure it has failed, and every article that was
    not asked about says so: what was known of it stands with its own date.
    """
    run = await living_store.run_of(tx, look.review_id, look.run_id)
    if run is None or run["state"] in ENDED:
        return
    troubles = [*run["report"].get("troubles", ()), {"at": tx.now().isoformat(), "why": why}]
    await living_store.change_run(
        tx,
        look.review_id,
        look.run_id,
        state="failed" if last else "waiting",
        report={**run["report"], "troubles": troubles[-20:]},
        ended_at=tx.now() if last else None,
    )
    if last:
        await _leave_unknown(look, run["report"]["after"], why, tx)
        tx.emit(_finished(look, found=run["found"], seen=run["seen"], why=why))


async def _leave_unknown(look: Look, after: int, why: str, tx: Tx) -> None:
    while rows := await store.named_records(tx, look.review_id, after, PAGE):
        keys = [Named(doi=row["doi"], pmid=row["pmid"]).key for row in rows]
        await retractions.keep_trouble(tx, look.review_id, look.source, keys, why, tx.now())
        after = rows[-1]["number"]


def _finished(look: Look, *, found: int, seen: int, why: str = "") -> SearchFinished:
    """A look has ended; `found` records are to be asked about, `seen` were; `why` it failed."""
    return SearchFinished(
        review_id=look.review_id,
        search_id=search_id_of(look.source),
        run_id=look.run_id,
        kind="refetch",
        source=look.source,
        succeeded=not why,
        found=found,
        seen=seen,
        warnings=(why,) if why else (),
    )
