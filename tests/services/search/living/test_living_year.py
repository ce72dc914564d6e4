"""A year of weekly living searches: nothing missed, nothing twice, every run explained.

The fake PubMed brings back files, late records, MeSH terms months later, a
retraction in week 20, and 12,000 records on one day of week 49; meanwhile the
network fails for an hour, then for a day, and the machine is off for a month.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from services.search.living.domain.schedule import weekly
from shared.ops.settings import Settings
from shared.review.numbers import counted
from tests.services.search.living.living_harness import REVIEW, Living, living_review, weeks
from tests.support.eutils import faults
from tests.support.eutils.generated import Year, living_year

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
QUERY = '"dual diagnosis"[tiab] OR "Diagnosis, Dual (Psychiatry)"[mh]'
WEEKLY = 20
FLOOD = 12_000
SHORT_OUTAGE, LONG_OUTAGE, OFF, BACK = 8, 16, 24, 27
TRIES, ATTEMPTS = 6, 6


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year left behind."""

    year: Year
    runs: list[Mapping[str, Any]]
    looks: list[Mapping[str, Any]]
    records: dict[str, Mapping[str, Any]]
    added: list[Mapping[str, Any]]
    flagged: list[Mapping[str, Any]]
    finished: list[Mapping[str, Any]]
    said: Counter[str]


