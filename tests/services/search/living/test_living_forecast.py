"""What a year of updates will bring, from the log, with its range."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.search.living.domain.forecast import Update, forecast
from services.search.living.handlers.searches import forecast_updates
from tests.services.search.cluster.cluster_harness import settle
from tests.services.search.living.living_harness import REVIEW, SEARCH, living_review, weeks
from tests.support.eutils import Corpus
from tests.support.eutils.generated import relevant

START = datetime(2025, 1, 1, tzinfo=UTC)


def weekly(*added: int) -> list[Update]:
    """Runs a week apart; the first brings what is older."""
    return [Update(START + timedelta(weeks=week), count) for week, count in enumerate(added)]


def test_the_first_run_is_no_update_and_the_rate_is_over_the_time_observed() -> None:
    found = forecast(weekly(5000, *[10] * 52), settled=520, included=26)

    assert (found.updates, found.added) == (52, 520)
    assert found.records_a_year is not None
    assert found.includes_a_year is not None
    assert found.records_a_year.expected == pytest.approx(521.8, abs=0.5)
    assert found.records_a_year.low == pytest.approx(478, abs=2)
    assert found.records_a_year.high == pytest.approx(568, abs=2)
    assert found.includes_a_year.expected == pytest.approx(26.1, abs=0.1)
    assert found.includes_a_year.low == pytest.approx(17.0, abs=0.2)
    assert found.includes_a_year.high == pytest.approx(38.2, abs=0.3)


def test_the_order_of_the_log_does_not_matter() -> None:
    runs = weekly(100, 3, 4, 5, 6, 7)

    assert forecast(runs, 20, 2) == forecast(list(reversed(runs)), 20, 2)


def test_nothing_found_has_an_upper_bound() -> None:
    found = forecast(weekly(100, 0, 0, 0, 0, 0), 0, 0)

    assert found.records_a_year is not None
    assert (found.records_a_year.expected, found.records_a_year.low) == (0.0, 0.0)
    assert found.records_a_year.high == pytest.approx(3.69 / (35 / 365.25), rel=0.03)
    assert found.includes_a_year is None
    assert "unknown" in found.words


@pytest.mark.parametrize("runs", [[], weekly(100), weekly(100, 5, 5)], ids=["none", "one", "short"])
def test_too_little_is_said(runs: list[Update]) -> None:
    found = forecast(runs, 0, 0)

    assert found.records_a_year is None
    assert "Too little" in found.words


def test_more_verdicts_of_include_than_records_are_no_more_than_all() -> None:
    found = forecast(weekly(100, *[2] * 10), settled=3, included=3)

    assert found.records_a_year is not None
    assert found.includes_a_year is not None
    assert found.includes_a_year.high <= found.records_a_year.expected


async def test_a_searchs_own_log_and_screening_give_its_forecast(sqlite_settings) -> None:
    corpus = Corpus()
    corpus.add(*(relevant(100 + n, date(2024, 12, 1)) for n in range(9)))
    async with living_review(sqlite_settings, corpus, START) as living:
        await living.define('"dual diagnosis"[tiab]', schedule="0 6 * * 1")
        await living.until(weeks(START, 1))
        for week in range(1, 9):
            day = (weeks(START, week) + timedelta(days=2)).date()
            corpus.add(relevant(1000 + week, day))
            await living.until(weeks(START, week + 1) + timedelta(days=1))
        records = await living.records()
        new = [row["id"] for pmid, row in records.items() if int(pmid) > 1000]
        for number, record_id in enumerate(new):
            await settle(living, record_id, "include" if number < 2 else "exclude")

        found = await living.db.read(lambda tx: forecast_updates(REVIEW, SEARCH, tx))

    assert (found.added, found.settled, found.included) == (len(new), len(new), 2)
    assert len(new) >= 6
    assert found.includes_a_year is not None
    assert found.includes_a_year.low < found.includes_a_year.expected < found.includes_a_year.high
