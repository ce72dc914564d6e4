"""What the coding page shows of a fragment: spans, relations, drafts, older meanings, labels."""

from lxml import html

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.pages.coding_view import span_of

TEXT = "The nurse rang every Tuesday and it was always her."
BASE = "/api/extraction/reviews/rev"


def test_the_span_of_an_element_moves_with_its_passage():
    fragment = {"start": 4, "place": {"start": 10}, "words_withheld": False}
    text = "Once more the nurse rang."
    element = {"start": 8, "end": 13}
    assert span_of(fragment, element, text) == "nurse"
    assert span_of(fragment, {"start": None, "end": None}, text) == ""
    assert span_of({**fragment, "words_withheld": True}, element, text) == ""


async def test_spans_relations_drafts_and_older_meanings_stand_with_the_fragment(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        heads = {n: await member_head(system, "rev", n, "coder") for n in ("ann", "ben")}
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
        made = await http.post(
            f"{BASE}/codes", json={"role": "outcome", "label": "Keeps coming"}, headers=heads["ann"]
        )
        code = made.json()["code"]
        body = {
            "document": "d1",
            "quote": TEXT[:28],
            "start": 0,
            "end": 28,
            "elements": [{"role": "outcome", "code": code, "start": 4, "end": 9}],
            "relations": [{"kind": "argument", "id": "A1", "relation": "contradicts"}],
            "coder": "ann",
        }
        path = f"{BASE}/fragments/f1"
        (await http.put(path, json=body, headers=heads["ann"])).raise_for_status()
        page = (await http.get("/reviews/rev/coding/d1", headers=heads["ben"])).text
        assert "<q>nurse</q>" in page
        assert "Contradicts an argument." in page
        assert "older meaning" not in page
        sensed = await http.post(
            f"{BASE}/codes/{code}/describe", json={"description": "comes to every visit"}
        )
        sensed.raise_for_status()
        page = (await http.get("/reviews/rev/coding/d1", headers=heads["ben"])).text
        assert "Coded under an older meaning of Keeps coming." in page
        form = {"quote": "always her", "new_context": "one nurse", "status": "draft"}
        there = "/reviews/rev/coding-of/d1"
        saved = await http.post(there, data=form, headers=heads["ann"])
        assert saved.status_code == 303, saved.text
        own = (await http.get("/reviews/rev/coding/d1", headers=heads["ann"])).text
        assert '<span class="tag">draft</span>' in own
        others = (await http.get("/reviews/rev/coding/d1", headers=heads["ben"])).text
        assert '<span class="tag">draft</span>' not in others
        listed = (await http.get(f"{BASE}/fragments?status=draft", headers=heads["ann"])).json()
        draft = listed["items"][0]
        form = {"fragment": draft["id"], "seen": "1", "quote": "always her"}
        (element,) = draft["elements"]
        (made,) = [c for c in (await http.get(f"{BASE}/codes")).json() if c["role"] == "context"]
        assert (made["code_id"], made["label"]) == (element["code"], "one nurse")
        form |= {"e0_role": "context", "e0_code": element["code"], "e0_state": "present"}
        saved = await http.post(there, data=form, headers=heads["ann"])
        assert saved.status_code == 303, saved.text
        got = (await http.get(f"{BASE}/fragments/{draft['id']}")).json()
        assert got["status"] == "active"


NEWER = f"Interview with a client. {TEXT}"


async def test_a_fragment_whose_document_got_another_text_is_edited_with_its_spans(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
        body = {"document": "d1", "quote": TEXT[:28], "start": 0, "end": 28}
        body["elements"] = [{"role": "outcome", "code": "x", "start": 4, "end": 9}]
        body["relations"] = [{"kind": "argument", "id": "A1", "relation": "contradicts"}]
        (await http.put(f"{BASE}/fragments/f1", json=body)).raise_for_status()
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": NEWER})
        page = (await http.get("/reviews/rev/coding/d1?fragment=f1")).text
        assert 'name="r0_to" value="argument/A1"' in page
        form = {"fragment": "f1", "seen": "1", "quote": TEXT[:28], "start": "25", "end": "53"}
        form |= {"e0_role": "outcome", "e0_code": "x", "e0_state": "occurred", "memo": "again"}
        form |= {"relations": "shown", "r0_to": "argument/A1", "r0_relation": "refines"}
        there = "/reviews/rev/coding-of/d1"
        saved = await http.post(there, data=form)
        assert saved.status_code == 303, saved.text
        got = (await http.get(f"{BASE}/fragments/f1")).json()
        (element,) = got["elements"]
        assert NEWER[element["start"] : element["end"]] == "nurse"
        assert got["relations"] == [{"kind": "argument", "id": "A1", "relation": "refines"}]
        stale = await http.post(there, data={**form, "quote": "always her"})
        assert stale.status_code == 412, "it was amended since this form was opened"
        assert (await http.get(f"{BASE}/fragments/f1")).json()["version"] == 2


async def test_codes_and_theories_are_named_by_their_labels_whatever_theory_is_shown(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        named = (("k1", "Calls keep contact"), ("k2", "Trust grows"))
        for number, (theory, name) in enumerate(named, start=1):
            path = f"/api/synthesis/reviews/rev/theories/{theory}"
            (await http.put(path, json={"number": number, "name": name})).raise_for_status()
        await system.drain()
        made = await http.post(f"{BASE}/codes", json={"role": "outcome", "label": "Keeps coming"})
        code = made.json()["code"]
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
        elements = [{"role": "outcome", "code": code}]
        body = {"document": "d1", "quote": TEXT[:28], "start": 0, "end": 28, "theories": ["k2"]}
        put = await http.put(f"{BASE}/fragments/f1", json={**body, "elements": elements})
        put.raise_for_status()
        for query in ("?theory=k1", "?theory=k1&fragment=f1"):
            page = (await http.get(f"/reviews/rev/coding/d1{query}")).text
            words = html.fromstring(page).xpath("//main")[0]
            seen = " ".join(words.text_content().split())
            assert "Keeps coming" in seen
            assert "Trust grows" in seen
            assert not {code, "k1", "k2", "f1"}.intersection(seen.replace(",", " ").split())
