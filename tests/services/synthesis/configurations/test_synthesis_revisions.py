"""Revisions: only what changed, each with its causes, whatever order events come in."""

from functools import partial
from pathlib import Path

import pytest

from services.synthesis.configurations.handlers import recompute
from shared.events import extraction
from shared.events.search import RecordMerged, RecordSplit, RecordState
from tests.support.synthesis import REVIEW, a_document, a_fragment, a_settlement
from tests.support.synthesis import judged_by_three as judged
from tests.support.synthesis import say_step_by_step as say
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"


def line(number, *, theory="PT1", version=1, code="p", source=None, state="occurred", **more):
    return {
        "id": f"f{number}",
        "theories": [theory],
        "version": version,
        "elements": [
            {"role": "mechanism_response", "code_id": code, "state": "present"},
            {"role": "outcome", "code_id": "g", "state": state},
        ],
        "sources": [{"key": source or f"s{number}"}],
        **more,
    }


def coded(*args, **more):
    return extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(line(*args, **more)))


async def test_a_first_fragment_conjectures_and_a_second_revises_with_its_cause(synthesis):
    (first,) = await synthesis.hear(coded(1))
    await synthesis.compute()
    (second,) = await synthesis.hear(coded(2))
    await synthesis.compute()
    said = await synthesis.said("ccmoc_conjectured", "ccmoc_revised")
    assert [(event.NAME, event.revision, event.caused_by) for event in said] == [
        ("ccmoc_conjectured", 1, (first,)),
        ("ccmoc_revised", 2, (second,)),
    ]
    assert said[1].body["studies"]["positive"] == ["s1", "s2"]
    assert said[1].hash == said[1].body["hash"]


async def test_a_redelivered_or_older_fragment_changes_nothing(synthesis):
    await synthesis.hear(coded(1, version=2), version=7)
    await synthesis.compute()
    before = await synthesis.said()
    await synthesis.hear(coded(1, version=2), version=7)
    await synthesis.hear(coded(1, version=1, code="older"), version=6)
    await synthesis.compute()
    assert await synthesis.said() == before


async def test_causes_name_only_the_events_that_touch_the_ccmoc(synthesis):
    await synthesis.hear(coded(1), coded(2, code="q"))
    await synthesis.compute()
    ids = await synthesis.hear(coded(3), coded(4, code="q"))
    await synthesis.compute()
    revised = {event.mechanism: event for event in await synthesis.said("ccmoc_revised")}
    assert revised["p"].caused_by == (ids[0],)
    assert revised["q"].caused_by == (ids[1],)


