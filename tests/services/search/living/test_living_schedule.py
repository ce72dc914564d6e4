"""Slots of a schedule happen once, and missed ones are caught up by one run."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.search.living.domain.schedule import (
    Cron,
    Due,
    Every,
    UnusableSchedule,
    due,
    read_schedule,
    slot_key,
    weekly,
)

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def test_nothing_is_due_before_the_next_slot() -> None:
    assert due(Cron("0 6 * * 1"), MONDAY, MONDAY + timedelta(days=6)) is None


def test_a_slot_is_due_from_its_minute_on() -> None:
    assert due(Cron("0 6 * * 1"), MONDAY, MONDAY + WEEK) == Due(MONDAY + WEEK, 0)


def test_missed_slots_are_caught_up_by_one_run_in_the_newest() -> None:
    late = MONDAY + 5 * WEEK + timedelta(hours=3)
    assert due(Cron("0 6 * * 1"), MONDAY, late) == Due(MONDAY + 5 * WEEK, 4)


def test_two_schedulers_give_a_slot_the_same_key() -> None:
    one = due(Cron("0 6 * * 1"), MONDAY, MONDAY + WEEK)
    other = due(Cron("0 6 * * 1"), MONDAY, MONDAY + WEEK + timedelta(minutes=9))
    assert one is not None
    assert other is not None
    assert one.key("s") == other.key("s") == "s@2026-11-30T06:00:00+00:00"


def test_a_key_does_not_depend_on_the_time_zone() -> None:
    from zoneinfo import ZoneInfo

    assert slot_key("s", MONDAY) == slot_key("s", MONDAY.astimezone(ZoneInfo("Asia/Tokyo")))


def test_an_interval_counts_from_its_anchor_whenever_it_is_asked() -> None:
    every = Every(WEEK, MONDAY)
    assert every.after(MONDAY - WEEK) == MONDAY
    assert every.after(MONDAY) == MONDAY + WEEK
    assert every.after(MONDAY + timedelta(days=10)) == MONDAY + 2 * WEEK


@pytest.mark.parametrize(
    ("words", "days"),
    [("weekly", 7), ("daily", 1), ("every 14 days", 14), ("Every 2 weeks", 14), ("quarterly", 91)],
)
def test_intervals_are_read_as_people_write_them(words: str, days: int) -> None:
    assert read_schedule(words, MONDAY) == Every(timedelta(days=days), MONDAY)


def test_a_cron_expression_is_read() -> None:
    assert read_schedule("0 6 * * 1", MONDAY) == Cron("0 6 * * 1")


@pytest.mark.parametrize(
    "words",
    ["", "sometimes", "every 0 days", "every 3 moons", "* * * * *", "*/5 * * * *", "0 6 30 2 *"],
)
def test_a_schedule_that_cannot_be_kept_is_refused_with_a_sentence(words: str) -> None:
    with pytest.raises(UnusableSchedule) as refused:
        read_schedule(words, MONDAY)
    assert len(str(refused.value)) > 10


def test_weekly_looks_of_many_reviews_are_spread_over_the_week() -> None:
    start = datetime(2026, 1, 4, tzinfo=UTC)
    names = [f"review {n}" for n in range(1000)]
    slots = [weekly(name).after(start) for name in names]
    assert [weekly(name).after(start) for name in names] == slots
    assert all(start < slot <= start + timedelta(days=7) for slot in slots)
    per_hour = Counter(slot.replace(minute=0) for slot in slots)
    assert max(per_hour.values()) <= 20
    assert len(per_hour) > 150
    first = weekly("a").after(start)
    assert weekly("a").after(first) == first + WEEK


@pytest.mark.parametrize(
    "words",
    [
        "every ² days", f"every {'9' * 5000} days", "every 999999 weeks", "every 3654 days",
        "² 0 * * *", f"{'9' * 4500} 0 * * *", f"0 0 * * 1#{'9' * 4500}",
    ],
)  # fmt: skip
def test_a_number_that_is_none_or_too_large_is_no_schedule(words: str) -> None:
    with pytest.raises(UnusableSchedule):
        read_schedule(words, MONDAY)
