"""The page of a theory shows its arguments in words, and takes new ones by a plain form."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

PAGE = "/reviews/rev/theories/PT1"
FORM = {
    "id": "doors",
    "contexts": ["context|present|DOOR", ""],
    "resource": "",
    "response": "TRUST",
    "outcome": "ENG",
    "outcome_state": "occurred",
    "warrant": "who is known is not afraid",
    "rivals": "nowhere else to go\n\nmoney",
    "because": "from the workshop",
    "p0_id": "",
    "p0_given": ["context|absent|DOOR", ""],
    "p0_expected": "outcome|failed|ENG",
    "p0_words": "",
}


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as client:
        await the_review.fill(system, client)
        await system.drain()
        yield system, client


async def state(client, **more):
    return await client.post("/reviews/rev/arguments-of/PT1", data={**FORM, **more})


async def shown(system, client, path=PAGE):
    await system.drain()
    answer = await client.get(path)
    assert answer.status_code == 200
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return " ".join(words.split()), answer.text


async def test_an_argument_is_stated_by_the_form_and_shown_with_its_cases(pages):
    system, client = pages
    assert "No argument is held yet" in (await shown(system, client))[0]
    answer = await state(client)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{PAGE}#arguments"
    words, _ = await shown(system, client)
    assert "'Trust' → 'Engagement' occurred, where 'No wrong door' is present" in words
    assert "doors, version 1: from the workshop" in words
    assert "Rivals nowhere else to go; money" in words
    assert "In keeping with it" in words
    assert "where 'No wrong door' is absent, 'Engagement' fails: unobserved" in words
    for never in ("proven", "confirmed", "significant"):
        assert never not in words


async def test_what_is_refused_stands_beside_the_form_with_what_was_typed(pages):
    system, client = pages
    answer = await state(client, response="", warrant="typed with care")
    assert answer.status_code == 422
    assert "name a resource, a response or both" in answer.text
    assert "typed with care" in answer.text
    assert '<option value="context|present|DOOR" selected>' in answer.text
    answer = await state(client, id=" ")
    assert "Give the argument a short name" in answer.text
    assert "No argument is held yet" in (await shown(system, client))[0]


async def test_a_rival_that_is_an_argument_is_told_in_its_words(pages):
    system, client = pages
    await state(client, id="money", contexts=[""], rivals="")
    await state(client, rivals="money\nnowhere else to go")
    words, _ = await shown(system, client)
    assert "Rivals 'Trust' → 'Engagement' occurred; nowhere else to go" in words


async def test_half_a_prediction_says_what_to_choose(pages):
    system, client = pages
    cases = [
        ({"p0_expected": ""}, "Prediction 1: choose what is expected."),
        ({"p0_given": ["", ""]}, "Prediction 1: choose what is given, where it should come true."),
        ({"p0_given": [""], "p0_expected": "", "p0_words": "soon"}, "choose what is expected"),
    ]
    for typed, said in cases:
        answer = await state(client, **typed)
        assert answer.status_code == 422
        assert said in answer.text
    assert "No argument is held yet" in (await shown(system, client))[0]


async def test_an_amendment_starts_from_the_argument_and_needs_a_reason(pages):
    system, client = pages
    await state(client)
    _, text = await shown(system, client, f"{PAGE}?amend=doors")
    assert '<input type="hidden" name="seen" value="1">' in text
    assert '<option value="outcome|failed|ENG" selected>' in text
    assert "who is known is not afraid" in text
    again = {"seen": "1", "p0_id": "p1", "contexts": [""]}
    refused = await state(client, **again, because="")
    assert refused.status_code == 422
    assert "Say why the argument changes" in refused.text
    assert (await state(client, **again, because="two wards differ")).status_code == 303
    late = await state(client, **again, because="late", warrant="other")
    assert late.status_code == 412
    assert "Somebody amended this argument meanwhile" in late.text
    assert '<input type="hidden" name="seen" value="2">' in late.text
    words, _ = await shown(system, client)
    assert "doors, version 2: two wards differ" in words
    nevertheless = {**again, "seen": "2", "because": "late", "warrant": "other"}
    assert (await state(client, **nevertheless)).status_code == 303
    words, _ = await shown(system, client)
    assert "doors, version 3: late" in words


async def test_a_new_argument_overwrites_none_of_the_same_name(pages):
    _, client = pages
    await state(client)
    answer = await state(client, warrant="another one")
    assert answer.status_code == 412
    assert "choose another name, or amend that one" in answer.text
    assert "another one" in answer.text


async def test_an_argument_is_retired_with_a_reason_and_brought_back(pages):
    system, client = pages
    await state(client)
    path, deed = "/reviews/rev/arguments-standing/PT1", {"argument": "doors", "deed": "retire"}
    refused = await client.post(path, data={**deed, "reason": ""})
    assert refused.status_code == 422
    assert "Say why the argument is retired" in refused.text
    assert (await client.post(path, data={**deed, "reason": "too broad"})).status_code == 303
    words, _ = await shown(system, client)
    assert "No argument is held yet" in words
    assert "Bring back: doors, retired (too broad)" in words
    back = {"argument": "doors", "deed": "bring-back", "reason": "asked for"}
    assert (await client.post(path, data=back)).status_code == 303
    assert "doors, version 3: asked for" in (await shown(system, client))[0]


async def test_a_configuration_can_be_held_as_it_stands(pages):
    system, client = pages
    items = (await client.get("/api/synthesis/reviews/rev/ccmocs")).json()["items"]
    ccmoc = next(item["id"] for item in items if item["mechanism"] == "TRUST")
    _, text = await shown(system, client, f"/reviews/rev/ccmocs/{ccmoc}")
    assert f"{PAGE}?hold={ccmoc}#argument-form" in text
    _, text = await shown(system, client, f"{PAGE}?hold={ccmoc}")
    assert '<option value="TRUST" selected>' in text
    assert '<option value="ENG" selected>' in text


async def test_an_argument_that_names_what_the_codebook_lacks_is_listed(pages):
    system, client = pages
    body = {"theory": "PT1", "response": "GONE", "outcome": "ENG", "version": 1}
    await the_review.said(client.put("/api/synthesis/reviews/rev/arguments/old", json=body))
    words, _ = await shown(system, client)
    assert "Argument that cannot be weighed as it is stated (1) old: response GONE is no" in words


async def test_a_reader_sees_arguments_and_is_told_why_a_form_is_refused(pages):
    system, client = pages
    await state(client)
    await system.drain()
    head = await member_head(system, "rev", "rosa", "reader")
    async with system.client(headers=head) as reader:
        assert "'Trust' →" in (await reader.get(PAGE)).text.replace("&#39;", "'")
        answer = await state(reader, id="another")
        assert answer.status_code == 403
        assert "is not reviewer in review" in answer.text


async def test_all_arguments_stand_on_one_page_and_are_filtered(pages):
    system, client = pages
    listed = "/reviews/rev/arguments"
    assert "No argument is held yet." in (await shown(system, client, listed))[0]
    await state(client)
    words, page = await shown(system, client, listed)
    assert "who is known is not afraid" in words
    assert f'href="{PAGE}#arguments"' in page
    for asked in ("?which=retired", "?q=zebra", "?which=refuted"):
        assert "No argument is like that." in (await shown(system, client, listed + asked))[0]
    deed = {"argument": "doors", "deed": "retire", "reason": "worded anew"}
    await client.post("/reviews/rev/arguments-standing/PT1", data=deed)
    assert "worded anew" in (await shown(system, client, f"{listed}?which=retired"))[0]


async def test_a_case_that_nobody_named_is_called_by_its_study_on_every_page(pages):
    """The engine calls it after the fragment, which says nothing to people."""
    system, client = pages
    await state(client)
    path = "/api/extraction/reviews/rev"
    for key, case in (("named", "s0/east"), ("untold", None)):
        body = {"kind": "literature", "title": key, "study": "s0", "case": case}
        answer = await client.put(f"{path}/documents/{key}", json=body)
        assert answer.status_code < 300, answer.text
    fragments = [_fragment("tut", "untold", "failed"), _fragment("f8", "named", "occurred")]
    answer = await client.post(f"{path}/fragments/batch", json={"fragments": fragments})
    assert answer.status_code < 300, answer.text
    _, page = await shown(system, client)
    links = set(re.findall(r'href="(/reviews/rev/ccmocs/[^"#?]+)', page))
    assert links
    told = ""
    for address in (
        PAGE,
        *links,
        "/reviews/rev/arguments",
        "/reviews/rev/steps",
        "/reviews/rev/report",
        "/reviews/rev/activity",
    ):
        words, source = await shown(system, client, address)
        assert "?tut" not in source, address
        told += words
    assert "(case not told)" in told


def _fragment(key, document, outcome):
    elements = [
        {"role": "context", "code": "door", "state": "present"},
        {"role": "mechanism_response", "code": "trust", "state": "present"},
        {"role": "outcome", "code": "engagement", "state": outcome},
    ]
    sources = [{"document": document, "attribution": "cited"}]
    return {"id": key, "theories": ["PT1"], "sources": sources, "elements": elements}
