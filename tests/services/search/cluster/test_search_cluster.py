"""Steps of CLUSTER searching: approved by people, rechecked in the library, nothing flipped."""

import asyncio

import pytest

from services.search.living.handlers import event_handlers
from shared.events import Received
from shared.events.screening import RecordSettled
from shared.events.synthesis import GapFound

NBIB = """PMID- 1
TI  - Main report of the outreach trial
FAU - Curie, Marie
AUID- ORCID: 0000-0001-2345-678X
FAU - Noether, Emmy
AD  - Department of Algebra, University of Erlangen
GR  - R01/NIHR/UK

PMID- 2
TI  - A letter about outreach, by the same author
FAU - Curie, M
AUID- ORCID: 0000-0001-2345-678X

PMID- 3
TI  - Something else by another M Curie
FAU - Curie, Max

PMID- 4
TI  - Staff views, with the same people
FAU - Curie, Marie
FAU - Noether, E

PMID- 5
TI  - An algebra of outreach
FAU - Noether, Emmy
AD  - Department of Algebra, University of Erlangen.

PMID- 6
TI  - The same people, included already
FAU - Curie, Marie
FAU - Noether, E
"""


async def _receive(library, handler, event, version=1):
    received = Received(
        id=f"{type(event).__name__}{event.subject}{version}",
        event=event,
        subject=event.subject,
        subject_version=version,
        time=library.db.clock.now(),
        correlation_id="c",
    )
    await library.db.write(lambda tx: handler([received], tx))


async def _gap(library, version=1, *, closed=False):
    gap = GapFound(
        review_id="rev", gap_id="g1", theory_id="t1", kind="contested", detail="x", closed=closed
    )
    await _receive(library, event_handlers.on_gaps_found, gap, version)


@pytest.fixture
async def stocked(library):
    await library.upload(NBIB, filename="x.nbib", source="pubmed")
    library.ids = {row["pmid"]: row["record_id"] for row in await library.records()}
    for pmid in "123456":
        record = library.ids[pmid]
        verdict = "include" if pmid in "16" else "exclude"
        settled = RecordSettled(
            review_id="rev",
            settlement_id=f"title/{record}",
            record_id=record,
            stage="title",
            verdict=verdict,
        )
        await _receive(library, event_handlers.on_records_settled, settled)
    await _gap(library)
    return library


async def test_an_approved_step_offers_the_excluded_records_of_its_pearls_studies(stocked):
    body = {"pearls": [stocked.ids["1"]], "reason": "negative case"}
    step = await stocked.call("POST", "/steps/g1/approve", json=body)

    offered = step["detail"]["decision"]["offered"]
    assert step["state"] == "approved"
    assert set(offered) == {stocked.ids["2"], stocked.ids["4"], stocked.ids["5"]}
    assert "by ORCID" in offered[stocked.ids["2"]]
    assert "2 authors in common" in offered[stocked.ids["4"]]
    assert "the same address" in offered[stocked.ids["5"]]
    said = await stocked.events("rescreen_suggested")
    assert {each["record_id"]: each["reason"] for each in said} == offered


async def test_a_step_is_approved_once(stocked):
    body = {"pearls": [stocked.ids["1"]]}
    first = await stocked.call("POST", "/steps/g1/approve", json=body)
    assert await stocked.call("POST", "/steps/g1/approve", json=body) == first
    assert len(await stocked.events("rescreen_suggested")) == 3


async def test_what_was_decided_on_a_step_stays_until_its_gap_closes(stocked):
    await stocked.call("POST", "/steps/g1/approve", json={"pearls": [stocked.ids["1"]]})
    await _gap(stocked, 2)
    (step,) = (await stocked.call("GET", "/steps", params={"state": "approved"}))["items"]
    assert step["detail"]["decision"]["pearls"] == [stocked.ids["1"]]

    await _gap(stocked, 3, closed=True)
    (step,) = (await stocked.call("GET", "/steps", params={"state": "closed"}))["items"]
    assert step["detail"]["decision"]["pearls"] == [stocked.ids["1"]]


async def test_a_dismissed_step_is_not_proposed_again(stocked):
    await stocked.call("POST", "/steps/g1/dismiss", json={"reason": "explained by design"})
    await _gap(stocked, 2)

    assert (await stocked.call("GET", "/steps"))["items"] == []
    body = {"pearls": [stocked.ids["1"]]}
    refused = await stocked.call("POST", "/steps/g1/approve", json=body, expect=409)
    assert "only a proposed step" in refused["detail"]


async def test_a_pearl_must_be_an_active_record_and_a_step_must_be_there(stocked):
    refused = await stocked.call("POST", "/steps/g1/approve", json={"pearls": ["?"]}, expect=422)
    assert "No active record" in refused["detail"]
    body = {"pearls": [stocked.ids["1"]]}
    await stocked.call("POST", "/steps/none/approve", json=body, expect=404)


