"""What an extractor answered is locked once they may read another's answers.

Later corrections go into what the team agrees on; whoever read first does not count as the
second of two (docs/decisions/0029).
"""

import pytest

from services.extraction.forms.store import form_answers
from tests.services.extraction.forms.test_extraction_forms import GOOD, answer, as_person, build

PATH = "/forms/map/answers"
COMPARED = "/forms/map/comparison?document=d1"
OTHER = {**GOOD, "n": 119}


async def by_owner(extraction, answers, status=200):
    body = {"document": "d1", "answers": answers, "done": True}
    return await extraction.ask("PUT", PATH, body, status=status)


async def same_of_n(extraction):
    told = await extraction.ask("GET", "/forms/map/agreement")
    (n,) = [one for one in told if one["field"] == "n"]
    return n["documents"], n["agree"]


@pytest.mark.parametrize("late", ["first", "second"])
@pytest.mark.parametrize("done", [True, False])
async def test_what_was_answered_is_locked_when_both_have_done_the_form(extraction, late, done):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    await answer(extraction, "ann", {**OTHER, "day": "2024-06-01"})
    await answer(extraction, "bob", GOOD)
    person = {"first": "ann", "second": "bob"}[late]
    copied = {"ann": GOOD, "bob": OTHER}[person]
    problem = await answer(extraction, person, copied, done=done, status=409)
    assert "agree" in problem["detail"]
    assert await same_of_n(extraction) == (1, 0)
    kept = (await as_person(extraction, person, "GET", PATH)).json()
    assert {one["person"]: one["answers"]["n"] for one in kept} == {"ann": 119, "bob": 120}


async def test_the_same_answers_sent_again_change_nothing_when_they_are_locked(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    before = await answer(extraction, "bob", GOOD)
    assert await answer(extraction, "bob", GOOD) == before


async def test_an_owner_changes_no_locked_answers_for_another_nor_by_a_table(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    await answer(extraction, "bob", GOOD)
    body = {"document": "d1", "answers": GOOD, "done": True, "person": "ann"}
    await extraction.ask("PUT", PATH, body, status=409)
    table = b"document,person,state,Participants\nd1,ann,done,120\n"
    answered = await extraction.client.post(
        "/api/extraction/reviews/rev/forms/map/table", content=table
    )
    assert answered.status_code == 409, answered.text
    assert await same_of_n(extraction) == (1, 0)


async def test_an_owner_reads_no_answers_before_their_own_are_done_unless_they_say_so(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    assert await extraction.ask("GET", PATH) == []
    await extraction.ask("GET", COMPARED, status=403)
    everything = await extraction.ask("GET", f"{PATH}?everybody=true")
    assert [one["person"] for one in everything] == ["ann"]
    for role in ("coder", "reviewer", "resolver"):
        await extraction.ask("GET", f"{PATH}?everybody=true", by={role}, status=403)


async def test_whoever_read_everybodys_answers_first_does_not_count_in_the_agreement(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    await extraction.ask("GET", f"{COMPARED}&everybody=true")
    mine = await by_owner(extraction, OTHER)
    assert mine["seen_others"] is True
    assert await same_of_n(extraction) == (0, 0)
    compared = await extraction.ask("GET", COMPARED)
    assert compared["seen_others"] == [mine["person"]]
    await answer(extraction, "bob", GOOD)
    assert await same_of_n(extraction) == (1, 0)


async def test_an_owner_who_did_not_look_counts_like_everybody(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    mine = await by_owner(extraction, GOOD)
    assert mine["seen_others"] is False
    assert await same_of_n(extraction) == (1, 0)


async def test_who_answers_after_the_team_agreed_does_not_count_in_the_agreement(extraction):
    await build(extraction)
    await answer(extraction, "ann", OTHER)
    body = {"document": "d1", "answers": OTHER, "done": True}
    await as_person(extraction, "ann", "PUT", "/forms/map/consensus", body)
    assert (await answer(extraction, "bob", OTHER))["seen_others"] is True
    assert await same_of_n(extraction) == (0, 0)


async def test_everybody_who_codes_sees_who_has_done_the_form_and_no_answers(extraction):
    await build(extraction)
    await answer(extraction, "ann", {**GOOD, "note": "zanzibar"})
    await answer(extraction, "bob", {"n": 1}, done=False)
    told = (await as_person(extraction, "bob", "GET", "/forms/map/progress")).json()
    assert told == [{"document": "d1", "person": "ann"}]
    await extraction.ask("GET", "/forms/map/progress", by={"reader"}, status=403)


async def test_that_somebody_looked_is_kept_without_any_answer(extraction):
    await build(extraction)
    await answer(extraction, "ann", GOOD)
    await extraction.ask("GET", f"{PATH}?everybody=true")

    async def rows(tx):
        return [dict(row._mapping) for row in await tx.execute(form_answers.select())]

    assert [row["person_id"] for row in await extraction.db.read(rows)] == ["ann"]
