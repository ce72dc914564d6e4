"""Pages of forms: tables in, answers in words, and nothing typed or agreed on is lost."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head

BASE = "/api/extraction/reviews/rev"
PAGE, ANSWERS = "/reviews/rev/forms/m", "/reviews/rev/form-answers/m"
ARMS = {"id": "arms", "label": "Arms", "kind": "table"}
FIELDS = [
    {"id": "n", "label": "Participants", "kind": "number"},
    {"id": "who", "label": "Who", "kind": "multi_choice", "choices": ["peers", "nurses"]},
    {**ARMS, "columns": [{"id": "a1", "label": "Arm"}, {"id": "a2", "label": "Size"}]},
]


@pytest_asyncio.fixture
async def pages(tmp_path):
    """A review with a form and a document: its system, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        team = [{"person": "ann", "name": "Ann Osei", "roles": ["coder"]}]
        await http.post("/api/reviews", json={"id": "rev", "title": "T", "team": team})
        await system.drain()
        (await http.put(f"{BASE}/documents/d1", json={"title": "Trust"})).raise_for_status()
        await http.put(f"{BASE}/forms/m", json={"title": "Map", "fields": FIELDS})
        yield system, http


def words(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def bring(http, data, name="answers.csv"):
    files = {"table": (name, data, "text/csv")} if data is not None else None
    return await http.post(PAGE, data={"do": "table"}, files=files)


async def test_a_table_is_brought_in_on_the_page_of_its_form(pages):
    _, http = pages
    said = words(await bring(http, b"document,Participants,Colour\nd1,12,red\n"))
    assert "1 row read, 1 changed something. No question is called Colour: left out." in said
    wrong = await bring(http, b"document,Participants\nd1,many\n")
    assert wrong.status_code == 422
    assert "Row 2: 'Participants' is a number" in words(wrong)
    assert "Choose a file" in words(await bring(http, None))


async def test_a_form_that_is_refused_keeps_what_was_typed(pages):
    _, http = pages
    typed = {"title": "Mapping", "label0": "Design of the study", "kind0": "choice", "parts0": ""}
    answer = await http.post(PAGE, data={**typed, "help0": "as it says"})
    assert answer.status_code == 422
    for value in ("Mapping", "Design of the study", "as it says"):
        assert f'value="{value}"' in answer.text


async def test_answers_stand_side_by_side_in_words_and_what_is_agreed_on_is_not_overwritten(pages):
    system, http = pages
    ann = await member_head(system, "rev", "ann", "coder")
    said = {"n": 3, "who": ["peers", "nurses"], "arms": [{"a1": "usual care", "a2": "9"}]}
    for head in ({}, ann):
        body = {"document": "d1", "answers": said, "done": True}
        (await http.put(f"{BASE}/forms/m/answers", json=body, headers=head)).raise_for_status()
    where = {"document": "d1"}
    page = await http.get(ANSWERS, params=where)
    assert "peers; nurses" in words(page)
    assert "Arm: usual care; Size: 9" in words(page)
    agreed = {**where, "f0": "4", "note": "the table counts", "do": "agree", "seen": "0"}
    assert (await http.post(ANSWERS, data=agreed)).status_code == 303
    late = await http.post(ANSWERS, data={**agreed, "f0": "5"}, headers=ann)
    assert late.status_code == 412
    assert 'value="5"' in late.text
    page = await http.get(ANSWERS, params=where)
    assert 'name="f0" id="f0" aria-label="Participants" inputmode="decimal" value="4"' in page.text
    assert "the table counts</textarea>" in page.text
