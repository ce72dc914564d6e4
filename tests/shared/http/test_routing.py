"""A path is looked for among the routes of the service that it names, and nowhere else."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from shared.http.routing import RoutesOf, service_of


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/search/reviews/rev/records", "search"),
        ("/api/searches", ""),
        ("/api/reviews/search", ""),
        ("/reviews/rev/search", ""),
        ("/api/synthesis", "synthesis"),
    ],
)
def test_a_path_names_its_service_by_its_second_part(path, service):
    assert service_of(path) == service


async def test_routes_within_routes_answer_and_other_paths_are_not_tried():
    tried = []
    inner, outer = APIRouter(), APIRouter()

    @inner.get("/things/{name:path}")
    async def thing(name: str) -> dict[str, str]:
        return {"thing": name}

    @inner.post("/things")
    async def make() -> dict[str, str]:
        return {"made": "yes"}

    outer.include_router(inner)

    def can_be(path):
        tried.append(path)
        return service_of(path) == "search"

    app = FastAPI()
    app.include_router(RoutesOf(outer, can_be), prefix="/api/search", tags=["search"])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/api/search/things/a/b")).json() == {"thing": "a/b"}
        assert (await client.post("/api/search/things")).json() == {"made": "yes"}
        assert (await client.put("/api/search/things")).status_code == 405
        assert (await client.get("/api/synthesis/things/a")).status_code == 404
    assert "/api/synthesis/things/a" in tried
    (operation,) = app.openapi()["paths"]["/api/search/things"].values()
    assert operation["tags"] == ["search"]
