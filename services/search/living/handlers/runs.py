"""One run of a living search, step by step: each step is one transaction.

The network is asked between the steps, never inside one. Every step may be
repeated: what was kept stays kept, what was counted is counted once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.library.handlers.keep import KeptPage, RecordOrigin, keep_page
from services.search.library.handlers.preparation import Prepared
from services.search.living.domain.runs import (
    Findings,
    Plan,
    Yield,
    read_watermark,
    run_report,
    watermark_json,
)
from services.search.living.domain.watermark import (
    Attempt,
    Gap,
    advanced,
    gap,
    grown,
    uses_mesh,
    windows_due,
)
from services.search.living.store import searches as living_store
from shared.db import Tx
from shared.events.search import SearchFinished

ENDED = ("succeeded", "failed")


async def begin_run(review_id: str, run_id: str, tx: Tx) -> Plan | None:
    """What the run has to do; None if it has ended, or its search is retired or gone."""
    run = await living_store.run_of(tx, review_id, run_id)
    if run is None or run["state"] in ENDED:
        return None
    search = await living_store.search_of(tx, review_id, run["search_id"])
    if search is None or search["state"] == "retired":
        await living_store.change_run(tx, review_id, run_id, state="failed", ended_at=tx.now())
        return None
    plan = await _plan(search, run, tx)
    await living_store.change_run(tx, review_id, run_id, state="running", query=plan.query)
    return plan


async def _plan(search: Mapping[str, Any], run: Mapping[str, Any], tx: Tx) -> Plan:
    mark, today = read_watermark(search["watermark"]), run["asked_at"].date()
    mesh = uses_mesh(search["query"], search["translation"])
    full = bool(run["report"].get("full"))
    return Plan(
        review_id=search["review_id"],
        search_id=search["id"],
        run_id=run["id"],
        name=search["name"],
        query=search["query"],
        windows=windows_due(mark, today, mesh=mesh, full=full),
        watermark=mark,
        today=today,
        started=tx.now(),
        schedule=search["schedule"],
        previous=await living_store.last_success(tx, search["review_id"], search["id"]),
        previous_translation=search["translation"],
        trigger=run["trigger"],
        missed=int(run["report"].get("missed", 0)),
        definition=search["definition"],
    )


async def keep_found(
    plan: Plan, page: Sequence[Prepared], pmids: Sequence[str], tx: Tx
) -> KeptPage | None:
    """Keep one page of articles in the library and note their PMIDs as seen by the search.

    None if the page was kept before (a repeated step).
    """
    await tx.lock(f"search/{plan.review_id}/{plan.search_id}")
    if not await living_store.unseen(tx, plan.review_id, plan.search_id, pmids):
        return None
    origin = RecordOrigin(origin=plan.search_id, search_id=plan.search_id)
    kept = await keep_page(tx, plan.review_id, page, origin, reason=f"search {plan.name}")
    await living_store.add_hits(tx, plan.review_id, plan.search_id, plan.run_id, pmids)
    await living_store.count_page(
        tx,
        plan.review_id,
        plan.run_id,
        source_records=kept.source_records,
        added=kept.added,
        merged=kept.merged,
        seen=kept.seen,
    )
    return kept


async def finish_run(plan: Plan, findings: Findings, before: Sequence[str], tx: Tx) -> None:
    """Every window succeeded: advance the watermark, explain the run, and say that it ended.

    `before` are the PMIDs that the search had brought when the run began.
    """
    run = await living_store.run_of(tx, plan.review_id, plan.run_id)
    if run is None or run["state"] in ENDED:
        return
    compared = _gap(plan, findings, before)
    counts = _counts(run, findings)
    report = {**run["report"], **run_report(plan, findings, counts, compared)}
    await living_store.change_run(
        tx,
        plan.review_id,
        plan.run_id,
        state="succeeded",
        report=report,
        found=counts.found,
        seen=counts.seen,
        ended_at=tx.now(),
    )
    await _advance(plan, findings, tx)
    tx.emit(_finished(plan, counts, report))


def _gap(plan: Plan, findings: Findings, before: Sequence[str]) -> Gap | None:
    """A whole run against all that the runs by window would have: what they brought and bring."""
    if not (plan.full and before):
        return None
    whole, *windows = findings.outcomes
    gathered = grown(before, [pmid for each in windows for pmid in each.ids])
    return gap(gathered, whole.ids)


def _counts(run: Mapping[str, Any], findings: Findings) -> Yield:
    return Yield(
        found=len(findings.pmids),
        source_records=run["source_records"],
        added=run["added"],
        merged=run["merged"],
        seen=len(findings.pmids) - run["source_records"] - len(findings.missing),
    )


async def _advance(plan: Plan, findings: Findings, tx: Tx) -> None:
    """Move the watermark, unless the query was changed meanwhile."""
    search = await living_store.search_of(tx, plan.review_id, plan.search_id)
    if search is None or search["query"] != plan.query:
        return
    attempts = [Attempt(window, True) for window in plan.windows]
    mark = advanced(read_watermark(search["watermark"]), attempts, plan.today)
    await living_store.change_search(
        tx,
        plan.review_id,
        plan.search_id,
        watermark=watermark_json(mark),
        translation=findings.translation or search["translation"],
    )


def _finished(plan: Plan, counts: Yield, report: Mapping[str, Any]) -> SearchFinished:
    return SearchFinished(
        review_id=plan.review_id,
        search_id=plan.search_id,
        run_id=plan.run_id,
        kind="search",
        source="pubmed",
        found=counts.found,
        source_records=counts.source_records,
        added=counts.added,
        merged=counts.merged,
        seen=counts.seen,
        warnings=tuple(each["sentence"] for each in report["remarks"] if each["weight"] != "note"),
    )


async def note_trouble(plan: Plan, reason: str, calls: Sequence[Any], last: bool, tx: Tx) -> None:
    """A run could not go on: keep the reason; it has failed if it is not tried again (`last`).

    The watermark stays where it was, so the next run looks at the same days again.
    """
    run = await living_store.run_of(tx, plan.review_id, plan.run_id)
    if run is None or run["state"] in ENDED:
        return
    troubles = [*run["report"].get("troubles", ()), {"at": tx.now().isoformat(), "why": reason}]
    report = {**run["report"], "troubles": troubles, "failed_calls": list(calls)}
    state, ended = ("failed", tx.now()) if last else ("waiting", None)
    await living_store.change_run(
        tx, plan.review_id, plan.run_id, state=state, report=report, ended_at=ended
    )
    if last:
        tx.emit(
            SearchFinished(
                review_id=plan.review_id,
                search_id=plan.search_id,
                run_id=plan.run_id,
                kind="search",
                source="pubmed",
                succeeded=False,
                warnings=(reason,),
            )
        )