async def _round(library, number=1):
    async with asyncio.timeout(60):
        while True:
            found = await library.call("GET", f"/steps/g1/rounds/{number}")
            if found["state"] in ("succeeded", "failed"):
                return found
            await asyncio.sleep(0.05)


async def test_where_the_network_is_closed_a_round_names_the_setting_and_keeps_its_recheck(stocked):
    await stocked.call("POST", "/steps/g1/approve", json={"pearls": [stocked.ids["1"]]})
    await stocked.call("POST", "/steps/g1/rounds/1/approve", json={})
    found = await _round(stocked)
    steps = {step["step"]: step for step in found["steps"]}
    assert (found["state"], found["may_close"]) == ("failed", False)
    assert "RETRODUCT_NETWORK" in steps["cited_by"]["notes"][-1]
    assert steps["recheck"]["offered"] == 3
    (said,) = await stocked.events("cluster_round_finished")
    assert any("RETRODUCT_NETWORK" in warning for warning in said["warnings"])


@pytest.mark.parametrize(
    "wrong",
    [{"budget": -1}, {"budget": 5001}, {"steps": []}, {"steps": ["scholar"]}, {"pearls": []}],
    ids=str,
)
async def test_options_that_mean_nothing_are_refused(stocked, wrong):
    body = {"pearls": [stocked.ids["1"]], **wrong}
    await stocked.call("POST", "/steps/g1/approve", json=body, expect=422)
    assert (await stocked.call("GET", "/rounds"))["items"] == []


async def test_a_step_without_rounds_says_so_and_only_approval_opens_it_to_them(
    stocked,
):
    await stocked.call("GET", "/steps/g1/rounds/1", expect=404)
    await stocked.call("GET", "/steps/none/rounds/1/hits", expect=404)
    body = {"pearls": [stocked.ids["1"]]}
    await stocked.call("POST", "/steps/g1/rounds", json=body, expect=409)
    await stocked.call("POST", "/steps/g1/close", json={}, expect=409)


async def test_rounds_are_listed_the_newest_first_a_page_at_a_time(stocked):
    body = {"pearls": [stocked.ids["1"]], "steps": ["recheck"]}
    await stocked.call("POST", "/steps/g1/approve", json=body)
    for _ in range(2):
        await stocked.call("POST", "/steps/g1/rounds", json=body)
    first = await stocked.call("GET", "/rounds", params={"limit": 2, "step_id": "g1"})
    more = {"limit": 2, "step_id": "g1", "cursor": first["next"]}
    rest = await stocked.call("GET", "/rounds", params=more)
    assert [one["number"] for one in (*first["items"], *rest["items"])] == [3, 2, 1]
    assert rest["next"] is None


async def test_excluded_records_that_mention_the_theory_are_offered_once_with_the_words(stocked):
    body = {
        "pearls": [stocked.ids["1"]],
        "steps": ["recheck", "mentions"],
        "lexicon": ["algebra of outreach", "letter*", "outrea"],
    }
    step = await stocked.call("POST", "/steps/g1/approve", json=body)

    offered = step["detail"]["decision"]["offered"]
    assert set(offered) == {stocked.ids[pmid] for pmid in "245"}
    assert "by ORCID" in offered[stocked.ids["2"]], "the study is the better reason"
    found = {each["step"]: each for each in (await _round(stocked))["steps"]}
    assert (found["recheck"]["offered"], found["mentions"]["offered"]) == (3, 0)
    assert "1 record of the library holds 'algebra of outreach'." in found["mentions"]["notes"]
    assert found["mentions"]["number"] == 9


async def test_words_are_whole_words_and_no_decision_changes(stocked):
    body = {
        "pearls": [stocked.ids["1"]],
        "steps": ["mentions"],
        "lexicon": ["Something Else", "outreac", "Algebra"],
    }
    step = await stocked.call("POST", "/steps/g1/approve", json=body)

    offered = step["detail"]["decision"]["offered"]
    assert offered == {
        stocked.ids["3"]: "CLUSTER, mentions the theory: Something Else",
        stocked.ids["5"]: "CLUSTER, mentions the theory: Algebra",
    }
    said = await stocked.events("rescreen_suggested")
    assert {each["record_id"]: each["reason"] for each in said} == offered
    again = {**body, "steps": ["recheck", "mentions"]}
    await stocked.call("POST", "/steps/g1/rounds", json=again, expect=202)
    steps = {each["step"]: each for each in (await _round(stocked, 2))["steps"]}
    assert (steps["recheck"]["offered"], steps["mentions"]["offered"]) == (2, 0)


async def test_without_words_the_step_says_what_it_needs(stocked):
    body = {"pearls": [stocked.ids["1"]], "steps": ["mentions"]}
    await stocked.call("POST", "/steps/g1/approve", json=body)

    (step,) = (await _round(stocked))["steps"]
    assert step["state"] == "skipped"
    assert step["notes"] == ["Give the words and phrases by which the theory is known."]
