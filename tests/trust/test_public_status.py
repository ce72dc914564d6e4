"""The public status shows four figures where the team wants it, and nothing else to anybody."""

import html
import re

import httpx
import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

PUBLIC, SETTING = "/status/rev", "/reviews/rev/settings/status"
PAGE = {"accept": "text/html"}


@pytest_asyncio.fixture
async def filled(tmp_path):
    """The small review, its owner's client, and a client of somebody from outside."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as owner:
        far = httpx.ASGITransport(app=system.app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(transport=far, base_url="http://far.example") as anybody:
            yield system, owner, anybody


def words(answer):
    main = answer.text.split("<main")[1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", f"<main{main}")).split())


async def test_a_status_that_is_off_is_the_same_page_as_one_that_never_was(filled):
    _, _, anybody = filled
    off = await anybody.get(PUBLIC, headers=PAGE)
    never = await anybody.get("/status/no-such-review", headers=PAGE)
    assert (off.status_code, off.text) == (404, never.text)
    assert "There is no status here." in words(off)
    plain = await anybody.get(PUBLIC)
    assert plain.status_code == 404
    assert "There is no status here." in plain.json()["detail"]


async def test_a_status_that_is_on_shows_four_figures_to_everybody(filled):
    system, owner, anybody = filled
    answer = await owner.post(SETTING, data={"deed": "show"})
    assert answer.status_code == 303
    assert "http://127.0.0.1/status/rev" in (await owner.get(SETTING)).text
    shown = words(await anybody.get(PUBLIC, headers=PAGE))
    for figure in (
        "Last searched not yet", "Records waiting to be screened 0",
        "Documents waiting to be coded 0", "Theories to check again 0",
    ):  # fmt: skip
        assert figure in shown
    body = {"kind": "literature", "title": "Report 9", "study": "s9"}
    await owner.put("/api/extraction/reviews/rev/documents/d9", json=body)
    found = "".join(f"TY  - JOUR\nTI  - {title}\nER  - \n" for title in ("Peers", "Ward rounds"))
    files = {"file": ("export.ris", found.encode())}
    await owner.post("/reviews/rev/imports", data={"source": "Embase"}, files=files)
    await system.drain()
    shown = words(await anybody.get(PUBLIC, headers=PAGE))
    assert "Records waiting to be screened 2" in shown
    assert "Documents waiting to be coded 1" in shown
    assert "Last searched not yet" not in shown


async def test_a_public_status_tells_nothing_else_of_the_review(filled):
    _, owner, anybody = filled
    await owner.post(SETTING, data={"deed": "show"})
    about = (await owner.get("/api/reviews/rev")).json()
    secret = [about["title"], about["question"], "Ada", "Rita", "PT1", "Trust", "Report"]
    answer = await anybody.get(PUBLIC, headers=PAGE)
    assert [one for one in secret if one in words(answer)] == []
    assert "/reviews/" not in answer.text
    assert answer.headers.get("set-cookie") is None
    for path in ("/reviews/rev", "/api/reviews/rev", "/api/reviews/rev/public-status",
                 "/api/reviews/rev/flow"):  # fmt: skip
        assert (await anybody.get(path)).status_code == 401
    await owner.post(SETTING, data={"deed": "hide"})
    assert (await anybody.get(PUBLIC, headers=PAGE)).status_code == 404


async def test_only_owners_switch_it_and_the_audit_log_says_who(filled):
    system, owner, anybody = filled
    head = await member_head(system, "rev", "rob", "resolver", "reviewer", "coder")
    assert (await owner.get(SETTING, headers=head)).status_code == 403
    form = {"deed": "show"}
    assert (await owner.post(SETTING, data=form, headers=head)).status_code == 403
    assert (await anybody.post(SETTING, data=form)).status_code == 401
    assert (await anybody.get(PUBLIC)).status_code == 404
    await owner.post(SETTING, data=form)
    audit = (await owner.get("/api/reviews/rev/audit.csv")).text
    assert "public_status_shown" in audit


async def test_theories_to_check_again_are_counted_once(filled):
    system, owner, anybody = filled
    await owner.post(SETTING, data={"deed": "show"})
    (one,) = (await owner.get("/api/synthesis/reviews/rev/ccmocs")).json()["items"]
    path = f"/reviews/rev/ccmocs/{one['id']}/state"
    answer = await owner.post(path, data={"state": "rejected", "reason": "read them"})
    assert answer.status_code == 303, answer.text
    await owner.post("/api/extraction/reviews/rev/fragments/f0/withdraw", json={"reason": "wrong"})
    await system.drain()
    assert "Theories to check again 1" in words(await anybody.get(PUBLIC, headers=PAGE))
