"""Another tool's project by plain HTML forms: taken in, mapped, seen, accepted."""

import random
import re

import pytest_asyncio

from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.projects import TEXT, a_project
from workbench.web.domain.project_mapping import counted, left_out, mapping_of, rows_of
from workbench.web.pages.review_at import Sent

PAGES = "/reviews/rev/projects"
API = "/api/extraction/reviews/rev"


def a_listed(*codes, mapping=(), sets=(), people=()):
    """A project as extraction lists it; each code is `(id, path, suggested role)`."""
    names = ("code", "path", "suggested_role")
    rows = [dict(zip(names, one, strict=True), codings=1, description="") for one in codes]
    stored = {"codes": list(mapping), "people": {}}
    return {"codes": rows, "mapping": stored, "sets": list(sets), "people": list(people)}


BRANCH = (
    ("a", ["Context"], "context"),
    ("b", ["Context", "No bus"], "context"),
    ("c", ["Context", "Helps"], "outcome"),
    ("d", ["Tone"], None),
    ("e", ["Tone", "Good"], None),
)


def test_a_branch_follows_the_code_above_it_and_is_its_group():
    form = {"what0": "context", "what2": "outcome", "theory": "PT1", "group2": "Well-being"}
    found = mapping_of(form, a_listed(*BRANCH))
    whole = {"theory": "PT1", "sense": "same"}
    assert found["codes"] == [
        {"code": "a", "role": "context", "group": "", **whole},
        {"code": "b", "role": "context", "group": "Context", **whole},
        {"code": "c", "role": "outcome", "group": "Well-being", **whole},
    ]


def test_a_set_says_what_its_codes_are_unless_they_say_it_themselves():
    project = a_listed(*BRANCH, sets=[{"id": "s", "name": "Feelings", "codes": ["d", "e"]}])
    found = mapping_of({"set0": "undesired", "what4": "desired"}, project)
    assert found["codes"] == [
        {"code": "d", "valence": "undesired"},
        {"code": "e", "valence": "desired"},
    ]


def test_suggestions_stand_where_the_branch_changes_and_what_is_stored_stands_as_it_is():
    assert [r.what for r in rows_of(a_listed(*BRANCH), "PT1")] == [
        "context", "", "outcome", "ignored", "",
    ]  # fmt: skip
    stored = [{"code": "b", "role": "context", "theory": "PT2", "group": "g", "sense": "opposite"}]
    rows = rows_of(a_listed(*BRANCH, mapping=stored), "PT1")
    assert [r.what for r in rows] == ["ignored", "context", "ignored", "ignored", "ignored"]
    assert (rows[1].theory, rows[1].group, rows[1].opposite) == ("PT2", "g", True)


def test_what_would_be_other_is_counted_in_words():
    counts = {"fragment": {"added": 1200, "changed": 2}, "document": {"added": 1}}
    assert counted(counts) == ["1,200 fragments added, 2 changed", "1 document added"]


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        yield system, client


def form_of(html):
    """The fields of a page's mapping form as a browser would send them."""
    form = {}
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', html):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1]
    return form | dict(re.findall(r'<input name="(group\d+)" value="([^"]*)"', html))


async def take(client, data, name="calls.qdpx", status=303):
    answer = await client.post(PAGES, files={"file": (name, data)})
    assert answer.status_code == status, answer.text
    return answer.headers.get("location") or answer.text


