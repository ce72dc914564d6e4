"""The counts that are kept with every event are those that counting from scratch gives."""

from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.extraction import ReportNotRetrieved, ReportSought
from shared.events.screening import ConflictOpened, RecordSettled, SettlementReopened
from shared.events.search import (
    Flag,
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
    Route,
)
from tests.support.generated import examples
from workbench.projections.store import flow as store

REVIEWS = count()
RECORDS = ("a", "b", "c", "d", "e")
STATES = ("include", "exclude", "maybe", "conflict", "reopened")
ROUTES = (
    Route(source="pubmed", found_at="2026-01-01", source_record_id="1"),
    Route(source="embase", found_at="2026-01-02", source_record_id="2"),
    Route(source="website", arm="other", found_at="2026-01-01", source_record_id="3"),
)


def record_states(name):
    return st.builds(
        RecordState,
        record_id=st.just(name),
        routes=st.lists(st.sampled_from(ROUTES), max_size=3).map(tuple),
        flags=st.sampled_from([(), (Flag(kind="retraction"),)]),
        removed=st.sampled_from([False, False, False, True]),
    )


@st.composite
def events(draw):
    """Anything that may be told of five records, with a version: also what is long outdated."""
    versions = st.integers(1, 6)
    name = draw(st.sampled_from(RECORDS))
    other = draw(st.sampled_from([r for r in RECORDS if r != name]))
    state = draw(record_states(name))
    stage = draw(st.sampled_from(["title", "full_text"]))
    settlement = {"settlement_id": f"{stage}/{name}", "record_id": name, "stage": stage}
    verdict = draw(st.sampled_from(STATES))
    settled = {
        "conflict": ConflictOpened(review_id="", **settlement),
        "reopened": SettlementReopened(review_id="", reason="again", **settlement),
    }.get(verdict) or RecordSettled(
        review_id="", verdict=verdict, reason="setting", how="automation", **settlement
    )
    alias_version = draw(versions)
    merged = RecordMerged(review_id="", record=state, absorbed=other, alias_version=alias_version)
    event = draw(
        st.sampled_from(
            [
                RecordAdded(review_id="", record=state),
                RecordAmended(review_id="", record=state),
                RecordFlagged(review_id="", record=state, flag="retraction"),
                merged,
                merged,
                RecordSplit(
                    review_id="",
                    record=state,
                    restored=draw(record_states(other)),
                    restored_version=draw(versions),
                    alias_version=alias_version,
                ),
                settled,
                settled,
                ReportSought(review_id="", record_id=name),
                ReportNotRetrieved(review_id="", record_id=name, reason="paywall"),
            ]
        )
    )
    return event, draw(versions)


async def counts_agree(bench, told):
    """Tell a review of its own all of it, and compare after every event."""
    review_id = f"rev{next(REVIEWS)}"
    for event, version in told:
        await bench.hear(replace(event, review_id=review_id), version=version)
        kept = await bench.db.read(lambda tx: store.kept_counts(tx, review_id))
        fresh = await bench.db.read(lambda tx: store.counts_of_all(tx, review_id))
        assert {k: v for k, v in kept.sources.items() if any(v)} == fresh.sources
        assert kept.paths == fresh.paths


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(events(), min_size=1, max_size=14))
async def test_counts_kept_with_every_event_are_those_of_counting_from_scratch(sqlite_alone, told):
    await counts_agree(sqlite_alone, told)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(events(), min_size=8, max_size=14))
async def test_counts_are_kept_alike_on_both_databases(alone, told):
    await counts_agree(alone, told)


async def test_a_review_that_was_never_counted_is_counted_with_its_next_event(sqlite_alone):
    bench = sqlite_alone
    added = RecordAdded(review_id="old", record=RecordState(record_id="a", routes=ROUTES[:1]))
    await bench.hear(added)
    await bench.db.write(lambda tx: _forget(tx))
    again = RecordAdded(review_id="old", record=RecordState(record_id="b", routes=ROUTES))
    await bench.hear(again)
    kept = await bench.db.read(lambda tx: store.kept_counts(tx, "old"))
    assert sum(kept.paths.values()) == 2


async def _forget(tx):
    for table in (store.flow_kept, store.flow_sources, store.flow_paths):
        await tx.execute(store.delete(table))
