"""Judging: one reviewer and two other people, blind until all have judged; states step by step."""

import json
import re
from pathlib import Path

import pytest
import pytest_asyncio

from services.synthesis.configurations.domain.judging import (
    Word,
    function_for,
    is_open,
    lacking,
    refusal_of,
    step_refusal,
    visible,
    waits_for,
)
from shared.events.extraction import FragmentAmended, FragmentCoded
from tests.support.synthesis import (
    REVIEW,
    a_codebook,
    a_fragment,
    judged_by_three,
    say_step_by_step,
)
from tests.support.synthesis_cases import Replayed

CASE = Path(__file__).resolve().parents[3] / "cases" / "01-toy"
WHO_IS_MISSING = re.compile(r'"may_judge_as":[^,]*,"waits_for":[^]]*\]|written [0-9: -]+UTC')
"""What a person must know to judge at all, and the moment of a report."""
LINK = {"theory": "PT1", "outcome": "ENG", "role": "response", "mechanism": "TRUST"}
R = Word("anna", "reviewer", "supports")
V1, V2 = Word("ben", "verifier", "supports"), Word("cy", "verifier", "does_not")


@pytest_asyncio.fixture
async def toy(synthesis):
    """The toy case, loaded and computed."""
    await Replayed(synthesis, CASE).load()
    await synthesis.compute()
    return synthesis


async def trust(toy):
    return next(body for body in await toy.ccmocs() if body["mechanism"] == "TRUST")


async def judge(toy, person, function, fragment="f1", verdict="supports", status=200, **more):
    one = {**LINK, "fragment": fragment, "as": function, "verdict": verdict, **more}
    by = None
    if person != "somebody":
        one["person"] = person
    else:
        by = {"reviewer"}
    return await toy.ask("POST", "/judgements", {"judgements": [one]}, by=by, status=status)


def a_line(**more):
    elements = [
        {"role": "context", "code_id": "cl", "state": "present"},
        {"role": "mechanism_response", "code_id": "trust", "state": "present"},
        {"role": "outcome", "code_id": "engagement", "state": "failed"},
    ]
    return {"id": "f9", "theory": 1, "elements": elements, "sources": [{"key": "s9"}], **more}


def test_nobody_reads_another_before_the_reviewer_and_both_verifiers_have_judged():
    assert [is_open(words) for words in ([R], [R, V1], [V1, V2], [R, V1, V2])] == [
        False,
        False,
        False,
        True,
    ]
    assert visible([R, V1], "ben") == [V1]
    assert visible([R, V1], "cy") == []
    assert visible([R, V1, V2], "zoe") == [R, V1, V2]
    assert waits_for([V1]) == ["reviewer", "verifier"]


def test_a_person_has_one_function_and_the_third_is_not_asked():
    assert "two other people" in refusal_of([R], "anna", "verifier")
    assert "somebody else" in refusal_of([V1], "ben", "reviewer")
    assert "its reviewer already" in refusal_of([R], "dan", "reviewer")
    assert "already" in refusal_of([R, V1, V2], "dan", "verifier")
    assert refusal_of([R, V1, V2], "cy", "verifier") == ""
    assert [function_for(words, "dan") for words in ([], [R], [R, V1, V2])] == [
        "reviewer",
        "verifier",
        None,
    ]


def test_states_follow_each_other_and_rest_on_judgements():
    assert step_refusal("conjectured", "checked") == ""
    assert "only after it was checked" in step_refusal("conjectured", "agreed")
    assert "only after it was agreed" in step_refusal("checked", "in_theory")
    assert "only after it was checked" in step_refusal("rejected", "agreed")
    assert step_refusal("agreed", "dormant") == ""
    assert "1 of 2 passages has no judgement" in lacking("checked", {"a": [R], "b": []})
    assert "not two verifiers" in lacking("agreed", {"a": [R, V1]})
    assert "does not support it" in lacking("agreed", {"a": [R, V1, V2]})
    assert lacking("checked", {"a": [R]}) == lacking("dormant", {"a": []}) == ""


async def test_no_answer_tells_a_judgement_of_somebody_else_before_all_have_judged(toy):
    body = await trust(toy)
    for person, function in (("anna", "reviewer"), ("ben", "verifier")):
        await judge(toy, person, function, verdict="unsure")
    paths = (f"/ccmocs/{body['id']}", f"/ccmocs/{body['id']}/quotes", "/judgements", "/to-check")
    for who in (None, {"owner"}, {"reviewer"}):
        for path in paths:
            assert "unsure" not in json.dumps(await toy.ask("GET", path, by=who)), path
    assert "unsure" not in str(await toy.said())
    await judge(toy, "somebody", "verifier", verdict="supports")
    seen = await toy.ask("GET", "/judgements", by={"reviewer"})
    assert [item["verdict"] for item in seen["items"]] == ["unsure", "unsure", "supports"]


