"""Who looks at pages where nobody is the local owner: signing in, staying, leaving."""

import httpx
import pytest

from shared.http.auth import Authenticator
from tests.support.workbench import SECRET

REVIEW = {
    "id": "rev",
    "title": "Coaching",
    "stages": [{"name": "title", "from": None, "main": True, "policy": {"kind": "single"}}],
    "team": [{"person": "ada", "name": "Ada", "roles": ["owner"]}],
}
PAGE = {"accept": "text/html"}


@pytest.fixture
async def token(alone):
    """Ada's personal token."""
    await alone.open(REVIEW)
    async with alone.client() as owner:
        wish = {"person": "ada", "label": "laptop"}
        return (await owner.post("/api/tokens", json=wish)).json()["token"]


@pytest.fixture
async def browser(alone, token):
    """A browser on another machine, of which nothing is known."""
    standing = alone.authenticator.standing
    alone.app.state.authenticator = Authenticator(SECRET, standing=standing)
    transport = httpx.ASGITransport(app=alone.app, client=("192.0.2.7", 0))
    url = "http://retroduct.example"
    headers = PAGE | {"origin": url}
    async with httpx.AsyncClient(transport=transport, base_url=url, headers=headers) as client:
        yield client


async def test_a_stranger_is_led_to_the_sign_in_and_back(browser, token):
    led = await browser.get("/reviews/rev?all=true")
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/sign-in?next=%2Freviews%2Frev%3Fall%3Dtrue",
    )
    form = {"token": token, "next": "/reviews/rev?all=true"}
    entered = await browser.post("/sign-in", data=form)
    assert (entered.status_code, entered.headers["location"]) == (303, "/reviews/rev?all=true")
    assert "Coaching" in (await browser.get("/reviews/rev")).text


async def test_a_session_that_ran_out_is_renewed_from_the_personal_token(browser, token):
    await browser.post("/sign-in", data={"token": token})
    del browser.cookies["retroduct_session"]
    assert (await browser.get("/api/reviews/rev")).status_code == 401
    assert (await browser.get("/session")).status_code == 204
    assert (await browser.get("/api/reviews/rev")).status_code == 200


async def test_a_revoked_token_opens_nothing(browser, token):
    await browser.post("/sign-in", data={"token": token})
    found = (await browser.get("/api/tokens")).json()["items"]
    await browser.delete(f"/api/tokens/{found[0]['id']}")
    del browser.cookies["retroduct_session"]
    assert (await browser.get("/reviews/rev")).status_code == 303


async def test_a_wrong_token_is_told_and_sets_no_cookie(browser):
    answer = await browser.post("/sign-in", data={"token": "rd_wrong"})
    assert answer.status_code == 401
    assert "unknown or was revoked" in answer.text
    assert not browser.cookies


async def test_signing_out_forgets_who_looked(browser, token):
    await browser.post("/sign-in", data={"token": token})
    await browser.post("/sign-out")
    assert (await browser.get("/reviews/rev")).status_code == 303


@pytest.mark.parametrize("place", ["https://elsewhere.example", "//elsewhere.example", "/\\else"])
async def test_nobody_is_sent_to_another_site(browser, token, place):
    entered = await browser.post("/sign-in", data={"token": token, "next": place})
    assert entered.headers["location"] == "/"


async def test_a_form_from_another_site_signs_nobody_in(browser, token):
    origin = {"origin": "https://elsewhere.example"}
    answer = await browser.post("/sign-in", data={"token": token}, headers=origin)
    assert answer.status_code == 403
    assert not browser.cookies


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(browser, token):
    entered = await browser.post("/sign-in", data={"token": token})
    for cookie in entered.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


async def test_a_missing_review_is_a_page_for_people_and_a_problem_for_programs(browser, token):
    await browser.post("/sign-in", data={"token": token})
    shown = await browser.get("/reviews/none")
    assert shown.headers["content-type"].startswith("text/html")
    assert "<h1>" in shown.text
    told = await browser.get("/reviews/none", headers={"accept": "application/json"})
    assert told.headers["content-type"] == "application/problem+json"
