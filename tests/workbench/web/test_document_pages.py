"""Documents in the browser: where each stands, retrieval, sources by hand, appraisal, memos."""

import pytest_asyncio

from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.schemas import on_sqlite
from workbench.web.domain.study_map import cases_of

HERE = "/reviews/rev"
EXTRACTION = "/api/extraction/reviews/rev"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review with a system around it, and a client of its owner."""
    home = tmp_path / "home"
    await the_review.lay(home)
    async with open_system(on_sqlite(home)) as system, system.client() as client:
        yield system, client


async def one_more_report(system, client):
    """A further record that is included at the last stage; gives its id."""
    title = "A report that nobody has"
    *_, record = await the_review.add_records(client, *the_review.TITLES, title)
    await system.drain()
    for stage in ("title_abstract", "full_text"):
        await the_review.decide(client, stage, record)
        await system.drain()
    return record


async def test_documents_are_filtered_by_where_they_stand_by_kind_and_words(pages):
    system, client = pages
    await one_more_report(system, client)
    page = (await client.get(f"{HERE}/coding")).text
    for said in ("All 3", "Coded 2", "Text to get 1", "A report that nobody has"):
        assert said in page
    coded = (await client.get(f"{HERE}/coding?state=coded")).text
    assert "Report 0" in coded
    assert "A report that nobody has</a>" not in coded
    assert "Report 1</a>" not in (await client.get(f"{HERE}/coding?q=report+0")).text
    none = (await client.get(f"{HERE}/coding?kind=policy")).text
    assert "No document is like that." in none


async def test_documents_are_given_to_people_and_everybody_finds_their_own(pages):
    system, client = pages
    record = await one_more_report(system, client)
    head = await member_head(system, "rev", "rita", "coder")
    await system.drain()
    async with system.client(headers=head) as rita:
        origin = {"origin": str(rita.base_url).rstrip("/")}
        give = f"{HERE}/coding-assignees?state=to_get"
        none = await rita.post(give, data={"person": "rita"}, headers=origin)
        assert (none.status_code, "Choose the documents first" in none.text) == (422, True)
        chosen = {"document": [record, "d1"], "person": "rita"}
        answer = await rita.post(give, data=chosen, headers=origin)
        assert answer.headers["location"] == f"{HERE}/coding?state=to_get"
        hers = (await rita.get(f"{HERE}/coding?who=mine")).text
        for said in ("Mine 2", "A report that nobody has", "Report 1</a>", ">you</td>"):
            assert said in hers
        assert "Report 0</a>" not in hers
    page = (await client.get(f"{HERE}/coding?who=rita")).text
    assert ">Rita</td>" in page
    assert ">Rita<span" in (await client.get(f"{HERE}/coding/d1")).text
    assert ">nobody<span" in (await client.get(f"{HERE}/coding/d0")).text
    assert "Report 0</a>" in (await client.get(f"{HERE}/coding?who=nobody")).text
    assert "No document is like that." in (await client.get(f"{HERE}/coding?who=mine")).text
    taken = {"document": "d1", "person": ""}
    await client.post(f"{HERE}/coding-assignees", data=taken)
    assert "Report 1</a>" not in (await client.get(f"{HERE}/coding?who=rita")).text


async def test_more_than_a_page_of_documents_is_paged_with_its_filter(pages):
    _, client = pages
    many = [{"id": f"x{n}", "kind": "policy", "title": f"Policy {n:03}"} for n in range(70)]
    await the_review.said(client.post(f"{EXTRACTION}/documents/batch", json={"documents": many}))
    page = (await client.get(f"{HERE}/coding?kind=policy")).text
    assert "Policy 049" in page
    assert "Policy 050" not in page
    assert "kind=policy&amp;start=50" in page
    assert "Policy 069" in (await client.get(f"{HERE}/coding?kind=policy&start=50")).text


async def test_retrieval_says_how_far_each_report_is_and_asks_for_a_reason(pages):
    system, client = pages
    record = await one_more_report(system, client)
    page = (await client.get(f"{HERE}/retrieval")).text
    assert "To get 3" in page, "two are coded, and their texts are still to get"
    assert "Received 0" in page
    form = {"record": record, "to": "not_retrieved", "reason": ""}
    answer = await client.post(f"{HERE}/retrieval?state=sought", data=form)
    assert answer.status_code == 422
    assert "needs a reason" in answer.text
    answer = await client.post(f"{HERE}/retrieval", data={**form, "reason": "The library closed"})
    assert answer.status_code == 303, answer.text
    await system.drain()
    page = (await client.get(f"{HERE}/retrieval?state=not_retrieved")).text
    assert "The library closed" in page
    assert "Not retrieved 1" in (await client.get(f"{HERE}/coding")).text
    nothing = (await client.get(f"{HERE}/retrieval?q=zebra")).text
    assert "No report is like that." in nothing
    chosen = (await client.get(f"{HERE}/uploads?document={record}")).text
    assert f'value="{record}" selected' in chosen


async def test_reports_to_get_count_among_what_waits(pages):
    system, client = pages
    await one_more_report(system, client)
    assert (await client.get(f"{HERE}/waiting")).json()["to_get"] == 3
    assert "3 reports to get" in (await client.get(HERE)).text


async def test_a_source_that_no_record_brings_is_added_by_hand(pages):
    _, client = pages
    form = {"title": "", "kind": "staff", "year": "2025", "text": "We talked about trust."}
    answer = await client.post(f"{HERE}/document-new", data=form)
    assert 'id="wrong-document-title">Give it a title' in answer.text
    assert "We talked about trust.</textarea>" in answer.text
    answer = await client.post(f"{HERE}/document-new", data={**form, "year": "soon", "title": "T"})
    assert 'id="wrong-document-year">A year is four digits' in answer.text
    answer = await client.post(f"{HERE}/document-new", data={**form, "title": "A nurse, March"})
    assert answer.status_code == 303, answer.text
    assert "We talked about trust." in (await client.get(answer.headers["location"])).text
    assert "To code 1" in (await client.get(f"{HERE}/coding?kind=staff")).text


async def test_a_document_is_appraised_and_noted_about_beside_its_forms(pages):
    system, client = pages
    head = await member_head(system, "rev", "rita", "reviewer")
    own = f"{HERE}/appraisal-of/d0"
    assert "Nobody else has appraised it yet." in (await client.get(own)).text
    said = {"deed": "appraisal", "relevance": "high", "richness": "conceptually_rich", "rigour": ""}
    answer = await client.post(own, data={**said, "comment": "Thick on trust"})
    assert answer.status_code == 303, answer.text
    page = (await client.get(own)).text
    assert '<option value="high" selected>' in page
    assert "Thick on trust</textarea>" in page
    theirs = (await client.get(own, headers=head)).text
    assert "conceptually rich" in theirs
    empty = await client.post(own, data={"deed": "memo", "text": ""})
    assert 'id="wrong-memo-text">Write the memo.' in empty.text
    await client.post(own, data={"deed": "memo", "text": "Compare it with report 1"})
    assert "Compare it with report 1" in (await client.get(own)).text
    assert (await client.get(f"{HERE}/appraisal-of/none")).status_code == 404


async def test_memos_are_listed_by_what_they_are_about_and_rewritten_by_their_writer(pages):
    system, client = pages
    head = await member_head(system, "rev", "rita", "reviewer")
    assert "No memo yet." in (await client.get(f"{HERE}/memos")).text
    wrong = await client.post(f"{HERE}/memos", data={"text": "About what?", "about": ""})
    assert 'id="wrong-memo-about">Choose what it is about.' in wrong.text
    assert "About what?</textarea>" in wrong.text
    for about in ("document/d0", "theory/PT1", "fragment/f0"):
        answer = await client.post(f"{HERE}/memos", data={"text": f"On {about}", "about": about})
        assert answer.status_code == 303, answer.text
    page = (await client.get(f"{HERE}/memos")).text
    for said in ("Report 0", "Theory: Trust keeps people in contact", "They trusted us"):
        assert said in page
    assert "On fragment/f0" not in (await client.get(f"{HERE}/memos?kind=theory")).text
    (memo,) = (await client.get(f"{EXTRACTION}/memos?about=document/d0")).json()
    body = {"memo": memo["memo_id"], "about": "document/d0", "text": "Worded anew"}
    assert (await client.post(f"{HERE}/memos", data=body)).status_code == 303
    assert "Worded anew" in (await client.get(f"{HERE}/memos?q=anew")).text
    assert "Memos are read by coders" in (await client.get(f"{HERE}/memos", headers=head)).text


async def test_studies_are_linked_parted_and_given_cases(pages):
    _, client = pages
    own = f"{HERE}/studies"
    page = (await client.get(own)).text
    assert "Report 0" in page
    same = await client.post(own, data={"deed": "link", "a": "s0", "b": "s0"})
    assert "Choose two different studies." in same.text
    assert (await client.post(own, data={"deed": "link", "a": "s0", "b": "s1"})).status_code == 303
    assert "Counts as one with s1" in (await client.get(own)).text
    assert (await client.post(own, data={"deed": "part", "a": "s0", "b": "s1"})).status_code == 303
    assert "Counts as one with" not in (await client.get(own)).text
    form = {"deed": "cases", "study": "s0", "label_0": "Ward A", "kind_0": "setting", "label_1": ""}
    assert (await client.post(own, data=form)).status_code == 303
    assert "Ward A" in (await client.get(f"{own}?q=report+0")).text
    assert "No study is like that." in (await client.get(f"{own}?q=zebra")).text


def test_cases_keep_their_keys_and_new_ones_get_one_that_is_free():
    form = {"label_0": "A", "case_0": "case-1", "kind_0": "arm", "label_1": "B", "label_2": " "}
    made = cases_of(form, ["case-1"])
    assert [(one["id"], one["kind"], one["label"]) for one in made] == [
        ("case-1", "arm", "A"),
        ("case-2", "setting", "B"),
    ]
