"""The stopping test against its authors' package, and what is shown beside it."""

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from services.screening.stopping.domain.stopping import (
    Target,
    random_check,
    rate_at_most,
    run_length,
    sample_needed,
)
from services.screening.stopping.domain.stopping_test import (
    assess,
    expected_reading,
    missed_target_p,
    recall_at_least,
)
from tests.support.generated import examples

mpl.use("Agg")


@settings(max_examples=examples(150), deadline=None)
@given(
    labels=st.lists(st.integers(0, 1), min_size=1, max_size=120),
    unread=st.integers(0, 400),
    recall=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]),
)
def test_p_equals_that_of_the_authors_package(
    labels: list[int], unread: int, recall: float
) -> None:
    from buscarpy import calculate_h0

    records = len(labels) + unread
    theirs = calculate_h0(np.asarray(labels), records, recall)
    ours = missed_target_p(labels, records, recall)
    if theirs is None or np.isnan(theirs):
        assert ours == 0.0  # the target cannot be missed any more; the package has no number
    else:
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_p_equals_the_package_on_a_ranked_review_of_thousands() -> None:
    from buscarpy import calculate_h0

    rng = np.random.default_rng(5)
    labels = (rng.random(3000) < np.exp(-np.arange(3000) / 250)).astype(int)
    for read in (200, 900, 1800, 3000):
        theirs = calculate_h0(labels[:read], 5000, 0.95)
        assert missed_target_p(list(labels[:read]), 5000, 0.95) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("recall", [0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("seed", range(12))
def test_p_equals_the_package_where_most_records_are_included(seed: int, recall: float) -> None:
    from buscarpy import calculate_h0

    rng = np.random.default_rng(seed)
    records = int(rng.integers(1000, 6000))
    read = int(rng.integers(300, records))
    shapes = (
        np.where(np.arange(read) < rng.integers(0, read), 1.0, 0.0),
        np.linspace(1, rng.random(), read),
        np.full(read, 0.5 + 0.5 * rng.random()),
    )
    labels = (rng.random(read) < shapes[seed % 3]).astype(int)
    theirs = calculate_h0(labels, records, recall)
    ours = missed_target_p(list(labels), records, recall)
    assert ours == pytest.approx(0.0 if theirs is None or np.isnan(theirs) else theirs, abs=1e-9)


def ranked(includes: int, irrelevant: int) -> list[int]:
    return [1] * includes + [0] * irrelevant


def test_under_ten_includes_nothing_is_estimated() -> None:
    seen = assess(ranked(9, 300), 1000, Target())
    assert seen.state == "not_estimable"
    assert seen.p is None
    assert seen.recall_at_least is None
    assert seen.expected_reading is None
    assert seen.run_length == 300


def test_reading_on_without_a_find_lets_one_stop_after_the_expected_reading() -> None:
    target, labels = Target(recall=0.9, confidence=0.9), ranked(40, 50)
    before = assess(labels, 1000, target)
    assert before.state == "go_on"
    assert before.expected_reading is not None
    after = assess(labels + [0] * before.expected_reading, 1000, target)
    assert after.state == "may_stop"
    assert after.recall_at_least is not None
    assert after.recall_at_least >= 0.9 - 1e-9
    assert assess(labels + [0] * (before.expected_reading - 1), 1000, target).state == "go_on"
    assert after.expected_reading == 0


def test_new_records_reopen_a_stop() -> None:
    target = Target(recall=0.9, confidence=0.9)
    labels = ranked(40, 50) + [0] * expected_reading(ranked(40, 50), 1000, target)
    assert assess(labels, 1000, target).state == "may_stop"
    assert assess(labels, 1600, target).state == "go_on"


def test_everything_read_is_finished_whatever_was_found() -> None:
    seen = assess(ranked(3, 7), 10, Target())
    assert seen.state == "finished"
    assert seen.p == 0
    assert seen.recall_at_least == 1


def test_nothing_read_says_nothing() -> None:
    assert missed_target_p([], 100) == 1
    assert recall_at_least([], 100) == 0
    assert run_length([0, 1, 0, 0]) == 2


def test_a_random_check_bounds_what_was_missed() -> None:
    check = random_check(sampled=59, found=0, unread=1059)
    assert check.rate_at_most == pytest.approx(1 - 0.05 ** (1 / 59))
    assert check.missed_at_most == int(check.rate_at_most * 1000)
    assert sample_needed(0.05) == 59
    assert random_check(sampled=5, found=5, unread=50).missed_at_most == 50
    with pytest.raises(ValueError, match="sample"):
        random_check(sampled=5, found=6, unread=50)


@given(st.integers(1, 400), st.integers(0, 40), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_bound_of_a_random_check_is_that_of_clopper_and_pearson(
    sampled: int, found: int, confidence: float
) -> None:
    found = min(found, sampled)
    exact = 1.0 if found == sampled else beta.ppf(confidence, found + 1, sampled - found)
    assert rate_at_most(sampled, found, confidence) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(("recall", "confidence"), [(0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1)])
def test_a_target_beyond_reach_is_refused(recall: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        Target(recall=recall, confidence=confidence)
