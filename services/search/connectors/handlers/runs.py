"""Searches of Europe PMC and OpenAlex: one run, page by page, each page one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.connectors.domain.sources import LABELS, SETTING, ResultPage
from services.search.library.handlers.keep import RecordOrigin, keep_page
from services.search.library.handlers.preparation import Prepared
from services.search.living.handlers.searches import search_or_not_found
from services.search.living.store import searches as living_store
from shared.db import Tx
from shared.events.search import SearchFinished
from shared.http.problems import Conflict
from shared.ids import stable_id
from shared.review.numbers import counted

SEARCH_JOB = "search_elsewhere"
MOST = 10_000
"""A question that finds more is not carried out: it is told, and to be narrowed."""
ENDED = ("succeeded", "failed")


class CannotRun(Conflict):
    """The search is none that can be run from here now."""

    title = "The search cannot be run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: what is asked of which source, and the mark of the page where it goes on."""

    review_id: str
    search_id: str
    run_id: str
    source: str
    query: str
    cursor: str | None


def source_of(database: str) -> str:
    """The source that a search's database names, by its label or its name; empty if none."""
    wanted = database.strip().casefold()
    return next((name for name, label in LABELS.items() if wanted in (name, label.casefold())), "")


async def start_search(review_id: str, search_id: str, on: Sequence[str], tx: Tx) -> str:
    """Runs a search of Europe PMC or OpenAlex now, if the settings allow it; the run's id."""
    row = await search_or_not_found(review_id, search_id, tx)
    source = source_of(row["database"])
    if row["state"] == "retired" or not source:
        raise CannotRun(
            f"Search '{search_id}' is retired, or not of Europe PMC or OpenAlex: define one whose "
            "database is one of these."
        )
    if source not in on:
        hint = f"set {SETTING[source]} and RETRODUCT_NETWORK=true"
        if source == "crossref":
            hint = "Crossref is asked about retractions and references alone"
        raise CannotRun(f"{LABELS[source]} is not searched here: {hint}.")
    run_id = stable_id(review_id, "run", search_id, tx.now().isoformat())
    report = {"source": source, "cursor": None}
    await living_store.add_run(tx, review_id, run_id, search_id, trigger="person", report=report)
    payload = {"review_id": review_id, "run_id": run_id}
    await tx.enqueue(SEARCH_JOB, key=f"{review_id}/{run_id}", payload=payload)
    return run_id


async def begin_search(review_id: str, run_id: str, tx: Tx) -> Run | None:
    """What a run has to ask; None if it has ended or its search was retired."""
    run = await living_store.run_of(tx, review_id, run_id)
    if run is None or run["state"] in ENDED:
        return None
    search = await living_store.search_of(tx, review_id, run["search_id"])
    if search is None or search["state"] == "retired":
        await living_store.change_run(tx, review_id, run_id, state="failed", ended_at=tx.now())
        return None
    query = search["query"]
    await living_store.change_run(tx, review_id, run_id, state="running", query=query)
    return Run(
        review_id=review_id,
        search_id=run["search_id"],
        run_id=run_id,
        source=run["report"]["source"],
        query=query,
        cursor=run["report"].get("cursor"),
    )


async def keep_results(run: Run, found: ResultPage, page: Sequence[Prepared], tx: Tx) -> None:
    """Keeps one page of results, and where the next begins."""
    stored = await living_store.run_of(tx, run.review_id, run.run_id)
    if stored is None or stored["state"] in ENDED:
        return
    origin = RecordOrigin(origin=run.search_id, search_id=run.search_id)
    kept = await keep_page(tx, run.review_id, page, origin, f"found in {LABELS[run.source]}")
    await living_store.count_page(
        tx,
        run.review_id,
        run.run_id,
        source_records=kept.source_records,
        added=kept.added,
        merged=kept.merged,
        seen=kept.seen,
    )
    report = {**stored["report"], "cursor": found.cursor}
    await living_store.change_run(tx, run.review_id, run.run_id, report=report, found=found.total)


async def finish_search(run: Run, tx: Tx, *, refused: str = "") -> None:
    """Ends a run, well or because the source `refused` its query, and tells what came of it."""
    stored = await living_store.run_of(tx, run.review_id, run.run_id)
    if stored is None or stored["state"] in ENDED:
        return
    report = {**stored["report"], "summary": refused or _summary(run, stored)}
    await living_store.change_run(
        tx,
        run.review_id,
        run.run_id,
        state="failed" if refused else "succeeded",
        report=report,
        ended_at=tx.now(),
    )
    counts = ("found", "source_records", "added", "merged", "seen")
    tx.emit(
        SearchFinished(
            review_id=run.review_id,
            search_id=run.search_id,
            run_id=run.run_id,
            kind="search",
            source=run.source,
            succeeded=not refused,
            warnings=(refused,) if refused else (),
            **{name: stored[name] for name in counts},
        )
    )


def _summary(run: Run, stored: Mapping[str, Any]) -> str:
    found, new = counted(stored["found"], "record"), counted(stored["added"], "was", "were")
    return f"{LABELS[run.source]} found {found}; {new} new here."


async def note_search_trouble(run: Run, why: str, tx: Tx) -> None:
    """A run waits for its source; it goes on where it stopped."""
    stored = await living_store.run_of(tx, run.review_id, run.run_id)
    if stored is None or stored["state"] in ENDED:
        return
    trouble = {"at": tx.now().isoformat(), "why": why}
    troubles = [*stored["report"].get("troubles", ()), trouble][-20:]
    report = {**stored["report"], "troubles": troubles}
    await living_store.change_run(tx, run.review_id, run.run_id, state="waiting", report=report)
