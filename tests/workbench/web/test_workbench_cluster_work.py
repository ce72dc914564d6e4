"""Words of theories, messages to authors and related studies are worked on by plain forms."""

import re

import pytest_asyncio

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.journeys.test_cluster_round import REVIEW, SEARCH, find_gap
from tests.support.apps import open_system

PAGE = "/reviews/loop/cluster"
NBIB = """PMID- 1
TI  - Outreach in the OUTPOST trial.
FAU - Curie, Marie
SI  - ClinicalTrials.gov/NCT00000001
DP  - 2020

PMID- 2
TI  - What staff said.
FAU - Noether, Emmy
SI  - ClinicalTrials.gov/NCT00000001
DP  - 2021
"""


@pytest_asyncio.fixture
async def planned(tmp_path):
    """A planned round around the first record, with the second offered again."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        await api.post("/api/reviews", REVIEW)
        await api.wait_until_settled("loop")
        params = {"filename": "x.nbib", "source": "pubmed"}
        await api.call("POST", f"{SEARCH}/imports", params=params, content=NBIB.encode())
        await api.wait_until_settled("loop")
        await find_gap(system)
        ids = {one["pmid"]: one["record_id"] for one in await api.listed(f"{SEARCH}/records")}
        votes = [{"record": ids["2"], "verdict": "exclude", "reason": "topic"}]
        await api.post("/api/screening/reviews/loop/stages/title/decisions", {"decisions": votes})
        await api.wait_until_settled("loop")
        await api.post(f"{SEARCH}/steps/g1/approve", {"pearls": [ids["1"]]})
        await api.wait_until_settled("loop")
        yield http, api, ids


def without_markup(page):
    """What people read of a page: no attributes, no hidden fields."""
    return re.sub(r"<[^>]*>", " ", page)


async def test_people_see_names_and_states_and_no_ids(planned):
    http, _, ids = planned
    pages = [(await http.get(path)).text for path in (PAGE, "/reviews/loop/steps")]
    for page in pages:
        assert not any(record in without_markup(page) for record in ids.values())
        assert "Curie 2020: Outreach in the OUTPOST trial" in without_markup(page)
    assert "Curie, Marie, to write" in pages[0]
    assert "the same trial (NCT00000001)" in pages[0]
    assert "The thirteen steps of the method" in pages[1]
    assert "not applicable" in pages[1] or "waiting" in pages[1]


async def test_words_are_written_with_a_reason_and_each_version_is_shown(planned):
    http, api, _ = planned
    await api.put("/api/synthesis/reviews/loop/theories/PT1", {"number": 1, "name": "Trust stays"})
    await api.wait_until_settled("loop")
    form = {"theory": "PT1", "seen": "0", "words": "social capital\r\ncandidacy\r\n"}
    problem = await http.post(f"{PAGE}/words", data={**form, "reason": ""})
    assert problem.status_code == 422
    assert "social capital" in problem.text
    said = await http.post(f"{PAGE}/words", data={**form, "reason": "workshop"})
    assert (said.status_code, said.headers["location"]) == (303, PAGE)
    shown = (await http.get(PAGE)).text
    assert "Trust stays: 2 entries, version 1" in shown
    assert "social capital; candidacy. Why: workshop" in shown
    bare = await http.post(f"{PAGE}/words", data={"theory": "PT1", "seen": "1"})
    assert bare.status_code == 422, "a form without its fields is refused, never a fault"
    late = await http.post(f"{PAGE}/words", data={**form, "words": "doors", "reason": "late"})
    assert late.status_code == 409
    assert "stands by now" in late.text


async def test_a_message_is_written_anew_sent_and_logged(planned):
    http, api, _ = planned
    (message,) = await api.listed(f"{SEARCH}/contacts")
    texts = {"subject": "Your trial", "message": "Dear Marie,\r\nhello"}
    sent = {"state": "sent", "address": "m@example.org", "note": "by mail"}
    form = {"contact": message["contact_id"], **texts, **sent}
    assert (await http.post(f"{PAGE}/message", data=form)).status_code == 303
    (message,) = await api.listed(f"{SEARCH}/contacts")
    assert (message["state"], message["message"]) == ("sent", "Dear Marie,\nhello")
    shown = without_markup((await http.get(PAGE)).text)
    assert "Curie, Marie, sent" in shown
    assert "Written anew: address, subject, message. by mail" in shown


async def test_a_sibling_is_confirmed_on_the_page(planned):
    http, api, _ = planned
    (found,) = await api.listed(f"{SEARCH}/relations")
    form = {"a": found["a"], "b": found["b"], "kind": "sibling", "reason": "same sample"}
    assert (await http.post(f"{PAGE}/relation", data={**form, "state": "confirmed"})).is_redirect
    assert "Confirmed" in without_markup((await http.get(PAGE)).text)
    wrong = await http.post(f"{PAGE}/relation", data={**form, "b": "none", "state": "refused"})
    assert wrong.status_code == 422
    assert "Name two records" in wrong.text
    await api.wait_until_settled("loop")
