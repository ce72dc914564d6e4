"""All fragments of a review: found by what they are, coded anew together, and undone."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain.fragment_list import filters, recoding

BASE = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/fragments"
OUTCOME, CONTEXT = "outcome", "context"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """Three fragments in two documents: their codes by label, a coder, and the owner's client."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        team = [{"person": "ann", "name": "Ann Osei", "roles": ["coder"]}]
        await http.post("/api/reviews", json={"id": "rev", "title": "T", "team": team})
        await system.drain()
        path = "/api/synthesis/reviews/rev/theories/PT1"
        (await http.put(path, json={"name": "Trust keeps people"})).raise_for_status()
        await system.drain()
        for name, kind in (("d1", "literature"), ("d2", "service_user")):
            await http.put(f"{BASE}/documents/{name}", json={"title": f"Text {name}", "kind": kind})
        codes = {}
        for role, label in ((OUTCOME, "Stays"), (OUTCOME, "Leaves"), (CONTEXT, "Lives alone")):
            made = await http.post(f"{BASE}/codes", json={"role": role, "label": label})
            codes[label] = made.json()["code"]
        against = [{"kind": "argument", "id": "A1", "relation": "contradicts"}]
        for name, on, more in (
            ("f1", "d1", {}),
            ("f2", "d2", {"relations": against}),
            ("f3", "d2", {}),
        ):
            elements = [{"role": OUTCOME, "code": codes["Stays"], "state": "occurred"}]
            body = {"document": on, "paraphrase": f"Said in {name}", "elements": elements, **more}
            (await http.put(f"{BASE}/fragments/{name}", json=body)).raise_for_status()
        yield system, http, codes


def words(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def codes_of(http, fragment):
    found = (await http.get(f"{BASE}/fragments/{fragment}")).json()
    return [e["code"] for e in found["elements"]], found["theories"], found["status"]


async def test_fragments_are_found_by_relation_and_kind_of_source(pages):
    _, http, codes = pages
    shown = words(await http.get(PAGE))
    assert "Said in f1" in shown
    assert "Outcome: Stays occurred" in shown
    asked = {"relation": "contradicts", "source_kind": "service_user"}
    shown = words(await http.get(PAGE, params=asked))
    assert re.findall(r"Said in (f\d) Outcome", shown) == ["f2"]
    assert "Text d2" in shown
    none = await http.get(PAGE, params={"code": f"context|{codes['Lives alone']}"})
    assert "No fragment is like that." in words(none)


async def test_ticked_fragments_are_coded_anew_as_one_act_that_is_undone(pages):
    _, http, codes = pages
    change = {"from": f"outcome|{codes['Stays']}", "to": f"outcome|{codes['Leaves']}", "add": "PT1"}
    form = {"deed": "recode", "fragments": ["f1", "f3"], "reason": "read again", **change}
    assert (await http.post(PAGE, data=form)).status_code == 303
    assert await codes_of(http, "f1") == ([codes["Leaves"]], ["PT1"], "active")
    assert await codes_of(http, "f2") == ([codes["Stays"]], [], "active")
    page = await http.get(PAGE)
    assert "Coded anew (2): Said in f1" in words(page)
    act = re.search(r'name="act" value="([^"]+)"', page.text)[1]
    assert (await http.post(PAGE, data={"deed": "undo", "act": act})).status_code == 303
    assert await codes_of(http, "f3") == ([codes["Stays"]], [], "active")


async def test_ticked_fragments_are_withdrawn_and_counted_again(pages):
    _, http, _ = pages
    for deed, status in (("withdraw", "withdrawn"), ("restore", "active")):
        form = {"deed": deed, "fragments": ["f1", "f2"], "reason": "twice"}
        assert (await http.post(PAGE, data=form)).status_code == 303
        assert [(await codes_of(http, f))[2] for f in ("f1", "f2", "f3")] == [status] * 2 + [
            "active"
        ]


async def test_what_is_refused_is_said_and_stays_ticked(pages):
    system, http, codes = pages
    nothing = await http.post(PAGE, data={"deed": "recode", "fragments": "f1"})
    assert nothing.status_code == 422
    assert "Choose another code, or a theory" in words(nothing)
    assert re.search(r'value="f1" checked', nothing.text)
    ann = await member_head(system, "rev", "ann", "coder")
    change = {"from": f"outcome|{codes['Stays']}", "to": f"outcome|{codes['Leaves']}"}
    form = {"deed": "recode", "fragments": "f1", **change}
    others = await http.post(PAGE, data=form, headers=ann)
    assert others.status_code == 409
    assert "coded this fragment" in words(others)
    assert (await codes_of(http, "f1"))[0] == [codes["Stays"]]


def test_a_version_counts_with_its_theory_alone():
    assert filters({"uncoded_since": "7", "theory": "PT3"})["uncoded_since"] == 7
    assert filters({"uncoded_since": "7"}) == {}
    assert filters({"uncoded_since": "x", "theory": "PT3"}) == {"theory": "PT3"}


def test_half_a_change_of_codes_is_refused():
    form = dict.fromkeys(("from", "to", "add", "remove", "reason"), "")
    assert recoding([], form)[1].startswith("Tick")
    assert "both" in recoding(["f1"], {**form, "from": "outcome|a"})[1]
