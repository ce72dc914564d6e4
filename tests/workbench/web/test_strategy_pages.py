"""Strategies in the browser: blocks by lines, texts of databases, test records, runs elsewhere."""

import pytest
import pytest_asyncio

from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite
from workbench.web.domain.strategy_terms import blocks_of, shown_blocks, terms_of, text_of

HERE = "/reviews/rev"
BLOCKS = {
    "name": "Main search",
    "breadth": "broad",
    "name_0": "Nurses",
    "broad_0": 'nurse*\n"Nurses"[mh]\nAND\ntrust',
    "narrow_0": "nurse led",
    "name_1": "Calls",
    "broad_1": "call*",
}


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    home = tmp_path / "home"
    await the_review.lay(home)
    async with open_system(on_sqlite(home)) as system, system.client() as client:
        yield client


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", None),
        ("smok*\n\n  tobacco ", ["smok*", "tobacco"]),
        ("a\nb\nAND\nc", [["a", "b"], "AND", ["c"]]),
        ("AND\na\nAND", ["a"]),
    ],
)
def test_lines_are_terms_and_terms_are_lines(text, terms):
    assert terms_of(text) == terms
    assert terms_of(text_of(terms)) == terms


def test_terms_that_lines_cannot_say_stay_as_they_are():
    deep = [[["a", "AND", "b"], "c"], "AND", ["d"]]
    assert text_of(deep) is None
    assert text_of([["a"], "OR", ["b"]]) is None
    before = [{"name": "Deep", "broad": deep, "narrow": ["x"], "applied": True}]
    assert shown_blocks(before)[0]["fixed"] == ["broad"]
    form = {"name_0": "Renamed", "broad_0": "lost?", "narrow_0": "y\nz", "applied_0": "no"}
    assert blocks_of(form, before) == [
        {"name": "Renamed", "broad": deep, "narrow": ["y", "z"], "applied": False}
    ]


async def test_a_strategy_is_written_translated_and_changed_with_its_reason(pages):
    assert "No strategy is written yet." in (await pages.get(f"{HERE}/strategies")).text
    answer = await pages.post(f"{HERE}/strategies", data=BLOCKS)
    assert answer.status_code == 303, answer.text
    own = answer.headers["location"]
    page = (await pages.get(own)).text
    for said in ("Embase (Ovid)", "CINAHL (EBSCO)", "look up what Emtree calls it", "nurse*.ti,ab"):
        assert said in page
    assert "after PRISMA-S" in page or "After PRISMA-S" in page
    changed = {**BLOCKS, "deed": "strategy", "limits": "2000 to now"}
    answer = await pages.post(own, data=changed)
    assert answer.status_code == 422
    assert 'id="wrong-strategy-reason">Say why it changes' in answer.text
    assert "2000 to now" in answer.text
    assert (await pages.post(own, data={**changed, "reason": "as agreed"})).status_code == 303
    page = (await pages.get(own)).text
    assert "Version 2" in page
    assert "as agreed" in page
    assert "Main search" in (await pages.get(f"{HERE}/strategies")).text


async def test_refused_blocks_keep_what_was_typed_beside_the_sentence(pages):
    broken = {**BLOCKS, "name_1": ""}
    answer = await pages.post(f"{HERE}/strategies", data=broken)
    assert answer.status_code == 422
    assert 'id="wrong-strategy-concepts">Give every block with terms a name.' in answer.text
    assert "nurse*\n&#34;Nurses&#34;[mh]" in answer.text
    none = await pages.post(f"{HERE}/strategies", data={"name": "Empty"})
    assert "Write at least one block" in none.text
    nameless = await pages.post(f"{HERE}/strategies", data={**BLOCKS, "name": "!!"})
    assert 'id="wrong-strategy-name"' in nameless.text


async def test_records_that_it_must_find_are_named_by_words_and_left_out_again(pages):
    own = (await pages.post(f"{HERE}/strategies", data=BLOCKS)).headers["location"]
    many = await pages.post(own, data={"deed": "known", "words": "trust"})
    assert "Several records have these words" in many.text
    none = await pages.post(own, data={"deed": "known", "words": "zebra"})
    assert 'id="wrong-known-words">No record of the library' in none.text
    answer = await pages.post(own, data={"deed": "known", "words": "nurses"})
    assert answer.status_code == 303, answer.text
    page = (await pages.get(own)).text
    assert "It finds 0 of 1" in page
    assert "Calls loses 1" in page
    record = (await pages.get("/api/search/reviews/rev/strategies/main-search")).json()["known"][0]
    gone = await pages.post(own, data={"deed": "forget", "record": record})
    assert gone.status_code == 303, gone.text
    assert "None is named." in (await pages.get(own)).text


async def test_a_run_elsewhere_is_recorded_with_day_and_hits(pages):
    own = (await pages.post(f"{HERE}/strategies", data=BLOCKS)).headers["location"]
    run = {"deed": "ran", "platform": "Ovid", "database": "Embase", "ran_on": "2026-02-03"}
    answer = await pages.post(own, data={**run, "hits": "many"})
    assert 'id="wrong-ran-hits">Say how many hits' in answer.text
    assert 'value="Embase"' in answer.text
    assert (await pages.post(own, data={**run, "hits": "1,204"})).status_code == 303
    page = (await pages.get(own)).text
    assert "1,204" in page
    assert "2026-02-03" in page
    assert (await pages.get(f"{HERE}/strategies/none")).status_code == 404


async def test_a_strategy_that_a_database_cannot_say_is_told_beside_its_lines(pages):
    substance = {
        "name": "Substance",
        "broad_0": "trust",
        "name_1": "Drug",
        "broad_1": "aspirin[nm]",
    }
    both = (await pages.post(f"{HERE}/strategies", data={**BLOCKS, **substance})).headers
    page = (await pages.get(both["location"])).text
    assert "cannot say Drug</span>" in page
    assert "Scopus has no words for Drug: run as it stands, it searches without it" in page
    alone = {"name": "Alone", "breadth": "broad", "name_0": "Drug", "broad_0": "aspirin[nm]"}
    own = (await pages.post(f"{HERE}/strategies", data=alone)).headers["location"]
    page = (await pages.get(own)).text
    assert "cannot say this strategy</span>" in page
    assert "CINAHL has no words for any block of this strategy" in page
    assert "PubMed has no words" not in page


async def test_terms_that_no_record_here_can_tell_are_said_to_be_taken_as_found(pages):
    years = {"name": "Since 2010", "name_1": "Years", "broad_1": "2010:3000[dp]"}
    made = await pages.post(f"{HERE}/strategies", data={**BLOCKS, **years})
    own = made.headers["location"]
    page = (await pages.get(own)).text
    assert "Medline has no words for Years" in page
    assert "or do there what its line says" in page
    assert "Choose 2010 and later there" in page
    await pages.post(own, data={"deed": "known", "words": "Trust in nurses"})
    page = (await pages.get(own)).text
    assert "Not looked for here, and taken as found: 2010:3000[dp]." in page