async def test_whoever_judges_keeps_to_one_function_and_to_what_stands_there(toy):
    await judge(toy, "somebody", "reviewer")
    refused = await judge(toy, "somebody", "verifier", status=409)
    assert "two other people" in refused["detail"]
    await judge(toy, "somebody", "verifier", fragment="f6", verdict="supports")
    unknown = await judge(toy, "somebody", "verifier", fragment="nowhere", status=409)
    assert "no evidence" in unknown["detail"]


async def test_a_judgement_on_an_outdated_fragment_is_refused_and_waits_again(toy):
    await judge(toy, "somebody", "reviewer")
    amended = {**a_line(id="f1", version=2), "sources": [{"key": "s1"}]}
    await toy.hear(FragmentAmended(review_id=REVIEW, fragment=a_fragment(amended)))
    await toy.compute()
    outdated = await judge(toy, "somebody", "reviewer", status=409, fragment_version=1)
    assert "coded anew" in outdated["detail"]
    (queued,) = [
        one
        for one in (await toy.ask("GET", "/to-check", by={"reviewer"}))["links"]
        if one["fragment"] == "f1" and one["mechanism"] == "TRUST"
    ]
    assert queued["judge_as"] == "reviewer", "what was said of the old words waits again"
    await judge(toy, "somebody", "reviewer", fragment_version=2)


async def test_checked_agreed_and_in_a_theory_are_reached_only_step_by_step(toy):
    body = await trust(toy)
    path = f"/ccmocs/{body['id']}/state"
    for state in ("checked", "agreed", "in_theory"):
        await toy.ask("PUT", path, {"state": state, "reason": "we say so"}, status=409)
    await judged_by_three(toy, body)
    await toy.ask("PUT", path, {"state": "checked"}, status=422)
    await toy.ask("PUT", path, {"state": "agreed", "reason": "all read it"}, status=409)
    await say_step_by_step(toy, body, "checked", "agreed", "in_theory")
    assert (await trust(toy))["state"] == "in_theory"
    states = (await toy.ask("GET", f"/ccmocs/{body['id']}"))["states"]
    assert [item["reason"] for item in states] == [
        "it is checked",
        "it is agreed",
        "it is in_theory",
    ]


async def test_an_open_does_not_keeps_it_from_being_agreed_until_it_is_settled(toy):
    body = await trust(toy)
    await judged_by_three(toy, body)
    await say_step_by_step(toy, body, "checked")
    await judge(toy, "cy", "verifier", verdict="does_not")
    path = f"/ccmocs/{body['id']}/state"
    refused = await toy.ask("PUT", path, {"state": "agreed", "reason": "r"}, status=409)
    assert "1 of its passages does not support it" in refused["detail"]
    await judge(toy, "cy", "verifier", verdict="partly")
    await say_step_by_step(toy, body, "agreed")


async def test_the_queue_asks_first_for_what_would_change_a_verdict(toy):
    queue = await toy.ask("GET", "/to-check")
    assert queue["rechecks"] == 0
    links = queue["links"]
    assert queue["waiting"] == len(links) == 6
    assert (links[0]["mechanism"], links[0]["fragment"]) == ("STRAIN", "f5")
    assert links[0]["moves"][0] == "Studies would report nothing, not failure only."
    mine = {item["fragment"]: item for item in links if item["mechanism"] == "TRUST"}
    assert "Context 'NWD' would be recurs, not enabling." in mine["f3"]["moves"]
    assert list(mine)[-1] in ("f1", "f2", "f4")
    await judge(toy, "somebody", "reviewer", fragment="f3")
    after = await toy.ask("GET", "/to-check", by={"reviewer"})
    assert after["waiting"] == 5
    others = (await toy.ask("GET", "/to-check"))["links"]
    asked = {(item["mechanism"], item["fragment"]): item["judge_as"] for item in others}
    assert asked["TRUST", "f3"] == "verifier"
    assert asked["TRUST", "f1"] == "reviewer"


