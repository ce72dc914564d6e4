"""What other services' events mean to extraction, in any order of arrival."""

import random

import pytest

from shared.events.screening import SettlementReopened
from shared.events.search import RecordMerged, RecordSplit, RecordState
from tests.support.extraction import (
    REVIEW,
    STAGES,
    a_record,
    a_review,
    a_settlement,
)


async def sought(extraction):
    return [event.record_id for event in await extraction.said("report_sought")]


async def test_an_inclusion_at_the_last_main_stage_seeks_the_report_once(extraction):
    for _ in range(2):
        await extraction.hear(a_settlement("r1"), a_settlement("r2", verdict="exclude"))
    assert await sought(extraction) == ["r1"]
    page = await extraction.ask("GET", "/retrievals")
    assert [(one["record"], one["state"], one["included"]) for one in page["items"]] == [
        ("r1", "sought", True)
    ]


async def test_a_report_whose_text_was_put_here_before_is_received(extraction):
    document = {"kind": "literature", "title": "Walking on", "record": "r1", "text": "Words."}
    await extraction.ask("PUT", "/documents/walking-on", json=document)
    await extraction.hear(a_settlement("r1"), a_settlement("r2"))
    assert await sought(extraction) == ["r1", "r2"]
    page = await extraction.ask("GET", "/retrievals")
    assert [(one["record"], one["state"]) for one in page["items"]] == [
        ("r1", "received"),
        ("r2", "sought"),
    ]


async def test_an_inclusion_at_an_earlier_stage_seeks_nothing(extraction):
    await extraction.hear(a_settlement(stage="title"))
    assert await sought(extraction) == []


async def test_a_settlement_that_arrives_before_its_review_waits_for_the_stages(extraction):
    await extraction.hear(a_review(stages=()))
    await extraction.hear(a_settlement("r1"))
    assert await sought(extraction) == []
    await extraction.hear(a_review(stages=STAGES))
    assert await sought(extraction) == ["r1"]


async def test_an_older_settlement_that_arrives_late_does_not_win(extraction):
    await extraction.hear(a_settlement(verdict="exclude"), version=5)
    await extraction.hear(a_settlement(verdict="include"), version=4)
    assert await sought(extraction) == []


async def test_a_reopened_settlement_is_shown_as_no_longer_included(extraction):
    await extraction.hear(a_settlement())
    reopened = SettlementReopened(
        review_id=REVIEW, settlement_id="full_text/r1", record_id="r1", stage="full_text", reason=""
    )
    await extraction.hear(reopened)
    page = await extraction.ask("GET", "/retrievals")
    assert [(one["record"], one["included"]) for one in page["items"]] == [("r1", False)]


async def test_a_report_that_cannot_be_got_needs_a_reason_and_says_so_once(extraction):
    await extraction.hear(a_settlement())
    missing = {"state": "not_retrieved"}
    problem = await extraction.ask("PUT", "/retrievals/r1", missing, status=422)
    assert problem["field"] == "reason"
    for _ in range(2):
        await extraction.ask("PUT", "/retrievals/r1", missing | {"reason": "no library has it"})
    assert [e.reason for e in await extraction.said("report_not_retrieved")] == [
        "no library has it"
    ]


async def test_a_text_that_arrives_after_all_makes_the_report_retrieved(extraction):
    await extraction.hear(a_settlement())
    lost = {"state": "not_retrieved", "reason": "lost"}
    await extraction.ask("PUT", "/retrievals/r1", lost)
    await extraction.put_documents({"id": "d1", "record": "r1", "text": "found"})
    page = await extraction.ask("GET", "/retrievals?state=retrieved")
    assert [one["record"] for one in page["items"]] == ["r1"]
    names = [e.NAME for e in await extraction.said("report_sought", "report_not_retrieved")]
    assert names == ["report_sought", "report_not_retrieved", "report_sought"]


async def test_a_record_is_shown_beside_its_report_whenever_it_arrives(extraction):
    await extraction.hear(a_settlement())
    await extraction.hear(a_record(title="On trust", year=2011))
    page = await extraction.ask("GET", "/retrievals")
    assert (page["items"][0]["title"], page["items"][0]["year"]) == ("On trust", 2011)


def merged(absorbed="r2", survivor="r1", alias_version=0):
    return RecordMerged(
        review_id=REVIEW,
        record=RecordState(record_id=survivor),
        absorbed=absorbed,
        alias_version=alias_version,
    )


def split(restored="r2", survivor="r1", alias_version=0):
    return RecordSplit(
        review_id=REVIEW,
        record=RecordState(record_id=survivor),
        restored=RecordState(record_id=restored),
        restored_version=0,
        alias_version=alias_version,
    )


async def test_an_absorbed_record_seeks_the_survivors_report(extraction):
    await extraction.hear(merged("r3", "r2"))
    await extraction.hear(merged("r2", "r1"))
    await extraction.hear(a_settlement("r3"), a_settlement("r1"))
    assert await sought(extraction) == ["r1"]


async def test_a_record_that_is_split_off_again_seeks_its_own_report(extraction):
    await extraction.hear(merged())
    await extraction.hear(a_settlement("r2"))
    assert await sought(extraction) == ["r1"]
    await extraction.hear(split())
    assert await sought(extraction) == ["r1", "r2"]


async def test_a_merge_that_arrives_after_its_split_does_not_undo_it(extraction):
    await extraction.hear(split(alias_version=2))
    await extraction.hear(merged(alias_version=1))
    await extraction.hear(a_settlement("r2"))
    assert await sought(extraction) == ["r2"]


async def test_twins_in_one_batch_are_one(extraction):
    await extraction.hear(a_record(title="a"), a_record(title="b"), a_record(title="b"))
    await extraction.hear(a_settlement(), a_settlement())
    assert await sought(extraction) == ["r1"]


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_of_arrival_with_twins_ends_the_same(extraction, seed):
    told = [
        *((merged("r2", "r1"), 1), (split("r2", "r1"), 2)),
        *((a_record("r1", title="old"), 3), (a_record("r1", title="new"), 4)),
        *((a_settlement("r1"), 5), (a_settlement("r2"), 6)),
        (a_review(), 7),
    ]
    draw = random.Random(seed)
    shuffled = [*told, *draw.sample(told, 3)]
    draw.shuffle(shuffled)
    for event, version in shuffled:
        await extraction.hear(event, version=version)
    page = await extraction.ask("GET", "/retrievals")
    assert [(i["record"], i["title"], i["included"]) for i in page["items"]] == [
        ("r1", "new", True),
        ("r2", "", True),
    ]
    assert sorted(await sought(extraction)) == ["r1", "r2"]
