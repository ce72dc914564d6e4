"""The codebook in the browser: groups in their tree, codes, and every command a plain form."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head
from workbench.web.domain.codebook import tree

BOOK = "/reviews/rev/codebook"


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review, and a client of its owner."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        yield system, client


async def shown(client, path):
    answer = await client.get(path)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def sent(client, deed, path=BOOK, **fields):
    return await client.post(path, data={"theory": "PT1", "deed": deed, **fields})


async def group_named(client, label):
    answer = await client.get("/api/extraction/reviews/rev/theories/PT1/codebook")
    return next(g for g in answer.json()["groups"] if g["label"] == label)


async def code_named(client, label):
    answer = await client.get("/api/extraction/reviews/rev/codes")
    return next(c for c in answer.json() if c["label"] == label)


async def test_the_codebook_shows_groups_by_role_with_their_codes_and_uses(pages):
    _, client = pages
    words = await shown(client, BOOK)
    assert "No wrong door" in words
    assert "door 2 fragments" in words
    assert "PT1 Trust keeps people in contact" in words, "theories have names in the bar"
    assert "Engagement intermediate" in words
    assert "Nothing yet." in words


async def test_a_code_brings_its_group_along_once(pages):
    _, client = pages
    unnamed = await sent(client, "new-code", role="context", label="", new_group="Lives alone")
    assert unnamed.status_code == 422
    assert 'value="Lives alone"' in unnamed.text
    for label in ("alone", "widowed"):
        code = {"role": "context", "label": label, "new_group": "Lives alone"}
        assert (await sent(client, "new-code", **code)).status_code == 303
    group = await group_named(client, "Lives alone")
    assert sorted(code["label"] for code in group["codes"]) == ["alone", "widowed"]


async def test_groups_and_codes_are_made_changed_and_taken_away_by_forms(pages):
    _, client = pages
    refused = await sent(client, "new-group", role="outcome", label="")
    assert refused.status_code == 422
    more = {"level": "distal", "valence": "undesired", "description": "to be avoided"}
    made = await sent(client, "new-group", role="outcome", label="Eviction", **more)
    assert made.status_code == 303
    group = await group_named(client, "Eviction")
    code = {"role": "outcome", "label": "evicted", "group": group["id"]}
    assert (await sent(client, "new-code", **code, examples="a\nb")).status_code == 303
    words = await shown(client, BOOK)
    assert "Eviction distal, undesired" in words
    assert "evicted 0 fragments" in words
    full = await sent(client, "remove-group", group=group["id"])
    assert full.status_code == 409
    assert "holds 1 codes; move them first" in full.text
    changed = {
        "label": "Losing the home",
        "parent": (await group_named(client, "Engagement"))["id"],
    }
    assert (await sent(client, "change-group", group=group["id"], **changed)).status_code == 303
    assert "depth-1" in (await client.get(BOOK)).text
    acts = (await client.get("/api/extraction/reviews/rev/codebook-acts")).json()["items"]
    assert (await sent(client, "undo", act=acts[0]["act"])).status_code == 303
    words = await shown(client, BOOK)
    assert "Eviction distal, undesired" in words
    assert "Do it again" in words
    assert (await sent(client, "undo", act=acts[0]["act"] + 1)).status_code == 303
    assert "Done again:" in await shown(client, BOOK)


async def test_a_code_is_renamed_described_moved_split_merged_and_retired_on_its_page(pages):
    _, client = pages
    code = (await code_named(client, "door"))["code_id"]
    path = f"/reviews/rev/codes/{code}"
    words = await shown(client, path)
    assert "Context, 2 fragments" in words
    assert (await sent(client, "rename", path, label="open door")).status_code == 303
    meaning = {"description": "Nobody is sent away", "examples": "walked in"}
    assert (await sent(client, "describe", path, **meaning)).status_code == 303
    words = await shown(client, path)
    assert "open door" in words
    assert "It fits what the code means now" in words
    old = (await client.get(f"/api/extraction/reviews/rev/codes/{code}")).json()["outdated"]
    fits = {"fragments": [one["fragment"] for one in old]}
    assert (await sent(client, "confirm", path, **fits)).status_code == 303
    assert "It fits what the code means now" not in await shown(client, path)
    assert (await sent(client, "sense", path, sense="opposite")).status_code == 303
    assert "in the opposite sense" in await shown(client, path)
    none = await sent(client, "split", path, label="side door")
    assert none.status_code == 422
    assert "Tick the fragments" in none.text
    assert 'value="side door"' in none.text
    part = {"label": "side door", "fragments": fits["fragments"][:1]}
    assert (await sent(client, "split", path, **part)).status_code == 303
    other = (await code_named(client, "side door"))["code_id"]
    assert "1 fragment" in await shown(client, f"/reviews/rev/codes/{other}")
    assert (await sent(client, "merge", f"/reviews/rev/codes/{other}", into="")).status_code == 422
    merged = await sent(client, "merge", f"/reviews/rev/codes/{other}", into=code)
    assert merged.headers["location"] == path
    assert "It became part of open door" in await shown(client, f"/reviews/rev/codes/{other}")
    assert (await sent(client, "move", path, group="")).status_code == 303
    assert "In no group of any theory" in await shown(client, path)
    assert (await sent(client, "retire", path, reason="too wide")).status_code == 303
    assert "It is retired" in await shown(client, path)


async def test_a_reader_sees_the_codebook_without_forms(pages):
    system, client = pages
    head = await member_head(system, "rev", "rob", "reader")
    page = (await client.get(BOOK, headers=head)).text
    assert "No wrong door" in page
    assert "Change this group" not in page
    refused = await client.post(BOOK, data={"deed": "new-group"}, headers=head)
    assert refused.status_code == 403


def a_group(name, parent=None):
    return {"id": name, "label": name, "role": "context", "codes": [], "parent": parent}


def test_groups_stand_below_their_parents_and_none_is_lost():
    groups = [
        a_group("b", "a"),
        a_group("a"),
        a_group("c", "gone"),
        a_group("x", "y"),
        a_group("y", "x"),
    ]
    assert [(g["id"], d) for g, d in tree(groups)] == [
        ("a", 0), ("b", 1), ("c", 0), ("x", 0), ("y", 0),
    ]  # fmt: skip


async def test_what_is_refused_of_a_code_that_is_retired_meanwhile_is_told_with_what_was_typed(
    pages,
):
    _, client = pages
    code = await code_named(client, "door")
    path = f"/reviews/rev/codes/{code['code_id']}"
    retired = await sent(client, "retire", path, reason="it says two things")
    assert retired.status_code == 303, retired.text
    late = await sent(client, "describe", path, description="Any door at all", examples="a gate")
    assert late.status_code == 409
    assert 'role="alert"' in late.text
    assert "Any door at all" in late.text
    assert "a gate" in late.text


def test_a_chain_of_a_thousand_groups_is_shown_to_its_end():
    chain = [{"id": str(n), "label": "x", "parent": str(n - 1) if n else None} for n in range(1000)]
    assert [depth for _, depth in tree(chain)] == list(range(1000))


async def test_the_roles_of_a_coding_schema_are_coded_with_codes_of_their_own(pages):
    _, client = pages
    assert "Intervention" not in await shown(client, "/reviews/rev/coding/d1")
    await client.put("/api/extraction/reviews/rev/coding-schema", json={"name": "ICAMO"})
    made = await sent(client, "new-code", role="intervention", label="Weekly calls")
    assert made.status_code == 303
    words = await shown(client, BOOK)
    assert "I intervention: Intervention" in words
    assert "Weekly calls 0 fragments" in words
    code = (await code_named(client, "Weekly calls"))["code_id"]
    assert "Intervention, 0 fragments" in await shown(client, f"/reviews/rev/codes/{code}")
    form = {"quote": "", "paraphrase": "They were rung up.", "code_intervention": code}
    saved = await client.post("/reviews/rev/coding-of/d1", data={**form, "new_actor": "Nurse"})
    assert saved.status_code == 303, saved.text
    words = await shown(client, "/reviews/rev/coding/d1")
    assert "In the coder's words: They were rung up." in words
    assert "Weekly calls present" in words