async def test_a_recheck_tells_what_changed_by_label_and_which_event_caused_it(toy):
    body = await trust(toy)
    await judged_by_three(toy, body)
    await say_step_by_step(toy, body, "checked", "agreed")
    book = json.loads((CASE / "codebook.json").read_text())["programme_theories"]["PT1"]
    for group in (group for groups in book.values() for group in groups):
        group["label"] = {"HC": "high caseload"}.get(group["group_id"], "other")
    book["context"][1]["codes"][0]["sense"] = "opposite"
    await toy.hear(a_codebook("PT1", book, 2))
    await toy.compute()
    (again,) = (await toy.ask("GET", "/to-check"))["recheck"]
    assert any("Context 'high caseload'" in words for words in again["words"])
    (cause,) = again["causes"]
    assert cause["event"] == "codebook_changed"
    assert "code 'hc'" not in cause["words"]
    assert "has the opposite sense in context 'high caseload' now" in cause["words"]
    said = json.dumps([again["words"], again["causes"]])
    assert body["id"] not in said
    assert (await trust(toy))["hash"] not in said
    await toy.hear(FragmentCoded(review_id=REVIEW, fragment=a_fragment(a_line())))
    await toy.compute()
    (again,) = (await toy.ask("GET", "/to-check"))["recheck"]
    assert [cause["event"] for cause in again["causes"]] == ["codebook_changed", "fragment_coded"]
    assert "f9" not in json.dumps(again["words"]).replace("Words of f9", "")


@pytest.mark.parametrize("state", ["checked", "agreed", "in_theory"])
async def test_a_state_said_elsewhere_without_its_judgements_is_to_check_again(toy, state):
    body = await trust(toy)
    said = {"state": state, "reason": "there", "at": "2024-05-01T10:00:00Z", "person": "ann"}
    await toy.ask("PUT", f"/ccmocs/{body['id']}/state", said, by={"reviewer"}, status=403)
    assert (await toy.ask("PUT", f"/ccmocs/{body['id']}/state", said))["recheck"]
    await toy.ask("PUT", f"/ccmocs/{body['id']}/state", said)
    assert len((await toy.ask("GET", f"/ccmocs/{body['id']}"))["states"]) == 1


async def test_merging_puts_ccmocs_into_the_theory_in_peoples_words(toy):
    body = await trust(toy)
    content = {"words": "An open door lets trust grow.", "ccmocs": [body["id"]]}
    path = "/theories/PT1/notes/statement/s1"
    problem = await toy.ask("PUT", path, {"content": content}, status=409)
    assert "only after it was agreed" in problem["detail"]
    await judged_by_three(toy, body)
    await say_step_by_step(toy, body, "checked", "agreed")
    await toy.ask("PUT", path, {"content": content})
    assert (await trust(toy))["state"] == "in_theory"
    await toy.ask("PUT", "/theories/PT2", {"name": "Other"})
    await toy.ask("PUT", "/theories/PT2/notes/statement/s1", {"content": content}, status=422)


async def judged_here(toy, person, function, verdict, status=200):
    one = {**LINK, "fragment": "f3", "as": function, "verdict": verdict}
    said = {"judgements": [one]}
    await toy.ask("POST", "/judgements", said, by={"reviewer"}, person=person, status=status)
    await toy.compute()


async def test_nothing_that_a_third_sees_changes_before_all_three_have_judged(toy):
    """`does not` by two of three takes the link away: only when the third has judged too."""
    body = await trust(toy)
    paths = (
        f"/ccmocs/{body['id']}", f"/ccmocs/{body['id']}/quotes", "/ccmocs", "/judgements",
        "/negative-cases", "/rivals", "/theories/PT1", "/issues", "/versions/now", "/report.md",
    )  # fmt: skip

    async def seen():
        found = {}
        for path in paths:
            answer = await toy.client.get(
                f"/api/synthesis/reviews/{REVIEW}{path}",
                headers={"authorization": f"Bearer {toy.token({'reviewer'}, 'cy')}"},
            )
            found[path] = WHO_IS_MISSING.sub("", answer.text)
        return found

    before = await seen()
    revised = len(await toy.said("ccmoc_revised"))
    await judged_here(toy, "anna", "reviewer", "does_not")
    await judged_here(toy, "ben", "verifier", "does_not")
    assert await seen() == before
    assert len(await toy.said("ccmoc_revised")) == revised
    assert [event.judged for event in await toy.said("ccmoc_judged")] == [0, 0]
    await judged_here(toy, "cy", "verifier", "supports")
    assert "f3" not in (await trust(toy))["fragments"]
    assert (await toy.said("ccmoc_judged"))[-1].judged == 1
    await judged_here(toy, "ben", "verifier", "supports")
    assert "f3" in (await trust(toy))["fragments"]


async def test_a_copy_of_a_review_keeps_blind_judgements_blind(toy):
    await judged_here(toy, "anna", "reviewer", "does_not")
    (line,) = (await toy.ask("GET", "/judgements?whole=true"))["items"]
    assert line["blind"] is True
    for person, function in (("dora", "reviewer"), ("emil", "verifier")):
        one = {**LINK, "fragment": "f1", "as": function, "verdict": "does_not", "blind": True}
        await toy.ask("POST", "/judgements", {"judgements": [{**one, "person": person}]})
    await toy.compute()
    assert {"f1", "f3"} <= set((await trust(toy))["fragments"])
