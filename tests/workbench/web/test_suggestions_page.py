"""Suggestions by plain HTML forms: asked for, accepted, changed, rejected, measured, disclosed."""

import re

import pytest
import pytest_asyncio
from pydantic import SecretStr

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.assisted import COMING, GROUPS, TEXT, TRUST
from tests.support.people import member_head
from tests.support.suggesting import KEY, MODEL, Serving
from workbench.web.domain.suggestions import verdict_of

BASE = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/suggestions"
THEORY = {"number": 1, "name": "Trust"}


@pytest.fixture
def model():
    with Serving() as model:
        model.passages = [TRUST, COMING]
        yield model


@pytest_asyncio.fixture
async def reviewed(tmp_path, model):
    """A review with a text and a codebook, whose settings name the service; its owner's client."""
    settings = Settings(
        home=tmp_path,
        sqlite_synchronous="NORMAL",
        assistance_url=model.url,
        assistance_model=MODEL,
        assistance_key=SecretStr(KEY),
    )
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        (await http.put("/api/synthesis/reviews/rev/theories/PT1", json=THEORY)).raise_for_status()
        await system.drain()
        body = {"title": "A trial", "text": TEXT}
        (await http.put(f"{BASE}/documents/d1", json=body)).raise_for_status()
        answer = await http.put(f"{BASE}/theories/PT1/codebook", json={"groups": GROUPS})
        answer.raise_for_status()
        yield system, http


def action(page, words):
    """Where the form with this button leads."""
    form = page.split(f"<button>{words}</button>")[0].rsplit('<form method="post" action="', 1)[1]
    return form.split('"', 1)[0]


async def test_suggestions_are_asked_for_judged_and_shown_with_who_did_what(reviewed):
    system, http = reviewed
    assert "No text" not in (await http.get(PAGE)).text
    refused = await http.post(PAGE, data={"documents": "nowhere"})
    assert refused.status_code == 422
    assert "Name documents of this review." in refused.text
    assert (await http.post(PAGE, data={"documents": "d1"})).status_code == 303
    await system.drain()
    ann = await member_head(system, "rev", "ann", "coder")
    page = (await http.get(PAGE, headers=ann)).text
    assert f"<mark>{TRUST[0]}</mark>" in page
    assert "2 suggested: 2 wait" in page
    accept, reject = action(page, "Accept passage 1"), action(page, "Reject passage 2")
    refused = await http.post(reject, data={"reason": " "}, headers=ann)
    assert refused.status_code == 422
    assert "Say in a few words why it is rejected." in refused.text
    assert (await http.post(accept, headers=ann)).status_code == 303
    assert (await http.post(reject, data={"reason": "thin"}, headers=ann)).status_code == 303
    await system.drain()
    after = (await http.get(PAGE)).text
    assert "Nothing waits" in after
    assert "1 accepted, 0 accepted after a change, 1 rejected" in after
    assert re.search(r"suggested by assistant, accepted by ann, \d", after)
    assert "Not measured yet" in after
    told = (await http.get("/reviews/rev/activity")).text
    assert '<span class="who" data-acted="machine">assistant, a machine</span>' in told
    assert "2 passages suggested by model-x, waiting for people" in told
    report = (await http.get("/api/synthesis/reviews/rev/report.md")).text
    disclosed = report.split("Suggestions of a language model")[1]
    assert "Of 2 suggestions people accepted 1 as they were and 0 after a change, rejected 1" in (
        " ".join(disclosed.split())
    )
    assert f"| {MODEL} | 127.0.0.1:" in disclosed
    assert "model-x was not measured" in disclosed
    assert "No language model took part" not in report
    reader = await member_head(system, "rev", "rob", "reader")
    assert TRUST[0] not in (await http.get(PAGE, headers=reader)).text


async def test_a_code_is_changed_before_it_is_accepted_by_the_form(reviewed):
    system, http = reviewed
    await http.post(PAGE, data={"documents": "d1", "theories": "PT1"})
    await system.drain()
    page = (await http.get(f"{PAGE}?document=d1")).text
    there = action(page, "Accept passage 2 like this")
    part = page.split(f'action="{there}"')[1].split("</form>")[0]
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))
    assert form["quote"] == COMING[0]
    form |= {"code0": "outcome/engagement", "state0": "failed", "theories": "PT1"}
    assert (await http.post(there, data=form)).status_code == 303
    (kept,) = (await http.get(f"{BASE}/fragments")).json()["items"]
    assert [(e["code"], e["state"]) for e in kept["elements"]] == [("engagement", "failed")]
    assert (kept["suggested_by"], kept["coder"]) == ("machine:assistant", "local-owner")
    assert "1 accepted after a change" in (await http.get(PAGE)).text
    assert "suggested by a machine" in (await http.get("/reviews/rev/coding/d1")).text


async def test_the_page_says_what_to_set_where_suggestions_are_off(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        page = (await http.get(PAGE)).text
        assert "Set RETRODUCT_ASSISTANCE_URL and RETRODUCT_ASSISTANCE_MODEL" in page
        assert "Ask for suggestions" not in page


def test_a_form_says_nothing_that_it_does_not_show():
    assert verdict_of("delete", {}, []) == {}
    form = {"code0": "outcome/x", "state0": "failed", "code1": "", "start": "x", "quote": "a\r\nb"}
    said = verdict_of("change", form, ["PT1"])["fragment"]
    assert said["elements"] == [{"role": "outcome", "code": "x", "state": "failed"}]
    assert (said["start"], said["quote"], said["theories"]) == (None, "a\nb", ["PT1"])
