"""The weekly look at every PubMed record: retracted, doubted, corrected, changed, or gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.library.domain.retraction import flags_of
from services.search.library.handlers.keep import keep_page
from services.search.library.handlers.preparation import Prepared
from services.search.library.handlers.record_events import watch_flags
from services.search.library.store import records, reviews, sources
from services.search.library.store.content import encode
from services.search.living.handlers.searches import PUBMED, REFETCH, plan_refetch
from services.search.living.store import searches as living_store
from services.search.pubmed.domain.answers import Article
from shared.db import Tx
from shared.events.search import SearchFinished
from shared.ids import stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RefetchPage:
    """One weekly look: the PMIDs to fetch, and those that were gone when last looked at."""

    review_id: str
    run_id: str
    pmids: tuple[str, ...]


async def begin_refetch(review_id: str, slot: str, tx: Tx) -> RefetchPage | None:
    """Every PMID of the review's active records; plans the next seen.

    None if this look has already ended, there is nothing to look at, or the
    review was retired.
    """
    if await reviews.is_retired(tx, review_id):
        return None
    await plan_refetch(review_id, tx)
    run_id = stable_id(review_id, "run", REFETCH, slot)
    run = await living_store.run_of(tx, review_id, run_id)
    pmids = await living_store.active_pmids(tx, review_id)
    if not pmids or (run is not None and run["state"] == "succeeded"):
        return None
    report = {"slot": slot}
    await living_store.add_run(tx, review_id, run_id, REFETCH, trigger=REFETCH, report=report)
    await living_store.change_run(tx, review_id, run_id, state="running", ended_at=None)
    return RefetchPage(review_id=review_id, run_id=run_id, pmids=pmids)


@dataclass(frozen=True, slots=True)
class Compared:
    """Articles of one page: those that say something new, and those whose record is not PubMed's.

    The others stand in the library as PubMed still says them.
    """

    changed: tuple[Article, ...]
    elsewhere: tuple[Article, ...]


async def compare(seen: RefetchPage, articles: Sequence[Article], tx: Tx) -> Compared:
    """What a page of fetched articles says against what the library holds of them."""
    pmids = [article.pmid for article in articles]
    held = await sources.by_own_id(tx, seen.review_id, PUBMED, pmids)
    return Compared(
        changed=tuple(
            article
            for article in articles
            if article.pmid in held
            and held[article.pmid]["content"] != encode(article.bibliography)
        ),
        elsewhere=tuple(article for article in articles if article.pmid not in held),
    )


async def keep_refetched(
    seen: RefetchPage, changed: Sequence[Prepared], elsewhere: Sequence[Article], tx: Tx
) -> int:
    """Renew what PubMed says of one page of records; how many had changed.

    Records that came from PubMed take the new content; for others with a PMID
    only the flags are watched, since their content is their own source's.
    """
    renewed = 0
    if changed:
        kept = await keep_page(tx, seen.review_id, changed, None, reason="PubMed changed it")
        renewed = kept.renewed
    if elsewhere:
        flags = {article.pmid: flags_of(article.bibliography) for article in elsewhere}
        await watch_flags(tx, seen.review_id, flags)
    return renewed


async def finish_refetch(
    seen: RefetchPage,
    *,
    changed: int,
    missing: Sequence[str],
    calls: Sequence[Mapping[str, Any]],
    tx: Tx,
) -> None:
    """Say what the look found; records that are gone at PubMed are left for people to judge."""
    run = await living_store.run_of(tx, seen.review_id, seen.run_id)
    if run is None:
        return
    gone = await _newly_gone(seen, missing, tx)
    for row in await records.by_pmid(tx, seen.review_id, gone):
        detail = {"pmid": row["pmid"], "advice": "deleted, or merged into another: decide"}
        await records.note(tx, seen.review_id, row["id"], "gone_at_pubmed", detail)
    if gone:
        _tell(seen, f"Gone at PubMed since the last look, decide: PMID {', '.join(gone)}.", tx)
    summary = f"{len(seen.pmids)} PubMed records were fetched again; {changed} had changed."
    if missing:
        summary += (
            f" {len(missing)} are gone there (deleted, or merged into another): "
            "look at them and decide."
        )
    news = {"summary": summary, "changed": changed, "missing": list(missing), "calls": list(calls)}
    await living_store.change_run(
        tx,
        seen.review_id,
        seen.run_id,
        state="succeeded",
        report={**run["report"], **news},
        found=len(seen.pmids),
        seen=len(seen.pmids) - len(missing),
        ended_at=tx.now(),
    )


async def _newly_gone(seen: RefetchPage, missing: Sequence[str], tx: Tx) -> list[str]:
    """The missing that were there when last looked at: each is told once."""
    looks = await living_store.runs_of(tx, seen.review_id, REFETCH)
    before = next((run for run in looks if run["state"] == "succeeded"), None)
    known = set(before["report"].get("missing", ())) if before else set()
    return [pmid for pmid in missing if pmid not in known]


def _tell(seen: RefetchPage, warning: str, tx: Tx, *, succeeded: bool = True) -> None:
    """Say a warning to people; a look counts no records as found, it only looks again."""
    tx.emit(
        SearchFinished(
            review_id=seen.review_id,
            search_id=REFETCH,
            run_id=seen.run_id,
            kind="refetch",
            source=PUBMED,
            succeeded=succeeded,
            warnings=(warning,),
        )
    )


async def note_refetch_trouble(seen: RefetchPage, reason: str, last: bool, tx: Tx) -> None:
    """A look could not go on; it has failed if it is not tried again (`last`)."""
    run = await living_store.run_of(tx, seen.review_id, seen.run_id)
    if run is None or run["state"] == "succeeded":
        return
    troubles = [*run["report"].get("troubles", ()), {"at": tx.now().isoformat(), "why": reason}]
    await living_store.change_run(
        tx,
        seen.review_id,
        seen.run_id,
        state="failed" if last else "waiting",
        report={**run["report"], "troubles": troubles},
        ended_at=tx.now() if last else None,
    )
    if last:
        _tell(seen, reason, tx, succeeded=False)
