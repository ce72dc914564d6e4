"""Pages name groups, codes and outcomes as their own theory does, and as they went."""

import html
import re

import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system

AT = "/api/extraction/reviews/rev"
GROUPS = [
    {"id": "TRUST", "role": "mechanism_response", "label": "Reliance", "codes": [{"id": "trust"}]},
    {
        "id": "ENG",
        "role": "outcome",
        "label": "Falling out of contact",
        "level": "intermediate",
        "valence": "undesired",
        "codes": [{"id": "lost"}],
    },
]


@pytest_asyncio.fixture
async def pages(tmp_path):
    """The small review with a second theory, whose groups have ids of the first one's."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    await the_review.lay(tmp_path)
    async with open_system(settings) as system, system.client() as client:
        await the_review.fill(system, client)
        theory = {**the_review.THEORY, "number": 2, "name": "Reliance wears off"}
        await the_review.said(client.put("/api/synthesis/reviews/rev/theories/PT2", json=theory))
        await system.drain()
        book = {"groups": GROUPS}
        await the_review.said(client.put(f"{AT}/theories/PT2/codebook", json=book))
        await system.drain()
        yield system, client


async def code(client, **states):
    """A fragment of the second theory for each name, with the state of its outcome."""
    fragments = [
        {
            **the_review.a_fragment(0),
            "id": name,
            "theories": ["PT2"],
            "elements": [
                {"role": "mechanism_response", "code": "trust", "state": "present"},
                {"role": "outcome", "code": "lost", "state": state},
            ],
        }
        for name, state in states.items()
    ]
    body = {"fragments": fragments}
    await the_review.said(client.post(f"{AT}/fragments/batch", json=body))


async def words(system, client, path):
    await system.drain()
    answer = await client.get(path)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_a_group_is_called_as_its_own_theory_calls_it(pages):
    system, client = pages
    await code(client, g1="failed")
    one = await words(system, client, "/reviews/rev/theories/PT1")
    two = await words(system, client, "/reviews/rev/theories/PT2")
    assert "Engagement" in one
    assert "Falling out of contact" not in one
    assert "prevents: Falling out of contact" in two
    assert "Engagement" not in two


async def test_an_undesired_outcome_that_followed_is_no_prevention(pages):
    system, client = pages
    await code(client, g1="occurred")
    for path in ("/reviews/rev/theories/PT2", "/reviews/rev", "/reviews/rev/activity"):
        said = await words(system, client, path)
        assert "leads to: Falling out of contact" in said, path
    said = await words(system, client, "/reviews/rev/theories/PT2")
    assert "fails: prevents" not in said
    assert "'Reliance' is reported only with 'Falling out of contact'" in said


async def test_codes_without_a_group_are_told_by_their_labels(pages):
    system, client = pages
    created = await the_review.said(
        client.post(f"{AT}/codes", json={"role": "context", "label": "Nobody at the desk"})
    )
    fragment = {**the_review.a_fragment(1), "id": "odd"}
    fragment["elements"] = [{"role": "context", "code": created["code"], "state": "present"}]
    await the_review.said(client.post(f"{AT}/fragments/batch", json={"fragments": [fragment]}))
    said = await words(system, client, "/reviews/rev/theories/PT1")
    assert "Code in no group of the codebook" in said
    assert "Nobody at the desk" in said
    assert created["code"] not in said
