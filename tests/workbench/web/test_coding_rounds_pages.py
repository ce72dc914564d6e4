"""Two coders by plain HTML forms: opened, coded, revealed, agreed on."""

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain.coding_rounds import agreed_of, opening_of

TEXT = "The nurse rang every Tuesday and it was always her."
BASE = "/api/extraction/reviews/rev"
PAGES = "/reviews/rev/coding-rounds"


def test_a_form_opens_a_round_on_a_share_or_on_named_documents():
    said = {"title": " Fifth ", "first": "ann", "second": "ben", "share": "12,5"}
    whole = {"title": "Fifth", "coders": ["ann", "ben"]}
    assert opening_of(said) == {**whole, "share": 0.125}
    assert opening_of({**said, "documents": "d1\nd2"}) == {**whole, "documents": ["d1", "d2"]}
    assert opening_of({**said, "share": "all"})["share"] == 0, "it is refused by its field"


def test_what_is_chosen_of_each_pair_is_the_agreed_set():
    form = {"first0": "a1", "second0": "b1", "take0": "both", "first1": "a2", "take1": "none"}
    form |= {"second2": "b3", "take2": "second"}
    assert agreed_of(form) == [{"take": "a1"}, {"take": "b1"}, {"take": "b3"}]


async def test_a_round_goes_from_its_sample_to_the_agreed_set(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        heads = {n: await member_head(system, "rev", n, "coder") for n in ("ann", "ben")}
        await http.put(f"{BASE}/documents/d1", json={"title": "Calls", "text": TEXT})
        twice = {"title": "F", "first": "ann", "second": "ann", "share": "20"}
        refused = await http.post(PAGES, data=twice)
        assert refused.status_code == 422
        assert "two different people" in refused.text
        form = {"title": "Fifth", "first": "ann", "second": "ben", "share": "20"}
        there = (await http.post(PAGES, data=form)).headers["location"]
        for coder, code in (("ann", "trust"), ("ben", "calm")):
            body = {"document": "d1", "quote": "every Tuesday", "start": 15, "end": 28}
            body["elements"] = [{"role": "mechanism_response", "code": code}]
            path = f"{BASE}/fragments/{coder}1"
            (await http.put(path, json=body, headers=heads[coder])).raise_for_status()
        blind = (await http.get(there, headers=heads["ann"])).text
        assert "Neither sees the other" in blind
        assert (
            "calm"
            not in blind + (await http.get("/reviews/rev/coding/d1", headers=heads["ann"])).text
        )
        for coder in heads:
            done = await http.post(f"{there}/done", headers=heads[coder])
            assert done.status_code == 303, done.text
        shown = (await http.get(there, headers=heads["ann"])).text
        assert "other codes" in shown
        assert "calm" in shown
        form = {"document": "d1", "first0": "ann1", "second0": "ben1", "take0": "second"}
        agreed = await http.post(f"{there}/agreed", data=form, headers=heads["ann"])
        assert agreed.status_code == 303, agreed.text
        note = {"text": "calm covers trust here"}
        assert (await http.post(f"{there}/notes", data=note)).status_code == 303
        after = (await http.get(there)).text
        assert "agreed on 1 fragment" in after
        assert "calm covers trust here" in after
        assert "Fifth" in (await http.get(PAGES)).text
