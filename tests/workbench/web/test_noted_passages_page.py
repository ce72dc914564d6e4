"""Memos on passages on the coding page: whose they are, who sees them, where they were lost."""

from lxml import html

from services.extraction.exchange.formats.project import write_qdpx
from shared.ops.settings import Settings
from tests.services.extraction.exchange.test_exchange_noted_passages import (
    a_note,
    a_project,
    a_selection,
    refers,
)
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain.passages import CodedPassage, NotedPassage, Segment, paragraphs

TEXT = "The nurse rang every Tuesday and it was always her."
BASE = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/coding/d1"
WRITE = "/reviews/rev/memos-on/d1"
FORM = {"quote": "every Tuesday", "start": "15", "end": "28", "memo": "Is it the same nurse?"}


async def opened(system, http):
    await http.post("/api/reviews", json={"id": "rev", "title": "T"})
    await system.drain()
    put = await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
    put.raise_for_status()


def listed(page):
    """What the list of memos says, and what is marked as noted in the text."""
    tree = html.fromstring(page)
    memos = tree.xpath("//ul[contains(@class, 'd-memos')]/li")
    marks = tree.xpath("//mark[contains(@class, 'd-noted')]")
    return (
        [" ".join(" ".join(one.itertext()).split()) for one in memos],
        [mark.text_content() for mark in marks],
    )


def test_memos_and_codings_share_a_run_of_text_and_are_told_apart():
    marks = [CodedPassage("f1", 0, 9), NotedPassage("m1", 4, 14)]
    ((sentence,),) = paragraphs("The nurse rang.", marks)
    assert sentence.segments == (
        Segment(0, "The ", ("f1",)),
        Segment(4, "nurse", ("f1",), ("m1",)),
        Segment(9, " rang", (), ("m1",)),
        Segment(14, "."),
    )


async def test_a_memo_is_its_authors_to_rewrite_and_a_readers_not_to_write(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await opened(system, http)
        roles = (("ann", "coder"), ("ben", "coder"), ("rea", "reader"))
        heads = {name: await member_head(system, "rev", name, role) for name, role in roles}
        made = await http.post(WRITE, data=FORM, headers=heads["ann"])
        assert made.status_code == 303, made.text
        (memo,) = (await http.get(f"{BASE}/memos?about=document/d1")).json()
        own = (await http.get(PAGE, headers=heads["ann"])).text
        assert listed(own)[1] == ["every Tuesday"]
        assert "Rewrite it" in own
        others = (await http.get(PAGE, headers=heads["ben"])).text
        assert listed(others)[1] == ["every Tuesday"]
        assert "Rewrite it" not in others
        again = {"memo_id": memo["memo_id"], "words": "Another word."}
        refused = await http.post(WRITE, data=again, headers=heads["ben"])
        assert (refused.status_code, "somebody else&#39;s" in refused.text) == (403, True)
        reader = (await http.get(PAGE, headers=heads["rea"])).text
        assert listed(reader) == ([], [])
        assert "d-keep" not in reader
        refused = await http.post(WRITE, data=FORM, headers=heads["rea"])
        assert refused.status_code == 403
        empty = await http.post(WRITE, data={**again, "words": " "}, headers=heads["ann"])
        assert (empty.status_code, "Write the memo" in empty.text) == (422, True)
        assert (await http.get(f"{BASE}/memos?about=document/d1")).json() == [memo]


async def test_a_memo_is_its_authors_and_an_owners_to_take_back(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await opened(system, http)
        heads = {n: await member_head(system, "rev", n, "coder") for n in ("ann", "ben")}
        back = "/reviews/rev/memo-withdrawals/d1"
        for text in ("Mine.", "Mine too."):
            await http.post(WRITE, data={**FORM, "memo": text}, headers=heads["ann"])
        one, other = (await http.get(f"{BASE}/memos?about=document/d1")).json()
        refused = await http.post(back, data={"memo_id": one["memo_id"]}, headers=heads["ben"])
        assert (refused.status_code, "somebody else&#39;s" in refused.text) == (403, True)
        assert "Withdraw this memo" not in (await http.get(PAGE, headers=heads["ben"])).text
        own = {**heads["ann"], "x-fragment": "1"}
        page = await http.post(back, data={"memo_id": one["memo_id"]}, headers=own)
        assert (page.status_code, len(listed(page.text)[0])) == (200, 1)
        by_owner = await http.post(back, data={"memo_id": other["memo_id"]})
        assert by_owner.status_code == 303
        assert (await http.get(f"{BASE}/memos?about=document/d1")).json() == []
        assert listed((await http.get(PAGE)).text) == ([], [])
        assert (await http.get(f"{BASE}/memos/log")).json() == {"items": []}
        gone = await http.post(f"{BASE}/memos/{one['memo_id']}/withdraw")
        assert (gone.status_code, gone.json()["detail"]) == (
            404,
            "There is no such memo in this review.",
        )


async def test_a_memo_whose_words_left_the_text_says_so_and_marks_nothing(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await opened(system, http)
        assert (await http.post(WRITE, data=FORM)).status_code == 303
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": "Nobody rang."})
        (memo,), marks = listed((await http.get(PAGE)).text)
        assert marks == []
        assert memo.startswith("every Tuesday passage lost Is it the same nurse?")


async def test_memos_on_passages_wait_for_the_reveal_of_a_blind_round(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await opened(system, http)
        heads = {n: await member_head(system, "rev", n, "coder") for n in ("ann", "ben")}
        form = {"title": "Fifth", "first": "ann", "second": "ben", "documents": "d1"}
        there = (await http.post("/reviews/rev/coding-rounds", data=form)).headers["location"]
        assert (await http.post(WRITE, data=FORM, headers=heads["ben"])).status_code == 303
        for path in (PAGE, "/reviews/rev/appraisal-of/d1", "/reviews/rev/memos"):
            page = (await http.get(path, headers=heads["ann"])).text
            assert "same nurse" not in page
        part = {**heads["ann"], "x-fragment": "1"}
        said = await http.post(WRITE, data={**FORM, "memo": "Mine."}, headers=part)
        assert "Mine." in said.text
        assert "same nurse" not in said.text
        assert listed((await http.get(PAGE, headers=heads["ben"])).text)[1] == ["every Tuesday"]
        for coder in heads:
            await http.post(f"{there}/done", headers=heads[coder])
        memos, marks = listed((await http.get(PAGE, headers=heads["ann"])).text)
        assert (len(memos), marks) == (2, ["every Tuesday"])


async def test_a_memo_from_another_tool_names_no_id_of_its_author(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await opened(system, http)
        note = a_note("note", "Why?")
        data = write_qdpx(a_project([a_selection("nurse", refers("note"))], [note]), {})
        sent = await http.post(f"{BASE}/exchange/projects?filename=p.qdpx", content=data)
        accept = f"{BASE}/exchange/projects/{sent.json()['id']}/accept"
        (await http.post(accept, json={})).raise_for_status()
        documents = (await http.get(f"{BASE}/documents")).json()["items"]
        (brought,) = [one["id"] for one in documents if one["title"] == "Interview P07"]
        for path in (f"coding/{brought}", f"appraisal-of/{brought}", "memos"):
            page = html.fromstring((await http.get(f"/reviews/rev/{path}")).text)
            words = " ".join(page.xpath("//main")[0].itertext())
            assert "Why?" in words
            assert "somebody in another tool" in words
            assert "imported-" not in words
