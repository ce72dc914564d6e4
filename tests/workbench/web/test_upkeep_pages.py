"""Upkeep in the browser: everybody's tokens end, backups are made while work goes on."""

import asyncio

import pytest_asyncio

from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.schemas import on_sqlite


@pytest_asyncio.fixture
async def pages(tmp_path):
    """An empty installation, and a client of its owner."""
    async with open_system(on_sqlite(tmp_path / "home")) as system, system.client() as client:
        yield system, client


async def test_a_token_is_listed_with_whose_it_is_and_ended(pages):
    _, client = pages
    assert "No token holds." in (await client.get("/admin/tokens")).text
    wish = {"label": "the dashboard", "days": 3}
    made = (await client.post("/api/tokens", json=wish)).json()
    page = (await client.get("/admin/tokens")).text
    assert "the dashboard" in page
    answer = await client.post("/admin/tokens", data={"token": made["id"]})
    assert answer.status_code == 303, answer.text
    assert "the dashboard" not in (await client.get("/admin/tokens")).text


async def test_a_backup_is_made_checked_and_listed(pages, tmp_path):
    _, client = pages
    assert "No backup lies here yet." in (await client.get("/admin/backups")).text
    assert (await client.post("/admin/backups")).status_code == 303
    for _ in range(600):
        page = (await client.get("/admin/backups")).text
        if "is being made" not in page:
            break
        await asyncio.sleep(0.1)
    (made,) = (tmp_path / "home" / "backups").glob("*.tar")
    assert f"backups/{made.name}" in page
    assert "was not made" not in page


async def test_only_the_owner_of_the_installation_sees_them(pages):
    system, client = pages
    (await client.post("/api/reviews", json={"id": "rev", "title": "A review"})).raise_for_status()
    await system.drain()
    head = await member_head(system, "rev", "rita", "owner")
    for path in ("/admin/tokens", "/admin/backups"):
        assert (await client.get(path, headers=head)).status_code == 403
