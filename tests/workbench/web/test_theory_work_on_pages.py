"""The pages of theory work and of judging: forms that say, and refusals beside what was typed."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain.judging import by_case, next_to_judge, passages
from workbench.web.domain.theory_work import drawing, key_of, references, words_now

BASE = "/api/synthesis/reviews/rev"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as client:
        await the_review.fill(system, client)
        await system.drain()
        yield system, client


async def shown(system, client, path, **more):
    await system.drain()
    answer = await client.get(f"/reviews/rev{path}", **more)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def sent(client, path, **fields):
    return await client.post(f"/reviews/rev{path}", data=fields)


async def test_an_idea_is_noted_sorted_and_dropped_by_plain_forms(pages):
    system, client = pages
    assert (await sent(client, "/ideas", deed="note", text=" ")).status_code == 422
    idea = {"deed": "note", "text": "If doors open, people stay", "source": "Workshop"}
    assert (await sent(client, "/ideas", **idea)).status_code == 303
    words = await shown(system, client, "/synthesis")
    assert "Ideas to sort (1)" in words
    assert "If doors open, people stay From Workshop." in words
    mine = {"idea": "if-doors-open-people-stay"}
    refused = await sent(client, "/ideas", deed="drop", reason="", **mine)
    assert refused.status_code == 422
    assert "Say why the idea is dropped" in refused.text
    await sent(client, "/ideas", deed="sort", theories=["PT1"], reason="its core", **mine)
    words = await shown(system, client, "/synthesis")
    assert "Sorted ideas (1)" in words
    assert "How the theories came to be" in words
    assert "Ideas in it (1)" in await shown(system, client, "/theories/PT1")


async def test_lineage_is_drawn_and_a_circle_is_refused_in_words(pages):
    system, client = pages
    await client.put(f"{BASE}/theories/PT2", json={"name": "Later"})
    assert "Not worded yet." in await shown(system, client, "/theories/PT2")
    link = {"earlier": "PT1", "later": "PT2", "kind": "became", "because": "grown", "deed": "state"}
    assert (await sent(client, "/lineage", **link)).status_code == 303
    words = await shown(system, client, "/synthesis")
    assert "PT1: Trust keeps people in contact became PT2: Later: grown" in words
    back = {**link, "earlier": "PT2", "later": "PT1"}
    refused = await sent(client, "/lineage", **back)
    assert refused.status_code == 409
    assert "would close a circle" in refused.text


async def test_the_wording_stands_initial_beside_final_with_why_and_what_moved_it(pages):
    system, client = pages
    memo = {"text": "Barriers matter", "about": "theory|PT1"}
    assert (await sent(client, "/inference-log", **memo)).status_code == 303
    path = "/wording-of/PT1"
    final = {"name": "Trust keeps people", "status": "final", "response": "People trust."}
    refused = await sent(client, path, **final, reason="")
    assert refused.status_code == 422
    assert "People trust." in refused.text
    moved = {"moved_by": "memo|barriers-matter", "reason": "the interviews say who"}
    assert (await sent(client, path, **final, **moved)).status_code == 303
    words = await shown(system, client, "/theories/PT1")
    initial, now = words.split("Initial wording", 1)[1].split("Final", 1)
    assert "Where no door is the wrong one" in initial
    assert "Where no door is the wrong one" not in now.split("Why:")[0]
    assert "Why: the interviews say who (moved by Barriers matter)" in now
    listed = (await shown(system, client, "/synthesis")).split("The theories")[-1]
    assert "Where no door is the wrong one" not in listed
    log = await shown(system, client, "/inference-log")
    assert "Theory worded anew (final)" in log
    assert "Memo written" in log
    stale = await sent(client, path, **final, **moved, seen="1")
    assert "worded it anew meanwhile" in stale.text


async def test_a_theory_is_pinned_retired_and_brought_back_with_a_reason(pages):
    system, client = pages
    page = "/theories/PT1"
    assert "What speaks against it" in await shown(system, client, page)
    refused = await sent(client, "/standing-of/PT1", deed="pin", outcome="ENG", reason="")
    assert refused.status_code == 422
    assert 'id="wrong-standing-pin-reason">Say why' in refused.text
    assert '<option value="ENG" selected>' in refused.text
    pin = {"deed": "pin", "outcome": "ENG", "reason": "we ask about it"}
    assert (await sent(client, "/standing-of/PT1", **pin)).status_code == 303
    words = await shown(system, client, page)
    assert "Outcome pinned: Engagement (we ask about it)" in words
    retire = {"deed": "retire", "reason": "it became another"}
    assert (await sent(client, "/standing-of/PT1", **retire)).status_code == 303
    assert "Bring the theory back" in await shown(system, client, page)
    back = {"deed": "bring-back", "reason": "it did not"}
    assert (await sent(client, "/standing-of/PT1", **back)).status_code == 303
    assert "Retire the theory" in await shown(system, client, page)


async def test_the_last_wording_of_a_theory_is_taken_back(pages):
    system, client = pages
    worded = {"name": "Doors", "status": "refined", "statement": "Doors open.", "reason": "shorter"}
    assert (await sent(client, "/wording-of/PT1", **worded)).status_code == 303
    assert "Doors open." in await shown(system, client, "/theories/PT1")
    undo = {"deed": "undo", "reason": "too short"}
    assert (await sent(client, "/standing-of/PT1", **undo)).status_code == 303
    words = await shown(system, client, "/theories/PT1")
    assert "PT1: Trust keeps people in contact" in words


async def test_a_substantive_theory_is_appraised_on_its_page(pages):
    system, client = pages
    form = {"name": "Normalisation", "fit": "strong", "level": "meso", "theories": ["PT1"]}
    assert (await sent(client, "/substantive-theories", **form)).status_code == 303
    words = await shown(system, client, "/substantive-theories")
    assert "Normalisation shortlisted" in words
    assert "Informs PT1: Trust keeps people in contact" in words
    assert (await sent(client, "/substantive-theories", name="")).status_code == 422


async def judged(client, ccmoc, **more):
    form = {"fragment": "f0", "version": "1", "as": "reviewer", "verdict": "supports", **more}
    return await sent(client, f"/ccmocs/{ccmoc}/judgements", **form)


async def test_a_passage_is_judged_and_nobody_sees_it_before_all_three_have(pages):
    system, client = pages
    (ccmoc,) = (await client.get(f"{BASE}/ccmocs")).json()["items"]
    words = await shown(system, client, "/to-check")
    assert "Passages to judge (2)" in words
    assert "Context 'No wrong door' would be undecided, not recurs." in words
    answer = await judged(client, ccmoc["id"], verdict="unsure")
    assert answer.headers["location"].endswith("#fragment-f1")
    assert "You judged it as reviewer" in await shown(system, client, f"/ccmocs/{ccmoc['id']}")
    head = await member_head(system, "rev", "vera", "reviewer")
    words = await shown(system, client, f"/ccmocs/{ccmoc['id']}", headers=head)
    assert "Waits for two verifiers." in words
    assert "Judge it as verifier" in words
    assert "reviewer: unsure" not in words
    refused = await judged(client, ccmoc["id"], **{"as": "verifier"})
    assert refused.status_code == 409
    assert "two other people verify it" in refused.text


async def test_a_state_lacking_judgements_is_refused_with_what_is_missing(pages):
    system, client = pages
    (ccmoc,) = (await client.get(f"{BASE}/ccmocs")).json()["items"]
    path = f"/ccmocs/{ccmoc['id']}/state"
    refused = await sent(client, path, state="checked", reason="we say so")
    assert refused.status_code == 409
    assert "2 of 2 passages have no judgement of a reviewer" in refused.text
    assert "we say so" in refused.text
    for name in ("f0", "f1"):
        await judged(client, ccmoc["id"], fragment=name)
    await system.drain()
    seen = {"seen": ccmoc["hash"]}
    page = await client.get(f"/reviews/rev/ccmocs/{ccmoc['id']}")
    assert f'form="state-form" name="seen" value="{ccmoc["hash"]}"' in page.text
    assert (await sent(client, path, state="checked", reason="read", **seen)).status_code == 303
    assert "Checked" in await shown(system, client, f"/ccmocs/{ccmoc['id']}")
    overtaken = {"state": "checked", "reason": "read", "seen": "0" * 64}
    await sent(client, path, **overtaken)
    assert (await client.get(f"{BASE}/ccmocs/{ccmoc['id']}")).json()["recheck"]


def a_quote(name, case, cell="positive", mine=None):
    judging = {"mine": mine, "may_judge_as": "reviewer", "waits_for": ["reviewer"], "open": False}
    source = {"attribution": "cited", "case_id": case, "document_id": "d", "study": "s"}
    return {
        "fragment": name,
        "version": 1,
        "cell": cell,
        "title": "",
        "document": "d",
        "locator": "",
        "sources": [source] if case else [],
        "left_out": False,
        "moves": [],
        "judgements": [],
        "judging": judging,
    }


def test_a_case_without_a_name_is_called_by_its_study_and_codes_by_their_labels():
    quote = a_quote("a", "x")
    quote["sources"][0]["case_id"] = None
    said = {"role": "context", "statement": "", "code": "01a2", "state": "present"}
    ((case, (passage,)),) = by_case(
        passages([quote], [{"id": "a", "elements": [said]}], {"01a2": "lives alone"})
    )
    assert case == "s"
    assert [element["words"] for element in passage.elements] == ["lives alone"]


def test_passages_stand_by_case_and_the_next_that_waits_is_found():
    quotes = [a_quote("a", "x"), a_quote("b", "y", mine={"as": "reviewer"}), a_quote("c", None)]
    found = passages([*quotes, a_quote("d", "x", "contradicting")], None)
    assert [(case, [one.id for one in some]) for case, some in by_case(found)] == [
        ("x", ["a", "d"]),
        ("y", ["b"]),
        ("No cited source", ["c"]),
    ]
    assert [next_to_judge(found, name) for name in ("a", "d", "c")] == ["d", "c", "a"]


def test_names_and_references_are_made_of_what_people_write():
    assert key_of("If doors, then!", ["if-doors-then"]) == "if-doors-then-2"
    assert references(["memo|m/1", "nothing", "|x"]) == [{"kind": "memo", "id": "m/1"}]
    assert drawing([], [], []) == ""
    unchanged = {"present": None, "initial": {"statement": "first"}, "status": "final"}
    assert words_now(unchanged) == ""


def test_parts_of_a_wording_stand_as_sentences():
    names = ("statement", "context", "resource", "response", "outcome", "outcome_proximal")
    now = dict.fromkeys((*names, "outcome_distal"), "") | {
        "context": "Doors open",
        "response": "Trust!",
    }
    assert words_now({"present": now, "initial": None, "status": "final"}) == "Doors open. Trust!"


async def test_a_theory_is_stated_by_a_plain_form_and_once_when_sent_twice(pages):
    system, client = pages
    refused = await sent(client, "/synthesis", name="", statement="If doors open")
    assert refused.status_code == 422
    assert "Give the theory a name" in refused.text
    assert "If doors open" in refused.text
    form = {"name": "Doors keep people", "statement": "If doors open", "response": "they trust"}
    for _ in range(2):
        assert (await sent(client, "/synthesis", **form)).status_code == 303
    words = await shown(system, client, "/synthesis")
    assert "PT2: Doors keep people" in words
    assert "PT3" not in words
    assert "PUT" not in words
