"""The flow of records adds up, or says where it does not."""

import pytest

from shared.events.workbench import Stage
from workbench.projections.domain.flow import Route, Settled, flow_of, studies

STAGES = (
    Stage(name="title"),
    Stage(name="mapping", source="title", main=False),
    Stage(name="full_text", source="title"),
)


def a_route(source="pubmed", *, source_records=10, records=8, removed=0):
    return Route(
        arm="database",
        source=source,
        source_records=source_records,
        records=records,
        removed=removed,
    )


def settled(stage, state, records, reason=None):
    return Settled(stage=stage, state=state, reason=reason, records=records)


def test_duplicates_are_what_is_neither_a_record_nor_removed():
    flow = flow_of(STAGES, [a_route(), a_route("embase", source_records=5, records=1, removed=2)])
    assert (flow.identified, flow.records, flow.removed, flow.duplicates) == (15, 9, 2, 4)
    assert flow.faults == ()


def test_a_stage_is_fed_by_what_the_one_before_included():
    found = [settled("title", "include", 5), settled("title", "exclude", 2, "not housing")]
    flow = flow_of(STAGES, [a_route()], found)
    title, mapping, full_text = flow.stages
    assert (title.pool, title.waiting) == (8, 1)
    assert mapping.pool == full_text.pool == 5
    assert flow.faults == ()


def test_a_side_branch_takes_nothing_from_the_main_path():
    found = [
        settled("title", "include", 8),
        settled("mapping", "include", 3),
        settled("mapping", "exclude", 5),
        settled("full_text", "include", 8),
    ]
    flow = flow_of(STAGES, [a_route()], found, included_studies=7)
    assert flow.sought == 8
    assert (flow.included_reports, flow.included_studies) == (8, 7)
    assert [s.main for s in flow.stages] == [True, False, True]


def test_new_records_of_a_living_review_wait_and_break_no_sum():
    before = flow_of(STAGES, [a_route()], [settled("title", "include", 8)])
    after = flow_of(
        STAGES, [a_route(source_records=30, records=20)], [settled("title", "include", 8)]
    )
    assert (before.stages[0].waiting, after.stages[0].waiting) == (0, 12)
    assert after.faults == ()


@pytest.mark.parametrize(
    ("found", "not_retrieved", "words"),
    [
        ([settled("title", "include", 9)], 0, "title: 1 more settled than in its pool"),
        ([], 1, "more reports not retrieved than sought"),
    ],
)
def test_a_sum_that_fails_is_named(found, not_retrieved, words):
    assert words in flow_of(STAGES, [a_route()], found, not_retrieved=not_retrieved).faults


def test_more_records_than_source_records_is_a_fault():
    flow = flow_of(STAGES, [a_route(source_records=3, records=8)])
    assert "5 more records than source records" in flow.faults


def test_an_exclusion_without_a_reason_is_counted_as_such():
    found = [settled("title", "exclude", 2), settled("title", "exclude", 1, "wrong setting")]
    assert flow_of(STAGES, [a_route()], found).stages[0].reasons == {
        "no reason given": 2,
        "wrong setting": 1,
    }


def test_a_review_without_stages_has_a_flow():
    flow = flow_of((), [])
    assert (flow.identified, flow.stages, flow.sought, flow.faults) == (0, (), 0, ())


def test_siblings_count_as_one_study_however_they_are_linked():
    links = [("b", "a"), ("c", "b"), ("x", "y")]
    assert studies(["a", "b", "c", "d", "d"], links) == 2
    assert studies(["a", "b", "c"], [*links, ("a", "c")]) == 1


def test_with_a_single_stage_only_what_it_included_is_sought():
    flow = flow_of((Stage(name="title"),), [a_route()], [settled("title", "include", 3)])
    assert (flow.stages[0].pool, flow.sought) == (8, 3)
