"""The flow of records: kept with every event, read by every page."""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import Table

from shared.events.workbench import Stage
from shared.kernel.tx import Tx
from shared.review.prisma import Flow, flow_of, is_included
from shared.review.studies import canonical_studies, study_of
from workbench.projections.domain.flow_counts import difference
from workbench.projections.store import flow as store
from workbench.projections.store import projections


async def keep_flow(
    tx: Tx,
    review_id: str,
    record_ids: Collection[str],
    change: Callable[[], Awaitable[None]],
    *,
    table: Table,
    merging: bool = False,
) -> None:
    """Make a change to these records, and the counts of the flow follow in its transaction.

    `table` is the one that changes; `merging`: who stands for whom changes besides.

    Whoever calls holds the lock on the review's feed, so nobody else counts at the same time.
    Merges and splits must name both records: then no other family of records changes.
    """
    if not await store.is_kept(tx, review_id):
        await change()
        await store.recount(tx, review_id)
        return
    stood = await projections.names_of(tx, review_id, record_ids)
    facts = await store.facts_of(tx, review_id, stood.keys())
    await change()
    stands = await projections.names_of(tx, review_id, stood) if merging else stood
    moved = {**facts, table: await store.rows_of(tx, table, review_id, stood.keys())}
    before, after = store.counts_of(facts, stood), store.counts_of(moved, stands)
    await store.add(tx, review_id, difference(before, after))


async def flow_of_review(tx: Tx, review_id: str, stages: tuple[Stage, ...]) -> Flow:
    """A review's flow of records as it is now."""
    kept = await store.is_kept(tx, review_id)
    counts = await (store.kept_counts if kept else store.counts_of_all)(tx, review_id)
    return flow_of(
        stages,
        counts.listed(),
        counts.paths,
        studies=await _studies(tx, review_id, stages),
        words=await projections.reason_words(tx, review_id),
    )


async def _studies(tx: Tx, review_id: str, stages: tuple[Stage, ...]) -> int:
    """How many studies the documents of included records tell of, siblings as one."""
    documents = await projections.studies_by_record(tx, review_id)
    paths = await store.paths_of(tx, review_id, documents)
    counting = {path for path in set(paths.values()) if is_included(stages, path)}
    included = [
        study for name, some in documents.items() if paths.get(name) in counting for study in some
    ]
    canonical = canonical_studies(await projections.links(tx, review_id))
    return len({study_of(study, canonical) for study in included})
