"""Searches as people define, pause and retire them, and the slots in which they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from services.search.library.handlers.reviews import require_review
from services.search.library.store import reviews
from services.search.living.domain.forecast import Forecast, Update, forecast
from services.search.living.domain.schedule import (
    Schedule,
    UnusableSchedule,
    due,
    read_schedule,
    slot_key,
    weekly,
)
from services.search.living.domain.strategy import UnreadableStrategy, compile_pubmed, read_concept
from services.search.living.store import searches as living_store
from services.search.pubmed.domain.query_report import check, is_unusable
from shared.db import Tx
from shared.db.rows import Row
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

PUBMED = "pubmed"
RUN_JOB = "run_search"
SLOT_JOB = "scheduled_search"
REFETCH_JOB = "refetch_records"
REFETCH = "refetch"
State = Literal["active", "paused", "retired"]


class NoSuchSearch(NotFound):
    """The review has no search of this id."""

    title = "The review has no such search"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineSearch:
    """A search as a person writes it: a query, or concepts to compile one from.

    `concepts` are `{concept, broad, narrow, applied}`; `strategy` are the lines
    of another database, kept as written. `schedule` is a cron expression or
    `every 7 days`; empty runs only when asked. `definition` holds whatever else
    is to be kept with it; its `prisma_s` are the items that only people know
    (`peer_review`, `prior_work`, `multi_database` as text; `filters`,
    `registries`, `browsing`, `citation_searching`, `contacts`, `other_methods`
    as lists).
    """

    review_id: str
    search_id: str
    name: str
    database: str = PUBMED
    query: str = ""
    concepts: Sequence[Mapping[str, Any]] = ()
    breadth: Literal["broad", "narrow", "both"] = "broad"
    strategy: Sequence[str] = ()
    schedule: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict)


async def define_search(command: DefineSearch, tx: Tx) -> Row:
    """Write a search, new or changed, and plan its next slot; a repeat changes nothing.

    A changed query starts from the beginning: what the old one had reached
    says nothing about the new one. Raises `Invalid` for a query or a schedule
    that cannot be used.
    """
    await require_review(tx, command.review_id)
    await tx.lock(f"search/{command.review_id}/{command.search_id}")
    query, notes = compiled(command)
    known = await living_store.search_of(tx, command.review_id, command.search_id)
    said: dict[str, Any] = {
        "name": command.name or command.search_id,
        "database": command.database,
        "query": query,
        "schedule": command.schedule.strip(),
        "definition": _definition(command, notes),
    }
    if known is not None and all(known[name] == value for name, value in said.items()):
        return known
    schedule_of(said["schedule"], tx.now())
    row = _row(command, said, known, tx.now())
    await living_store.keep_search(tx, row)
    await plan_slot(row, tx.now(), tx)
    return row


def compiled(command: DefineSearch) -> tuple[str, tuple[str, ...]]:
    """The query to run and what compiling it changed; a stored strategy runs nowhere."""
    if command.database != PUBMED:
        if command.schedule.strip():
            raise Invalid(
                f"Only PubMed can be searched by schedule; store the strategy of "
                f"'{command.database}' without one and import its export files.",
                field="schedule",
            )
        return command.query or "\n".join(command.strategy), ()
    try:
        query, notes = _pubmed_query(command)
    except UnreadableStrategy as error:
        raise Invalid(str(error), field="concepts") from error
    faults = [each.sentence for each in check(query) if each.weight == "error"]
    if is_unusable(check(query)):
        raise Invalid(" ".join(faults), field="query")
    return query, notes


def _pubmed_query(command: DefineSearch) -> tuple[str, tuple[str, ...]]:
    if command.query.strip() or not command.concepts:
        return " ".join(command.query.split()), ()
    concepts = [
        read_concept(
            str(each.get("concept", number)),
            each.get("broad"),
            each.get("narrow"),
            applied=bool(each.get("applied", True)),
        )
        for number, each in enumerate(command.concepts, start=1)
    ]
    result = compile_pubmed(concepts, command.breadth)
    return result.query, result.notes


def _definition(command: DefineSearch, notes: Sequence[str]) -> dict[str, Any]:
    return {
        **command.definition,
        "query": command.query,
        "concepts": [dict(each) for each in command.concepts],
        "breadth": command.breadth,
        "strategy": list(command.strategy),
        "notes": list(notes),
    }


def _row(
    command: DefineSearch, said: Mapping[str, Any], known: Row | None, now: datetime
) -> dict[str, Any]:
    same = known is not None and known["query"] == said["query"]
    return {
        "review_id": command.review_id,
        "id": command.search_id,
        **said,
        "state": known["state"] if known else "active",
        "watermark": known["watermark"] if known and same else {},
        "translation": known["translation"] if known and same else "",
        "anchor": known["anchor"] if known else now,
        "version": known["version"] + 1 if known else 1,
        "changed_at": now,
    }


def schedule_of(words: str, anchor: datetime) -> Schedule | None:
    """The schedule that `words` mean, or None for none. Raises `Invalid`."""
    if not words:
        return None
    try:
        return read_schedule(words, anchor)
    except UnusableSchedule as error:
        raise Invalid(str(error), field="schedule") from error


async def set_search_state(review_id: str, search_id: str, state: State, tx: Tx) -> Row:
    """Pause, resume or retire a search; what it found stays. A retired one stays retired."""
    row = await search_or_not_found(review_id, search_id, tx)
    if row["state"] == state:
        return row
    if row["state"] == "retired":
        raise Conflict(f"Search '{search_id}' is retired; define a new one instead.")
    await living_store.change_search(tx, review_id, search_id, state=state)
    changed = {**row, "state": state}
    await plan_slot(changed, tx.now(), tx)
    return changed


async def search_or_not_found(review_id: str, search_id: str, tx: Tx) -> Row:
    """The search, or a problem that names it."""
    row = await living_store.search_of(tx, review_id, search_id)
    if row is None:
        raise NoSuchSearch(f"The review has no search '{search_id}'; define it first.")
    return row


async def start_run(
    review_id: str, search_id: str, tx: Tx, *, run_id: str = "", full: bool = False
) -> str:
    """Run a search now; returns the run's id. A repeat with the same `run_id` runs it once.

    `full` searches the whole query again instead of the days since the watermark.
    """
    row = await search_or_not_found(review_id, search_id, tx)
    if row["database"] != PUBMED or row["state"] == "retired":
        raise Conflict(f"Search '{search_id}' cannot be run: it is {_why_not(row)}.")
    run = run_id or stable_id(review_id, "run", search_id, tx.now().isoformat())
    report = {"full": full}
    await living_store.add_run(tx, review_id, run, search_id, trigger="person", report=report)
    await _ask(review_id, search_id, run, tx)
    return run


def _why_not(row: Row) -> str:
    return "retired" if row["state"] == "retired" else f"a stored strategy of {row['database']}"


async def _ask(review_id: str, search_id: str, run_id: str, tx: Tx) -> None:
    payload = {"review_id": review_id, "search_id": search_id, "run_id": run_id}
    await tx.enqueue(RUN_JOB, key=f"{review_id}/{run_id}", payload=payload)


async def plan_slot(row: Row, after: datetime, tx: Tx) -> None:
    """Enqueue the next slot of an active search; one that is planned already stays one."""
    schedule = schedule_of(row["schedule"], row["anchor"])
    if schedule is None or row["state"] != "active":
        return
    slot = schedule.after(after)
    payload = {"review_id": row["review_id"], "search_id": row["id"], "slot": slot.isoformat()}
    key = slot_key(f"{row['review_id']}/{row['id']}/{row['schedule']}", slot)
    await tx.enqueue(SLOT_JOB, key=key, payload=payload, not_before=slot, slot=key)


async def fire_slot(review_id: str, search_id: str, slot: datetime, tx: Tx) -> None:
    """A slot has come: ask for one run, for it and all missed ones, and plan the next.

    Nothing happens if the search was paused or retired, given another schedule
    by which nothing is due, or if its review was retired.
    """
    row = await living_store.search_of(tx, review_id, search_id)
    if row is None or row["state"] != "active" or not row["schedule"]:
        return
    if await reviews.is_retired(tx, review_id):
        return
    schedule = read_schedule(row["schedule"], row["anchor"])
    now = due(schedule, slot - timedelta(seconds=1), tx.now())
    if now is None:
        return
    run = stable_id(review_id, "run", search_id, now.slot.astimezone(UTC).isoformat())
    report = {"slot": now.slot.isoformat(), "missed": now.missed}
    await living_store.add_run(tx, review_id, run, search_id, trigger="schedule", report=report)
    await _ask(review_id, search_id, run, tx)
    await plan_slot(row, tx.now(), tx)


async def plan_review(review_id: str, tx: Tx) -> None:
    """Plan what a review has scheduled; what is planned already stays planned once."""
    for row in await living_store.searches_of(tx, review_id):
        await plan_slot(row, tx.now(), tx)
    await plan_refetch(review_id, tx)


async def plan_refetch(review_id: str, tx: Tx) -> None:
    """Enqueue the next weekly look at the review's PubMed records.

    Every review has a minute of the week of its own, so that they never all wait at once.
    """
    slot = weekly(review_id).after(tx.now())
    key = slot_key(f"{REFETCH}:{review_id}", slot)
    payload = {"review_id": review_id, "slot": slot.isoformat()}
    await tx.enqueue(REFETCH_JOB, key=key, payload=payload, not_before=slot, slot=key)


async def forecast_updates(review_id: str, search_id: str, tx: Tx) -> Forecast:
    """What a year of this search's updates will bring, from its log and what screening said."""
    search = await search_or_not_found(review_id, search_id, tx)
    runs = await living_store.successes(tx, review_id, search_id)
    said: dict[str, set[str]] = {}
    if runs:
        said = await living_store.verdicts_since(tx, review_id, search_id, runs[0]["id"])
    updates = [Update(run["ended_at"], run["added"]) for run in runs]
    included = sum("include" in verdicts for verdicts in said.values())
    return forecast(updates, len(said), included, followed=search["database"] == PUBMED)
