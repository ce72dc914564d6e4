"""The flow of records: PRISMA's boxes for a review that lives, and sums that come out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.search import Route
from shared.events.workbench import Stage
from shared.review.paths import (
    CONFLICT,
    EXCLUDE,
    INCLUDE,
    MAYBE,
    NOT_SETTLED,
    Path,
    Sighting,
    Source,
    StageState,
    path_of,
    sightings,
    sources_of,
    standing_of,
)
from shared.review.prisma import NO_REASON, end_of_main_path, flow_of, in_order, is_included

STAGES = (
    Stage(name="title"),
    Stage(name="full_text", source="title"),
    Stage(name="mapping", source="title", main=False),
)


def a_source(source="pubmed", *, arm="database", source_records=10, records=8, removed=0):
    return Source(
        arm=arm, source=source, source_records=source_records, records=records, removed=removed
    )


def a_path(*, retracted=False, not_retrieved=None, **standings):
    said = {stage: how if isinstance(how, StageState) else StageState(how) for stage, how in
            standings.items()}  # fmt: skip
    return Path("database", tuple(sorted(said.items())), retracted, not_retrieved)


def counted(paths, *, stages=STAGES, **more):
    """The flow of records that all came from one source."""
    total = sum(paths.values())
    found = [a_source(source_records=total, records=total)]
    return flow_of(stages, found, paths, **more)


def test_duplicates_are_what_is_neither_a_record_nor_removed():
    found = [a_source(), a_source("embase", source_records=5, records=1, removed=2)]
    flow = flow_of(STAGES, found, {a_path(): 9})
    assert (flow.identified, flow.records, flow.removed, flow.duplicates) == (15, 9, 2, 4)
    assert flow.faults == ()


def test_a_record_waits_until_the_team_has_a_verdict_on_it():
    paths = {
        a_path(title=INCLUDE): 1,
        a_path(title=StageState(EXCLUDE, "setting")): 2,
        a_path(title=MAYBE): 3,
        a_path(title=CONFLICT): 4,
        a_path(): 5,
    }
    title = counted(paths).stages[0]
    assert (title.pool, title.screened, title.waiting) == (15, 3, 12)
    assert (title.open, title.conflict, title.maybe) == (5, 4, 3)


def test_identified_less_duplicates_and_removed_is_what_was_screened_or_waits():
    paths = {a_path(title=INCLUDE): 5, a_path(title=MAYBE): 1, a_path(): 2}
    found = [a_source(source_records=12, records=8, removed=3)]
    flow = flow_of(STAGES, found, paths)
    first = flow.stages[0]
    assert flow.identified - flow.duplicates - flow.removed == first.screened + first.waiting


def test_a_stage_is_fed_by_what_the_one_before_includes():
    paths = {
        a_path(title=INCLUDE, full_text=INCLUDE, mapping=StageState(EXCLUDE, "abroad")): 2,
        a_path(title=INCLUDE): 3,
        a_path(title=EXCLUDE, full_text=INCLUDE): 4,
    }
    flow = counted(paths)
    by_name = {item.stage: item for item in flow.stages}
    assert by_name["full_text"].pool == by_name["mapping"].pool == 5
    assert by_name["full_text"].include == 2, "a verdict outside the pool counts nowhere"
    assert by_name["mapping"].reasons == {"abroad": 2}
    assert flow.included_reports == 2


def test_side_branches_stand_after_their_feeder_and_take_nothing_from_the_main_path():
    stages = (
        Stage(name="end", source="middle"),
        Stage(name="middle", source="title"),
        *STAGES[::2],
    )
    assert [s.name for s in in_order(stages)] == ["title", "mapping", "middle", "end"]
    assert end_of_main_path(stages) == stages[0]
    paths = {a_path(title=INCLUDE, mapping=EXCLUDE, middle=INCLUDE, end=INCLUDE): 3}
    assert counted(paths, stages=stages).included_reports == 3


def test_sought_reports_were_assessed_or_not_retrieved_or_wait():
    paths = {
        a_path(title=INCLUDE, full_text=INCLUDE): 3,
        a_path(title=INCLUDE, full_text=EXCLUDE, not_retrieved="paywall"): 1,
        a_path(title=INCLUDE, not_retrieved="paywall"): 2,
        a_path(title=INCLUDE, not_retrieved=""): 1,
        a_path(title=INCLUDE): 4,
        a_path(title=EXCLUDE, not_retrieved="paywall"): 5,
    }
    flow = counted(paths)
    full_text = next(item for item in flow.stages if item.stage == "full_text")
    assert (flow.sought, full_text.screened, full_text.waiting) == (11, 4, 7)
    assert flow.not_retrieved_reasons == {"paywall": 2, NO_REASON: 1}
    assert flow.not_retrieved == 3


def test_with_a_single_stage_only_what_it_included_is_sought():
    paths = {a_path(title=INCLUDE): 2, a_path(title=INCLUDE, not_retrieved="lost"): 1, a_path(): 5}
    flow = counted(paths, stages=STAGES[:1])
    assert (flow.stages[0].pool, flow.sought, flow.not_retrieved) == (8, 3, 1)


def test_a_retracted_report_is_included_no_more():
    gone = a_path(title=INCLUDE, full_text=INCLUDE, retracted=True)
    flow = counted({gone: 1, a_path(title=INCLUDE, full_text=INCLUDE): 2}, studies=2)
    assert (flow.included_reports, flow.retracted_reports, flow.included_studies) == (2, 1, 2)
    assert not is_included(STAGES, gone)
    assert is_included(STAGES, replace(gone, retracted=False))


def test_reasons_stand_with_the_most_frequent_first_and_those_by_automation_apart():
    paths = {
        a_path(title=StageState(EXCLUDE, "a")): 1,
        a_path(title=StageState(EXCLUDE, "b", automation=True)): 3,
        a_path(title=EXCLUDE): 2,
    }
    title = counted(paths).stages[0]
    assert list(title.reasons.items()) == [("b", 3), (NO_REASON, 2), ("a", 1)]
    assert (title.exclude, title.automation) == (6, 3)


@pytest.mark.parametrize(
    ("found", "paths", "words"),
    [
        (a_source(source_records=3, records=8), {a_path(): 8}, "5 more records than source"),
        (a_source(), {a_path(): 7}, "8 records are in play, but 7 take part in screening"),
        (a_source(), {a_path(): -1, a_path(title=INCLUDE): 9}, "are not open, in conflict"),
    ],
)
def test_a_sum_that_does_not_come_out_is_named(found, paths, words):
    assert any(words in fault for fault in flow_of(STAGES, [found], paths).faults)


def test_a_review_without_stages_has_a_flow():
    flow = flow_of((), [], {})
    assert (flow.identified, flow.stages, flow.sought, flow.faults) == (0, (), 0, ())


def test_a_record_belongs_to_the_arm_of_its_first_sighting_and_a_tie_to_the_databases():
    pubmed = Route(source="pubmed", found_at="2026-01-02", source_record_id="1")
    website = Route(source="website", arm="other", found_at="2026-01-02")
    assert sightings([website, pubmed])[0] == Sighting("database", "pubmed", 1)
    earlier = replace(website, found_at="2026-01-01")
    assert sightings([pubmed, earlier])[0] == Sighting("other", "website", 1)
    assert sightings([]) == (Sighting("other", "by hand", 1),)


def test_a_second_sighting_of_a_source_record_adds_no_count():
    first = Route(source="pubmed", found_at="2026-01-01", source_record_id="1")
    again = replace(first, found_at="2026-02-01")
    other = replace(first, source_record_id="2")
    assert sightings([first, again, other]) == (Sighting("database", "pubmed", 2),)


def test_every_source_counts_its_own_source_records_and_the_first_one_the_record():
    both = (Sighting("database", "pubmed", 1), Sighting("database", "embase", 2))
    found = sources_of([(both, False), ((Sighting("database", "embase", 1),), True)])
    assert found == [
        Source(arm="database", source="embase", source_records=3, records=0, removed=1),
        Source(arm="database", source="pubmed", source_records=1, records=1, removed=0),
    ]


def test_a_survivors_own_settlement_goes_before_an_absorbed_ones_also_when_reopened():
    include, exclude = StageState(INCLUDE), StageState(EXCLUDE, "x")
    settled = [("b", "title", exclude), ("a", "title", NOT_SETTLED), ("c", "full_text", exclude),
               ("b", "full_text", include)]  # fmt: skip
    path = path_of("a", "database", settled, [("b", "lost"), ("a", None)])
    assert path == Path("database", (("full_text", include),))
    assert path == path_of("a", "database", reversed(settled), [("a", None), ("b", "lost")])


def test_what_is_no_verdict_is_open():
    assert standing_of("reopened", "again", automation=False) == NOT_SETTLED
    assert standing_of(None, None, automation=False) == NOT_SETTLED
    assert standing_of(INCLUDE, "said why", automation=True) == StageState(INCLUDE)


STANDINGS = st.sampled_from([INCLUDE, EXCLUDE, MAYBE, CONFLICT, None])


@given(st.lists(st.tuples(STANDINGS, STANDINGS, STANDINGS, st.booleans()), max_size=40))
def test_every_record_is_in_exactly_one_place_of_each_stage_it_has_reached(records):
    paths = {}
    for title, full_text, mapping, lost in records:
        said = {"title": title, "full_text": full_text, "mapping": mapping}
        path = a_path(
            not_retrieved="lost" if lost else None, **{k: v for k, v in said.items() if v}
        )
        paths[path] = paths.get(path, 0) + 1
    flow = counted(paths)
    assert flow.faults == ()
    for item in flow.stages:
        assert item.pool == item.include + item.exclude + item.open + item.conflict + item.maybe
        assert item.waiting == item.open + item.conflict + item.maybe
    assert flow.not_retrieved <= flow.sought