async def test_a_project_goes_from_its_file_to_fragments_on_the_pages(pages):
    system, client = pages
    there = await take(client, a_project())
    page = (await client.get(there)).text
    assert "What its codes are here" in page
    assert "Nothing yet" in page
    names = re.findall(r'<th scope="row" class="depth-\d">([^<]+)', page)
    form = form_of(page) | {"set0": "", "theory": "PT1"}
    form |= {f"what{names.index('What staff give')}": "mechanism_resource"}
    form |= {f"what{names.index('Comes back')}": "outcome"}
    form |= {f"what{names.index('Good')}": "desired"}
    saved = await client.post(f"{there}/mapping", data=form)
    assert saved.status_code == 303, saved.text
    page = (await client.get(there)).text
    assert "4 fragments added" in page
    assert "rang every Tuesday" in page
    assert "File closed" in page.split("would stay")[1]
    assert (await client.get(f"{API}/fragments", params={"document": "x"})).json()["items"] == []
    done = await client.post(f"{there}/decision", data={"do": "accept"})
    assert done.status_code == 303, done.text
    await system.drain()
    assert "What came of it" in (await client.get(there)).text
    assert "brought in" in (await client.get(PAGES)).text
    book = (await client.get(f"{API}/theories/PT1/codebook")).json()
    found = {group["label"]: group for group in book["groups"]}
    branch = {code["label"] for code in found["What staff give"]["codes"]}
    assert branch == {"What staff give", "Weekly call", "Same person"}, "it is one group"
    assert found["Comes back"]["valence"] == "desired"


async def test_an_edited_export_is_a_difference_to_accept_on_the_page(pages):
    system, client = pages
    await client.put(f"{API}/documents/dx", json={"title": "Calls", "text": "They came back."})
    body = {"document": "dx", "quote": "came back", "start": 5, "end": 14, "memo": "why?"}
    made = await client.post(f"{API}/codes", json={"role": "outcome", "label": "Came back"})
    body["elements"] = [{"role": "outcome", "code": made.json()["code"]}]
    (await client.put(f"{API}/fragments/fx", json=body)).raise_for_status()
    await system.drain()
    data = (await client.get(f"{API}/exchange/review.qdpx")).content
    there = await take(client, data, "review.qdpx")
    assert "Nothing: the file says what the review holds already." in (await client.get(there)).text
    found = read_bytes(data)
    for node in found.project.walk():
        if node.tag == "PlainTextSelection" and node.words() == "why?":
            node.first("Description").text = "because she rang"
    there = await take(client, write_qdpx(found.project, found.files), "edited.qdpx")
    page = (await client.get(there)).text
    assert "What was edited since it was exported" in page
    assert "1 fragment changed" in page
    assert "why?" in page
    assert "because she rang" in page
    assert 'name="listed" value="fragment/fx"' in page
    form = {"do": "accept", "listed": ["fragment/fx", "document/dx"], "take": ["fragment/fx"]}
    assert (await client.post(f"{there}/decision", data=form)).status_code == 303
    assert (await client.get(f"{API}/fragments/fx")).json()["memo"] == "because she rang"


def test_what_is_not_ticked_is_left_out():
    form = Sent({"listed": ["fragment/a/b", "code/c"], "take": ["code/c"]})
    assert left_out(form) == [{"kind": "fragment", "id": "a/b"}]


async def test_a_file_that_is_no_project_is_refused_beside_the_form(pages):
    _, client = pages
    page = await take(client, b"%PDF-1.7", "a.pdf", status=422)
    assert "Not taken: " in page
    there = await take(client, a_project())
    assert (await client.post(f"{there}/decision", data={"do": "put_aside"})).status_code == 303
    assert "put aside" in (await client.get(there)).text


async def test_who_does_not_code_sees_no_project(pages):
    system, client = pages
    there = await take(client, a_project())
    head = await member_head(system, "rev", "rob", "reader")
    listed = await client.get(PAGES, headers=head)
    assert "Calls" not in listed.text
    assert (await client.get(there, headers=head)).status_code == 404


async def test_a_project_of_many_megabytes_comes_in_by_the_page(pages):
    _, client = pages
    much = random.Random(1).randbytes(1_300_000).hex()
    data = a_project(text=f"{TEXT}\n{much}")
    assert len(data) > 1 << 20, "more than the form of any other page may be"
    there = await take(client, data)
    assert "Another tool" in (await client.get(there)).text
