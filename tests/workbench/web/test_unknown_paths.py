"""An address at which nothing is: a page for people, a problem for programs."""

import pytest
import pytest_asyncio

from tests.support.apps import open_system
from tests.support.schemas import on_sqlite


@pytest_asyncio.fixture
async def client(tmp_path):
    """A client of the owner of an empty installation."""
    async with open_system(on_sqlite(tmp_path / "home")) as system, system.client() as found:
        yield found


@pytest.mark.parametrize("path", ["/nope", "/reviews/rev/nothing-here", "/a/b/c"])
async def test_unknown_paths_are_pages(client, path):
    answer = await client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f"Nothing is at {path}." in answer.text
    assert "See your reviews" in answer.text


@pytest.mark.parametrize("path", ["/nope", "/api/nope", "/api/search/reviews/none/nope"])
async def test_programs_get_a_problem(client, path):
    answer = await client.get(path, headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_there_is_still_there(client):
    for path in ("/", "/api/search/health", "/openapi.json", "/admin"):
        assert (await client.get(path)).status_code == 200, path
