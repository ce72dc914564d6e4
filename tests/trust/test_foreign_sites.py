"""A page of another site writes through nobody's browser, whichever cookie the browser sends.

Every route that changes something is sent a form in the name of somebody who is signed in, by their
session and by the personal token alone: from another site, and without a word of where from.
"""

import re

import httpx

from tests.services.test_every_route_asks_who import routes_of
from tests.support.members import exchanged, opened, personal, put_member
from workbench.people.schemas import PERSONAL_COOKIE

PLACE = "http://retroduct.example"
FROM = (
    {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://retroduct.example:99"},
    {"origin": "http://["},
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {},
)  # fmt: skip
OPEN = ("/sign-in", "/sign-out", "/first-start", "/join/", "/api/tokens/exchange")
"""What somebody does who is not signed in yet: looked at by the test of the sign-in page."""


def writing(app):
    """Every address that changes something, with its method."""
    for path, method in sorted(routes_of(app)):
        if method != "GET" and not path.startswith(OPEN):
            where = re.sub(r"\{(?:number|position)\}", "1", path.replace("{review_id}", "rev"))
            yield method, re.sub(r"\{[^}]+\}", "x", where)


async def test_no_other_site_writes_by_a_session_or_by_a_personal_token(sqlite_system):
    async with sqlite_system.client() as owner:
        await opened(sqlite_system, owner)
        (await put_member(owner, "ann", "owner")).raise_for_status()
        made = await personal(owner, "ann")
        session = (await exchanged(owner, made))["authorization"].removeprefix("Bearer ")
    transport = httpx.ASGITransport(app=sqlite_system.app, client=("203.0.113.9", 1))
    jars = ({"retroduct_session": session}, {PERSONAL_COOKIE: made["token"]})
    wrong = {}
    for cookies in jars:
        async with httpx.AsyncClient(
            transport=transport, base_url=PLACE, cookies=cookies
        ) as browser:
            assert (await browser.get("/reviews/rev")).status_code == 200
            browser.cookies.clear()
            for name, value in cookies.items():
                browser.cookies.set(name, value)
            for method, path in writing(sqlite_system.app):
                for head in FROM:
                    form = {"data": {"reason": "x"}} if not path.startswith("/api/") else {}
                    answer = await browser.request(method, path, headers=head, **form)
                    if answer.status_code not in (401, 403):
                        wrong[method, path, str(head), *cookies] = answer.status_code
    assert wrong == {}


async def test_a_page_that_came_without_tls_writes_nothing_at_a_site_that_has_it(sqlite_system):
    async with sqlite_system.client() as owner:
        await opened(sqlite_system, owner)
        made = await personal(owner, "ann")
    transport = httpx.ASGITransport(app=sqlite_system.app, client=("203.0.113.9", 1))
    cookies = {PERSONAL_COOKIE: made["token"]}
    for origin, status in (("http://retroduct.example", 403), ("https://retroduct.example", 303)):
        async with httpx.AsyncClient(
            transport=transport, base_url="https://retroduct.example", cookies=cookies
        ) as browser:
            answer = await browser.post(
                "/me", data={"deed": "name", "name": "Ann"}, headers={"origin": origin}
            )
            assert answer.status_code == status, (origin, answer.text)