async def test_a_fragment_that_leaves_a_theory_is_counted_out_of_it(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.compute()
    moved = a_fragment(line(1, theory="PT2", version=2))
    await synthesis.hear(extraction.FragmentAmended(review_id=REVIEW, fragment=moved))
    await synthesis.compute()
    assert [item["theory"] for item in await synthesis.ccmocs()] == ["PT2"]
    lapsed = await synthesis.ccmocs(lapsed="true", theory="PT1")
    assert [item["state"] for item in lapsed] == ["lapsed"]


async def test_without_evidence_it_lapses_and_comes_back_with_the_same_hash(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.compute()
    (before,) = await synthesis.ccmocs()
    withdrawn = a_fragment(line(1, version=2), status="withdrawn")
    await synthesis.hear(extraction.FragmentWithdrawn(review_id=REVIEW, fragment=withdrawn))
    await synthesis.compute()
    assert await synthesis.ccmocs() == []
    restored = a_fragment(line(1, version=3))
    await synthesis.hear(extraction.FragmentAmended(review_id=REVIEW, fragment=restored))
    await synthesis.compute()
    (after,) = await synthesis.ccmocs()
    assert (after["hash"], after["revision"]) == (before["hash"], 3)
    names = [event.NAME for event in await synthesis.said() if event.NAME.startswith("ccmoc")]
    assert names == ["ccmoc_conjectured", "ccmoc_lapsed", "ccmoc_conjectured"]


async def test_a_crash_between_computing_and_keeping_loses_nothing(synthesis):
    """The theory stays marked: the next run does the whole work again, once."""
    await synthesis.hear(coded(1))
    read = partial(recompute.read_task, REVIEW, "PT1")
    recompute.compute(await synthesis.db.read(read))
    assert await synthesis.said("ccmoc_conjectured") == []
    await synthesis.compute()
    assert len(await synthesis.said("ccmoc_conjectured")) == 1


async def test_a_result_overtaken_by_later_inputs_changes_nothing(synthesis):
    await synthesis.hear(coded(1))
    read = partial(recompute.read_task, REVIEW, "PT1")
    slow = await synthesis.db.read(read)
    late = recompute.compute(slow)
    await synthesis.hear(coded(2))
    await synthesis.compute()
    await synthesis.db.write(partial(recompute.keep_result, slow, late))
    (body,) = await synthesis.ccmocs()
    assert body["studies"]["positive"] == ["s1", "s2"]


async def test_a_document_that_arrives_after_its_fragment_decides_its_study(synthesis):
    await synthesis.hear(coded(1), coded(2))
    await synthesis.compute()
    for key in ("s1", "s2"):
        await synthesis.hear(a_document({"key": key, "study": "trial"}))
    await synthesis.compute()
    (body,) = await synthesis.ccmocs()
    assert body["studies"]["positive"] == ["trial"]


async def test_a_duplicate_follows_the_source_of_what_it_repeats(synthesis):
    await synthesis.hear(coded(2, source="own", duplicate_of="f1"))
    await synthesis.compute()
    await synthesis.hear(coded(1, theory="PT9", source="s1"))
    await synthesis.compute()
    (body,) = await synthesis.ccmocs(theory="PT1")
    assert body["studies"]["positive"] == ["s1"]


async def test_a_merged_record_counts_by_its_survivor_and_a_split_undoes_that(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.hear(a_document({"key": "s1", "record": "old"}))
    await synthesis.hear(a_settlement("kept"))
    await synthesis.compute()
    assert await synthesis.ccmocs() == []
    kept, old = RecordState(record_id="kept"), RecordState(record_id="old")
    merged = RecordMerged(review_id=REVIEW, record=kept, absorbed="old", alias_version=1)
    await synthesis.hear(merged)
    await synthesis.compute()
    assert len(await synthesis.ccmocs()) == 1
    split = RecordSplit(
        review_id=REVIEW, record=kept, restored=old, restored_version=1, alias_version=2
    )
    await synthesis.hear(split)
    await synthesis.compute()
    assert await synthesis.ccmocs() == []


async def test_gaps_open_with_what_is_missing_and_close_when_it_is_found(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.compute()
    found = {event.kind: event for event in await synthesis.said("gap_found")}
    assert found["unreplicated"].documents == ("s1",)
    assert not found["unreplicated"].closed
    await synthesis.hear(coded(2), coded(3, state="failed"))
    await synthesis.compute()
    said = [(event.kind, event.closed) for event in await synthesis.said("gap_found")]
    assert ("unreplicated", True) in said
    assert ("open_case", False) in said
    items = (await synthesis.ask("GET", "/gaps?theory=PT1"))["items"]
    assert "unreplicated" not in {item["kind"] for item in items}


async def test_recomputation_is_asked_for_at_once_and_then_after_a_pause(synthesis):
    from shared.kernel.jobs import jobs as table

    async def due(tx):
        rows = await tx.execute(table.select().where(table.c.state == "waiting"))
        return [(row.name, row.key, row.not_before) for row in rows]

    await synthesis.hear(coded(1))
    await synthesis.hear(coded(2))
    ((name, key, first),) = await synthesis.db.read(due)
    assert (name, key) == ("recompute", f"{REVIEW}/PT1")
    await synthesis.compute()
    computed = synthesis.db.clock.now()
    await synthesis.db.write(partial(_finish, table))
    await synthesis.hear(coded(3))
    ((_, _, second),) = await synthesis.db.read(due)
    assert first < second
    assert (second - computed).total_seconds() <= 0.2


async def _finish(table, tx):
    await tx.execute(table.update().values(state="done"))


async def test_a_retraction_lists_the_touched_and_its_reversal_restores_the_hashes(synthesis):
    told = Replayed(synthesis, CASES / "11-sources-that-stop-counting")
    await told.load()
    await synthesis.compute()
    (before,) = await synthesis.ccmocs()
    path = f"/ccmocs/{before['id']}"
    await judged(synthesis, before)
    await say(synthesis, before, "checked", "agreed")
    await told.happen({"event": "record_flagged", "record": "r1", "flag": "retraction"})
    await synthesis.compute()
    (touched,) = await synthesis.ccmocs()
    assert (touched["state"], touched["recheck"]) == ("agreed", True)
    changed = (await synthesis.ask("GET", path))["to_recheck"]
    assert changed["kinds"] == ["weakened"]
    assert changed["fragments"]["lost"] == ["f1"]
    assert "was retracted" in changed["causes"][0]["words"]
    await told.happen({"event": "record_flagged", "record": "r1", "flag": "reinstatement"})
    await synthesis.compute()
    (after,) = await synthesis.ccmocs()
    assert after["hash"] == before["hash"]


async def test_the_banner_names_what_a_retraction_touches_until_it_is_reversed(synthesis):
    told = Replayed(synthesis, CASES / "11-sources-that-stop-counting")
    await told.load()
    await synthesis.compute()
    (before,) = await synthesis.ccmocs()
    await told.happen({"event": "record_flagged", "record": "r1", "flag": "retraction"})
    await synthesis.compute()
    (item,) = (await synthesis.ask("GET", "/retractions"))["items"]
    assert (item["source"], item["theories"], item["fragments"]) == ("s1", ["PT1"], ["f1"])
    assert [touched["id"] for touched in item["ccmocs"]] == [before["id"]]
    assert (await synthesis.ccmocs())[0]["recheck"]
    await told.happen({"event": "record_flagged", "record": "r1", "flag": "reinstatement"})
    await synthesis.compute()
    assert (await synthesis.ask("GET", "/retractions"))["items"] == []
    (after,) = await synthesis.ccmocs()
    assert (after["hash"], after["recheck"]) == (before["hash"], False)


async def test_ordinary_evidence_asks_nobody_to_check_what_nobody_has_checked(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.compute()
    await synthesis.hear(coded(2))
    await synthesis.compute()
    assert [item["recheck"] for item in await synthesis.ccmocs()] == [False]


async def test_a_body_too_long_for_an_event_is_said_abridged_and_read_whole(synthesis, monkeypatch):
    monkeypatch.setattr(recompute, "MOST_SAID", 200)
    await synthesis.hear(coded(1))
    await synthesis.compute()
    (said,) = await synthesis.said("ccmoc_conjectured")
    assert said.body["abridged"]
    assert "fragments" not in said.body
    (whole,) = await synthesis.ccmocs()
    assert (whole["fragments"], whole["hash"]) == (["f1"], said.hash)


async def test_an_event_that_arrives_while_a_theory_is_computed_is_not_lost(synthesis):
    await synthesis.hear(coded(1))
    task = await synthesis.db.read(partial(recompute.read_task, REVIEW, "PT1"))
    result = recompute.compute(task)
    await synthesis.hear(coded(2))
    await synthesis.db.write(partial(recompute.keep_result, task, result))
    (first,) = await synthesis.ccmocs()
    assert first["studies"]["positive"] == ["s1"]
    await synthesis.compute()
    (second,) = await synthesis.ccmocs()
    assert second["studies"]["positive"] == ["s1", "s2"]


async def test_revisions_are_listed_newest_first_in_words(synthesis):
    await synthesis.hear(coded(1))
    await synthesis.compute()
    await synthesis.hear(coded(2))
    await synthesis.compute()
    items = (await synthesis.ask("GET", "/revisions?theory=PT1"))["items"]
    assert [item["kinds"] for item in items] == [["strengthened"], ["added"]]
    assert "New study for it: s2." in items[0]["words"]
    await synthesis.ask("GET", "/revisions?since=2026-01-01T00:00:00", status=422)


async def test_a_crash_while_keeping_leaves_neither_rows_nor_events(synthesis, monkeypatch):
    async def crash(*_):
        raise RuntimeError("power cut")

    await synthesis.hear(coded(1))
    with monkeypatch.context() as patched:
        patched.setattr(recompute.marks, "computed", crash)
        with pytest.raises(RuntimeError):
            await synthesis.compute()
    assert await synthesis.ccmocs() == []
    assert await synthesis.said() == []
    await synthesis.compute()
    assert len(await synthesis.ccmocs()) == 1
    assert [event.NAME for event in await synthesis.said("ccmoc_conjectured")] == [
        "ccmoc_conjectured"
    ]
