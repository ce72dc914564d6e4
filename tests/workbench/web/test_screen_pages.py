"""Screening beside the queue: setup by forms, what one decided, exclusions to reconsider."""

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain import recall_curve

HERE = "/reviews/rev"
STAGE = "/api/screening/reviews/rev/stages/title_abstract"
SETUP = f"{HERE}/setup?stage=title_abstract"
CRITERIA = {
    "deed": "criteria",
    "id_0": "",
    "text_0": "Adults",
    "kind_0": "include",
    "id_1": "",
    "text_1": "Protocol only",
    "kind_1": "exclude",
    "id_2": "",
    "text_2": "",
    "kind_2": "exclude",
}


@pytest_asyncio.fixture
async def pages(tmp_path):
    """A review that two people screen, three records, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await the_review.open_review(client, policy="dual")
        await system.drain()
        await the_review.add_records(client, *the_review.TITLES)
        await system.drain()
        yield system, client


async def records(client):
    items = (await client.get("/api/search/reviews/rev/records")).json()["items"]
    return [one["record_id"] for one in items]


async def test_criteria_are_written_amended_and_keep_their_keys(pages):
    _, client = pages
    answer = await client.post(SETUP, data=CRITERIA)
    assert answer.status_code == 303, answer.text
    listed = (await client.get(f"{STAGE}/criteria")).json()["criteria"]
    assert [(one["text"], one["kind"]) for one in listed] == [
        ("Adults", "include"),
        ("Protocol only", "exclude"),
    ]
    own = listed[1]["id"]
    again = {"deed": "criteria", "id_0": own, "text_0": "A protocol", "kind_0": "exclude"}
    await client.post(SETUP, data=again)
    listed = (await client.get(f"{STAGE}/criteria")).json()["criteria"]
    assert [(one["id"], one["text"]) for one in listed] == [(own, "A protocol")]
    queue = (await client.get(f"{HERE}/screening")).text
    assert "A protocol</span>" in queue


async def test_policy_target_ranking_words_and_batches_are_set_by_forms(pages):
    _, client = pages
    no_reason = {"deed": "policy", "kind": "sample", "share": "20", "inclusion": "any"}
    answer = await client.post(SETUP, data=no_reason)
    assert 'id="wrong-policy-reason">Say why it changes' in answer.text
    assert 'value="20"' in answer.text
    deeds = (
        {**no_reason, "reason": "too slow"},
        {"deed": "target", "recall": "90", "confidence": "95 %"},
        {"deed": "ranking", "query": "trust nurse", "random_share": "10"},
        {"deed": "highlights", "name": "trust", "terms": "trust\nknow*"},
        {"deed": "assign", "person": "rita", "count": "2"},
    )
    for deed in deeds:
        answer = await client.post(SETUP, data=deed)
        assert answer.status_code == 303, answer.text
    review = (await client.get("/api/reviews/rev")).json()
    assert review["stages"][0]["policy"]["share"] == 0.2
    target = (await client.get(f"{STAGE}/stopping")).json()["target"]
    assert target["recall"] == 0.9
    bad = await client.post(SETUP, data={"deed": "target", "recall": "all", "confidence": "95"})
    assert 'id="wrong-target-recall"' in bad.text
    assert "trust (2)" in (await client.get(SETUP)).text


async def test_agreement_shows_its_table_once_two_have_read(pages):
    system, client = pages
    assert "No record has two independent decisions yet." in (await client.get(SETUP)).text
    head = await member_head(system, "rev", "rita", "reviewer")
    (one, two, _) = await records(client)
    await the_review.decide(client, "title_abstract", one, two)
    for record in (one, two):
        body = {"decisions": [{"record": record, "verdict": "include"}]}
        await the_review.said(client.post(f"{STAGE}/decisions", json=body, headers=head))
    await system.drain()
    page = (await client.get(SETUP)).text
    assert "decisions on 2 records" in page
    assert '<table class="agree">' in page
    assert "<dd>100 %</dd>" in page


async def test_one_sees_ones_own_decisions_changes_them_and_takes_them_back(pages):
    system, client = pages
    head = await member_head(system, "rev", "rita", "reviewer")
    one = (await records(client))[0]
    await the_review.decide(client, "title_abstract", one)
    own = f"{HERE}/decided?stage=title_abstract"
    page = (await client.get(own)).text
    assert page.count('<a class="t"') == 1
    assert "Trust in nurses" in page
    assert "You have decided nothing" in (await client.get(own, headers=head)).text
    form = {"record": one, "verdict": "maybe", "note": "not sure"}
    assert (await client.post(own, data=form)).status_code == 303
    assert "not sure" in (await client.get(own)).text
    assert (await client.post(own, data={**form, "verdict": "undo"})).status_code == 303
    assert "You have decided nothing" in (await client.get(own)).text


async def test_an_exclusion_is_offered_again_when_the_criteria_change(pages):
    _, client = pages
    page = (await client.get(f"{HERE}/reconsider")).text
    assert "Nothing is offered." in page
    no_reason = {"record": "x", "stage": "title_abstract", "deed": "reopen", "reason": ""}
    answer = await client.post(f"{HERE}/reconsider", data=no_reason)
    assert answer.status_code == 422
    assert (await client.get(f"{HERE}/setup?stage=none")).status_code == 404


def test_the_curve_is_drawn_with_its_bound_and_says_it_in_words():
    drawing = recall_curve.draw([(0, 0), (5, 3), (10, 4)], 40, 0.8)
    assert "4 relevant records found in 10 read; at most 5 in all" in drawing
    assert 'class="r-bound"' in drawing
    assert "r-bound" not in recall_curve.draw([(0, 0), (5, 3)], 40, None)
    assert recall_curve.draw([(0, 0)], 40, None) == ""
