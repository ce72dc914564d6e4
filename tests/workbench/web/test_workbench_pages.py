"""Pages show people what they may see, and send forms with their own rights."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

SECRET_WORDS = "The manager shouted at everybody."
DOCUMENT = "/api/extraction/reviews/rev/documents/talk%2F1"
FRAGMENT = "/api/extraction/reviews/rev/fragments/secret"
CONFIDENTIAL = {
    "kind": "interview",
    "title": "Interview with a named nurse",
    "text": SECRET_WORDS,
    "confidential": True,
}
SECRET = {
    "theories": ["PT1"],
    "elements": [{"role": "outcome", "code": "engagement", "state": "failed"}],
    "sources": [{"document": "talk/1"}],
    "document": "talk/1",
    "quote": SECRET_WORDS,
    "start": 0,
    "end": len(SECRET_WORDS),
}


async def fill(home):
    """The small review, with a confidential interview that has one fragment, in a home."""
    async with open_system(settings_of(home)) as system, system.client() as client:
        await the_review.fill(system, client)
        await the_review.said(client.put(DOCUMENT, json=CONFIDENTIAL))
        await the_review.said(client.put(FRAGMENT, json=SECRET))
        await system.drain()


def settings_of(home):
    return Settings(home=home, sqlite_synchronous="NORMAL", local_owner=True)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A home with the review in it, filled once."""
    home = tmp_path_factory.mktemp("filled")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, fill(home)).result(120)
    return home


@pytest_asyncio.fixture
async def system(filled, tmp_path):
    """All services on a copy of the filled home."""
    shutil.copytree(filled, tmp_path / "home")
    async with open_system(settings_of(tmp_path / "home")) as running:
        yield running


@asynccontextmanager
async def as_person(system, person, *roles, review="rev"):
    """A client that acts as a person with these roles."""
    head = await member_head(system, review, person, *roles)
    async with system.client(headers=head) as client:
        yield client


async def test_no_word_of_a_confidential_source_is_shown_to_a_reader(system):
    paths = ("coding", "coding/talk%2F1", "synthesis", "theories/PT1", "")
    async with as_person(system, "rosa", "reader") as reader:
        for path in paths:
            answer = await reader.get(f"/reviews/rev/{path}".rstrip("/"))
            assert answer.status_code == 200
            assert "shouted" not in answer.text
            assert "named nurse" not in answer.text
        assert "Words withheld" in (await reader.get("/reviews/rev/coding/talk%2F1")).text
    async with as_person(system, "carl", "coder") as coder:
        assert "shouted" in (await coder.get("/reviews/rev/coding/talk%2F1")).text


async def test_a_form_of_somebody_without_the_role_is_refused_in_words(system):
    form = {"quote": "x", "start": "0", "end": "1", "code_outcome": "engagement"}
    async with as_person(system, "rosa", "reader") as reader:
        answer = await reader.post("/reviews/rev/coding-of/d0", data=form)
        assert answer.status_code == 403
        assert "is not coder in review" in answer.text
    async with system.client() as owner:
        await owner.post("/api/reviews", json={"id": "other", "title": "Another"})
    async with as_person(system, "otto", "coder", review="other") as stranger:
        assert (await stranger.get("/reviews/rev/coding/d0")).status_code == 403
        assert (await stranger.get("/reviews/rev/theories/PT1")).status_code == 403


async def test_saving_the_same_form_twice_makes_one_fragment(system):
    form = {
        "theory": "PT1",
        "fragment": "once",
        "quote": SECRET_WORDS[:11],
        "start": "0",
        "end": "11",
        "code_context": "door",
    }
    async with as_person(system, "carl", "coder") as coder:
        for _ in range(2):
            answer = await coder.post("/reviews/rev/coding-of/talk%2F1", data=form)
            assert answer.status_code == 303
            assert answer.headers["location"] == "/reviews/rev/coding/talk%2F1?theory=PT1"
        history = await coder.get("/api/extraction/reviews/rev/fragments/once/history")
    assert [version["version"] for version in history.json()] == [1]


async def test_every_page_carries_the_strict_policy_and_no_inline_script_or_style(system):
    async with system.client() as client:
        for path in (
            "coding",
            "coding/d0",
            "synthesis",
            "theories/PT1",
            "screening",
            "conflicts",
            "steps",
        ):
            answer = await client.get(f"/reviews/rev/{path}")
            assert answer.headers["content-security-policy"].startswith("default-src 'self';")
            assert "X-Fragment" in answer.headers["vary"]
            for forbidden in (
                " style=",
                "<style",
                " onclick=",
                "javascript:",
                "http://",
                "https://",
            ):
                assert forbidden not in answer.text.replace("http://www.w3.org", "")
