"""The form of a fragment: what it offers, and that a save keeps what it does not change."""

import pytest_asyncio
from lxml import html

from shared.ops.settings import Settings
from tests.support.apps import open_system

TEXT = "The nurse rang every Tuesday and it was always her."
BASE = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/coding/d1"


@pytest_asyncio.fixture
async def http(tmp_path):
    """A review with a document and three theories, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await client.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        for theory in ("PT1", "PT2", "PT3"):
            path = f"/api/synthesis/reviews/rev/theories/{theory}"
            (await client.put(path, json={"name": f"Theory {theory}"})).raise_for_status()
        await system.drain()
        await client.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
        yield client


async def made(http, label, role="context", **more):
    answer = await http.post(f"{BASE}/codes", json={"role": role, "label": label, **more})
    return answer.json()["code"]


async def form_at(http, address):
    """The values of the page's form, as a browser would send them."""
    page = html.fromstring((await http.get(address)).text)
    return dict(page.xpath("//form[@class='d-form']")[0].form_values())


async def fragment(http, name="f1"):
    return (await http.get(f"{BASE}/fragments/{name}")).json()


async def options(http, role):
    page = html.fromstring((await http.get(PAGE)).text)
    found = page.xpath(f"//select[@name='code_{role}']/optgroup")
    return {one.get("label"): [o.text for o in one] for one in found}


async def test_codes_in_no_group_are_offered_and_retired_ones_are_not(http):
    group = {"role": "context", "label": "Access"}
    answer = await http.post(f"{BASE}/theories/PT1/groups", json=group)
    place = {"theory": "PT1", "group": answer.json()["group"]}
    old = await made(http, "No bus", **place)
    await made(http, "Far away", **place)
    loose = await made(http, "Lives alone")
    assert await options(http, "context") == {
        "Access": ["No bus", "Far away"],
        "in no group": ["Lives alone"],
    }
    for code in (old, loose):
        await http.post(f"{BASE}/codes/{code}/retire", json={"reason": "not used"})
    assert await options(http, "context") == {"Access": ["Far away"]}


async def test_a_save_keeps_elements_of_roles_that_the_schema_no_longer_has(http):
    await http.put(f"{BASE}/coding-schema", json={"name": "ICAMO"})
    code = await made(http, "Weekly calls", "intervention")
    elements = [
        {"role": "intervention", "code": code},
        {"role": "context", "code": await made(http, "A")},
    ]
    body = {"elements": elements, "document": "d1", "quote": TEXT[:28], "start": 0, "end": 28}
    (await http.put(f"{BASE}/fragments/f1", json=body)).raise_for_status()
    await http.put(f"{BASE}/coding-schema", json={"name": "CMO"})
    form = await form_at(http, f"{PAGE}?fragment=f1")
    saved = await http.post("/reviews/rev/coding-of/d1", data={**form, "memo": "seen"})
    assert saved.status_code == 303, saved.text
    after = await fragment(http)
    assert (after["memo"], [e["role"] for e in after["elements"]]) == (
        "seen",
        ["intervention", "context"],
    )


async def test_theories_own_words_reading_and_place_are_kept_and_changed(http):
    form = await form_at(http, f"{PAGE}?theory=PT2")
    assert not form.get("also_PT2")
    more = {"paraphrase": "She was reliable.", "rationale": "always her", "locator": "p. 3"}
    sent = {**form, **more, "new_context": "One nurse", "also_PT1": "yes"}
    assert (await http.post("/reviews/rev/coding-of/d1", data=sent)).status_code == 303
    (one,) = (await http.get(f"{BASE}/fragments")).json()["items"]
    assert one["theories"] == ["PT2", "PT1"]
    assert {name: one[name] for name in more} == more
    body = {**one, "theories": ["PT2", "PT1", "later"]}
    sent_again = {k: body[k] for k in ("elements", "theories", "document", *more)}
    (await http.put(f"{BASE}/fragments/{one['id']}", json=sent_again)).raise_for_status()
    form = await form_at(http, f"{PAGE}?fragment={one['id']}")
    del form["also_PT1"]
    saved = await http.post("/reviews/rev/coding-of/d1", data={**form, "rationale": ""})
    assert saved.status_code == 303, saved.text
    after = await fragment(http, one["id"])
    assert after["theories"] == ["PT2", "later"]
    assert (after["rationale"], after["paraphrase"]) == ("", "She was reliable.")
