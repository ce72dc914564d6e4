"""Deny by default: every route of every service asks who it is, and whether they may."""

import re
from datetime import UTC, datetime

import httpx
from fastapi.routing import APIRoute

from shared.http.auth import Principal

OPEN = {
    "/api/tokens/exchange",
    "/static/{hashed}/{name}",
    "/sign-in",  # where a person says who they are
    "/sign-in/provider",  # the provider says who
    "/sign-in/back",
    "/sign-out",
    "/first-start",  # takes a token of the server
    "/join/{secret}",  # the secret says who
    "/status/{name}",  # four figures, where the team shows them
    "/session",  # renews what the caller holds, and says nothing
    *(
        f"/api/{service}/{what}"
        for service in ("workbench", "search", "screening", "extraction", "synthesis")
        for what in ("health",)
    ),
}
REVIEW = {"id": "secret", "title": "A review of other people"}


def routes_of(app):
    """Every route with its method, included routers unfolded."""
    return [
        (path, method)
        for path, methods in _unfolded(app.routes)
        for method in sorted(methods - {"HEAD", "OPTIONS"})
    ]


def _unfolded(routes):
    for route in routes:
        if isinstance(route, APIRoute):
            yield route.path, route.methods
        elif hasattr(route, "effective_route_contexts"):
            for context in route.effective_route_contexts():
                yield context.path, context.methods


def filled(path):
    """The path with every parameter given; the review is the secret one."""
    path = path.replace("{review_id}", "secret")
    return re.sub(r"\{[^}]+\}", "x", path)


async def test_without_a_token_every_route_but_the_open_ones_answers_401(sqlite_system):
    found = routes_of(sqlite_system.app)
    assert len(found) > 100
    transport = httpx.ASGITransport(app=sqlite_system.app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://far.example") as stranger:
        wrong = {}
        for path, method in found:
            if path in OPEN:
                continue
            answer = await stranger.request(method, filled(path))
            if answer.status_code != 401:
                wrong[f"{method} {path}"] = answer.status_code
    assert not wrong


async def test_a_member_of_another_review_gets_nothing_of_this_one(sqlite_system):
    async with sqlite_system.client() as owner:
        await owner.post("/api/reviews", json=REVIEW)
        await sqlite_system.drain()
    bob = Principal("bob", {"own": frozenset({"owner"})})
    token = sqlite_system.app.state.authenticator.sign(bob, datetime.now(UTC))
    async with sqlite_system.client(headers={"authorization": f"Bearer {token}"}) as client:
        wrong = {}
        for path, method in routes_of(sqlite_system.app):
            if "{review_id}" not in path:
                continue
            answer = await client.request(method, filled(path))
            # 422: the request lacks a parameter, which is all that it says.
            if answer.status_code not in {403, 422}:
                wrong[f"{method} {path}"] = answer.status_code
    assert not wrong