async def live(living: Living) -> None:
    """Fifty-two weeks, with their troubles."""
    for week in range(52):
        if OFF <= week < BACK:
            continue
        if week == SHORT_OUTAGE:
            living.eutils.script(*[faults.reset] * TRIES)
        if week == LONG_OUTAGE:
            living.eutils.script(*[faults.server_error(502)] * (TRIES * ATTEMPTS))
        if week == BACK:
            await living.asleep_until(weeks(START, BACK) + timedelta(hours=7))
        await living.until(weeks(START, week + 1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """The year, lived once for all tests of this module."""
    year = living_year(START.date(), weekly=WEEKLY, flood=FLOOD, flood_week=49)
    settings = Settings(
        home=tmp_path_factory.mktemp("year"), sqlite_synchronous="NORMAL", local_owner=True
    )
    async with living_review(settings, year.corpus, START) as living:
        await living.define(QUERY)
        await live(living)
        yield Lived(
            year=year,
            runs=await living.runs(),
            looks=await living.runs("refetch"),
            records=await living.records(),
            added=await living.events("record_added"),
            flagged=await living.events("record_flagged"),
            finished=await living.events("search_finished"),
            said=await living.counts(),
        )


def expected(year: Year) -> set[str]:
    """PMIDs that a search on any day of the year could have found."""
    last = weeks(START, 51).date()
    return {
        str(change.pmid)
        for change in year.corpus.changes
        if change.article is not None
        and change.on <= last
        and ("dual diagnosis" in change.article.title.lower() or change.article.mesh)
    }


def flags(lived: Lived) -> list[tuple[str, str, datetime]]:
    told = []
    for row in lived.flagged:
        data = msgspec.json.decode(row["envelope"])["data"]
        told.append((data["record"]["pmid"], data["flag"], row["created_at"]))
    return told


def run_of_week(lived: Lived, week: int) -> Mapping[str, Any]:
    start, end = weeks(START, week), weeks(START, week + 1)
    return next(run for run in lived.runs if start <= run["asked_at"] < end)


def test_nothing_is_missed(lived: Lived) -> None:
    assert set(lived.records) == expected(lived.year)
    assert len(lived.records) > FLOOD + 50 * WEEKLY


def test_nothing_comes_twice(lived: Lived) -> None:
    subjects = [row["subject"] for row in lived.added]
    assert len(subjects) == len(set(subjects)) == len(lived.records)
    assert sum(run["added"] for run in lived.runs) == len(lived.records)


def test_a_record_visible_only_weeks_after_its_creation_date_is_found(lived: Lived) -> None:
    assert str(lived.year.late) in lived.records


def test_a_back_file_with_an_old_entry_date_is_found(lived: Lived) -> None:
    assert str(lived.year.backfile) in lived.records


def test_a_record_found_only_by_later_mesh_terms_is_found(lived: Lived) -> None:
    assert str(lived.year.indexed) in lived.records


def test_the_retraction_of_week_20_is_told_within_the_week_and_once(lived: Lived) -> None:
    told = [each for each in flags(lived) if each[1] == "retraction"]
    assert [pmid for pmid, _, _ in told] == [str(lived.year.retracted)]
    assert weeks(START, 20) <= told[0][2] <= weekly(REVIEW).after(weeks(START, 21))


def test_the_notice_is_in_the_library_and_is_not_taken_for_the_paper(lived: Lived) -> None:
    assert lived.records[str(lived.year.notice)]["flags"] == []
    (flag,) = lived.records[str(lived.year.retracted)]["flags"]
    assert (flag["kind"], flag["notice"]) == ("retraction", str(lived.year.notice))


def test_a_correction_and_a_concern_that_is_lifted_are_told(lived: Lived) -> None:
    told = Counter((pmid, kind) for pmid, kind, _ in flags(lived))
    assert told == {
        (str(lived.year.corrected), "correction"): 1,
        (str(lived.year.doubted), "concern"): 1,
        (str(lived.year.doubted), "reinstatement"): 1,
        (str(lived.year.retracted), "retraction"): 1,
    }


def _ended(lived: Lived) -> list[dict[str, Any]]:
    return [msgspec.json.decode(row["envelope"])["data"] for row in lived.finished]


def test_a_record_that_is_gone_at_pubmed_stays_and_is_shown_to_people(lived: Lived) -> None:
    gone = str(lived.year.deleted)
    assert gone in lived.records
    assert lived.looks[-1]["report"]["missing"] == [gone]
    assert "decide" in lived.looks[-1]["report"]["summary"]
    told = [each for each in _ended(lived) if each["kind"] == "refetch"]
    assert [gone in each["warnings"][0] for each in told] == [True]
    assert {each[name] for each in told for name in ("found", "added")} == {0}


def test_every_slot_was_run_once_and_missed_ones_by_one_run(lived: Lived) -> None:
    slots = [datetime.fromisoformat(run["report"]["slot"]) for run in lived.runs]
    assert len(set(slots)) == len(slots) == 52 - (BACK - OFF)
    assert all(slot.weekday() == 0 and slot.hour == 6 for slot in slots)
    missed = {slot: run["report"]["missed"] for slot, run in zip(slots, lived.runs, strict=True)}
    assert {slot: n for slot, n in missed.items() if n} == {
        weeks(START, BACK) + timedelta(minutes=30): BACK - OFF
    }


def test_a_failed_run_says_why_and_does_not_move_the_watermark(lived: Lived) -> None:
    failed = run_of_week(lived, LONG_OUTAGE)
    assert failed["state"] == "failed"
    assert len(failed["report"]["troubles"]) == ATTEMPTS
    assert "502" in failed["report"]["troubles"][-1]["why"]
    after = run_of_week(lived, LONG_OUTAGE + 1)
    before = weeks(START, LONG_OUTAGE - 1).date()
    assert f"the watermark is {before}" in " ".join(after["report"]["why"])


def test_a_short_outage_is_outlasted_by_the_next_try_of_the_same_run(lived: Lived) -> None:
    run = run_of_week(lived, SHORT_OUTAGE)
    assert run["state"] == "succeeded"
    assert len(run["report"]["troubles"]) == 1
    assert run["added"] > 0


def test_every_run_is_explained(lived: Lived) -> None:
    for run in lived.runs:
        if run["state"] != "succeeded":
            assert run["report"]["troubles"]
            continue
        report = run["report"]
        assert report["why"]
        assert f"PubMed reported {counted(run['found'], 'record')};" in report["summary"]
        assert report["translation"]
        assert len(report["prisma_s"]) == 16
        assert report["windows"]
        assert {call["utility"] for call in report["calls"]} <= {"esearch", "efetch"}
        assert run["found"] == run["source_records"] + run["seen"] + len(report["missing"])
        assert run["source_records"] == run["added"] + run["merged"]


def test_every_run_is_said_to_have_ended(lived: Lived) -> None:
    told = [each for each in _ended(lived) if each["kind"] == "search"]
    assert [each["run_id"] for each in told] == [run["id"] for run in lived.runs]
    assert sum(each["added"] for each in told) == len(lived.records)
    assert [each.get("succeeded", True) for each in told].count(False) == 1


def test_a_day_of_12000_records_is_taken_in_by_one_run(lived: Lived) -> None:
    run = max(lived.runs, key=lambda each: each["added"])
    assert run["added"] >= FLOOD
    assert run["report"]["windows"][0]["drift"] == 0
    terms = [call["parameters"].get("term", "") for call in run["report"]["calls"]]
    assert any("[uid]" in term for term in terms)


def test_the_whole_query_is_run_each_quarter_and_finds_no_gap(lived: Lived) -> None:
    full = [
        run
        for run in lived.runs
        if run["state"] == "succeeded" and run["report"]["windows"][0]["field"] is None
    ]
    assert len(full) >= 4
    assert full[0]["report"]["gap"] is None
    assert [run["report"]["gap"]["unseen"] for run in full[1:]] == [0] * (len(full) - 1)
    assert {pmid for run in full[1:] for pmid in run["report"]["gap"]["vanished"]} == {
        str(lived.year.deleted)
    }


def test_mesh_windows_are_looked_at_every_four_weeks(lived: Lived) -> None:
    fields = [
        window["field"]
        for run in lived.runs
        if run["state"] == "succeeded"
        for window in run["report"]["windows"]
    ]
    assert fields.count("mhda") >= 8


def test_looks_at_known_records_are_weekly(lived: Lived) -> None:
    assert all(look["state"] == "succeeded" for look in lived.looks if look["found"])
    assert len(lived.looks) >= 52 - (BACK - OFF) - 2
    assert lived.looks[0]["asked_at"] == weekly(REVIEW).after(START)
