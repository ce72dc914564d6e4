"""The pause between two recomputations of a theory counts from the start of the first."""

from datetime import UTC, datetime, timedelta

import pytest

from services.synthesis.projections.store.marks import LEAST_REST, PAUSE, pause_from

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("took", [0, 30, 100, 150, 5000])
def test_a_theory_starts_at_most_once_a_pause_and_always_rests_after_a_long_one(took):
    ended = START + timedelta(milliseconds=took)
    next_start = pause_from(START, ended) + PAUSE
    assert next_start >= START + PAUSE
    assert next_start >= ended + LEAST_REST
    assert next_start == max(START + PAUSE, ended + LEAST_REST)
