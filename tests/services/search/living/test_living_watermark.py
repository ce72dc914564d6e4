"""How far a living search has looked: each rule answers a way of losing records."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.living.domain.watermark import (
    Attempt,
    Gap,
    Watermark,
    advanced,
    full_run_due,
    gap,
    grown,
    next_window,
    uses_mesh,
    windows_due,
)
from services.search.pubmed.domain.partition import Window

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
FRESH = Watermark(created=TODAY, indexed=TODAY, complete=TODAY)


@given(DAYS, st.integers(0, 400))
def test_a_window_looks_back_30_days_and_a_day_before_the_watermark(mark: date, ago: int) -> None:
    today = mark + timedelta(days=ago)
    window = next_window("crdt", mark, today)
    assert window.first == min(mark - timedelta(days=1), today - timedelta(days=30))
    assert window.last == today


def test_the_first_run_searches_the_whole_query() -> None:
    assert windows_due(Watermark(), TODAY, mesh=True) == (None,)


def test_a_weekly_run_searches_one_window_of_creation_dates() -> None:
    mark = Watermark(created=TODAY - timedelta(days=7), indexed=TODAY, complete=TODAY)
    (window,) = windows_due(mark, TODAY, mesh=True)
    assert window == Window(TODAY - timedelta(days=30), TODAY, "crdt")


def test_a_query_with_mesh_looks_every_four_weeks_at_what_was_indexed() -> None:
    mark = Watermark(created=TODAY, indexed=TODAY - timedelta(days=28), complete=TODAY)
    windows = windows_due(mark, TODAY, mesh=True)
    assert [each.field for each in windows if each] == ["crdt", "mhda"]
    assert [each.field for each in windows_due(mark, TODAY, mesh=False) if each] == ["crdt"]


def test_a_quarter_after_the_last_one_the_whole_query_is_run_again() -> None:
    mark = Watermark(created=TODAY, indexed=TODAY, complete=TODAY - timedelta(days=91))
    assert full_run_due(mark, TODAY)
    whole, window = windows_due(mark, TODAY, mesh=False)
    assert whole is None
    assert window == Window(TODAY - timedelta(days=30), TODAY, "crdt")
    assert not full_run_due(FRESH, TODAY)


def test_a_full_run_can_be_asked_for() -> None:
    assert windows_due(FRESH, TODAY, mesh=False, full=True)[0] is None


def test_a_failed_window_never_advances_the_watermark() -> None:
    windows = [Window(TODAY, TODAY, "crdt"), Window(TODAY, TODAY, "mhda")]
    mark = Watermark(created=TODAY - timedelta(days=7))
    failed = [Attempt(windows[0], True), Attempt(windows[1], False)]
    assert advanced(mark, failed, TODAY) == mark
    assert advanced(mark, [], TODAY) == mark


def test_windows_that_succeeded_advance_their_own_watermark() -> None:
    mark = Watermark(created=TODAY - timedelta(days=7), indexed=TODAY - timedelta(days=40))
    created = Attempt(Window(TODAY - timedelta(days=30), TODAY, "crdt"), True)
    moved = advanced(mark, [created], TODAY)
    assert (moved.created, moved.indexed) == (TODAY, TODAY - timedelta(days=40))
    indexed = Attempt(Window(TODAY - timedelta(days=30), TODAY, "mhda"), True)
    assert advanced(moved, [created, indexed], TODAY).indexed == TODAY


def test_a_whole_run_advances_all_watermarks() -> None:
    assert advanced(Watermark(), [Attempt(None, True)], TODAY) == FRESH


@given(DAYS, DAYS)
def test_a_watermark_never_goes_back(known: date, reached: date) -> None:
    mark = Watermark(created=known)
    moved = advanced(mark, [Attempt(Window(reached, reached), True)], reached)
    assert moved.created is not None
    assert moved.created >= known


@given(st.lists(st.text("123", min_size=1)), st.lists(st.text("123", min_size=1)))
def test_a_result_never_shrinks(stored: list[str], found: list[str]) -> None:
    union = grown(stored, found)
    assert set(stored) | set(found) == set(union)
    assert len(union) == len(set(union))


def test_a_full_run_reports_what_the_weekly_runs_missed_and_what_is_gone() -> None:
    assert gap(["1", "2", "2"], ["2", "3"]) == Gap(unseen=("3",), vanished=("1",))


@pytest.mark.parametrize(
    "query",
    [
        "comorbidity[mh]",
        '"Mental Disorders"[Mesh:NoExp]',
        "x[MeSH Terms]",
        "x[majr]",
        "x[MeSH Major Topic]",
    ],
)
def test_mesh_is_seen_in_a_query(query: str) -> None:
    assert uses_mesh(query)


def test_mesh_is_seen_where_pubmed_mapped_a_word_to_it() -> None:
    assert uses_mesh("cancer", '"neoplasms"[MeSH Terms] OR "cancer"[All Fields]')
    assert not uses_mesh("cancer[tiab] AND 2026[mhda]", '"cancer"[Title/Abstract]')
