"""Accounts: the first owner, joining by a link, passwords, and how often they may be tried."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.http.auth import LOCAL, Authenticator
from tests.support.workbench import SECRET
from workbench.people.domain import Throttle, fault_of

URL = "http://retroduct.example"
OWNER = {
    "name": "Olga Owner",
    "person": "",
    "password": "a stone in the river",
    "again": "a stone in the river",
}
REVIEW = {
    "id": "rev",
    "title": "Coaching",
    "stages": [{"name": "title", "from": None, "main": True, "policy": {"kind": "single"}}],
}


def visitor(service):
    """A browser on another machine."""
    transport = httpx.ASGITransport(app=service.app, client=("192.0.2.7", 0))
    headers = {"accept": "text/html", "origin": URL}
    return httpx.AsyncClient(transport=transport, base_url=URL, headers=headers)


@pytest.fixture
async def server(alone):
    """A server that is nobody's own machine, and the token that it prints."""
    standing = alone.authenticator.standing
    alone.app.state.authenticator = Authenticator(SECRET, standing=standing)
    return alone, alone.app.state.authenticator.sign(LOCAL, datetime.now(UTC))


async def begin(client, token, **form):
    return await client.post("/first-start", data={**OWNER, "token": token, **form})


async def test_the_first_start_asks_for_an_owner_and_takes_one_only(server):
    service, token = server
    async with visitor(service) as olga:
        led = await olga.get("/sign-in")
        assert (led.status_code, led.headers["location"]) == (303, "/first-start")
        assert "Who owns this installation?" in (await olga.get("/first-start")).text
        wrong = await begin(olga, "guessed")
        assert 'id="wrong-owner-token"' in wrong.text
        assert 'value="Olga Owner"' in wrong.text
        assert "a stone" not in wrong.text
        short = await begin(olga, token, password="short", again="short")
        assert 'id="wrong-owner-password"' in short.text
        differ = await begin(olga, token, again="another river")
        assert 'id="wrong-owner-again"' in differ.text
        assert (await begin(olga, token)).headers["location"] == "/"
        assert "Olga Owner" in (await olga.get("/")).text
        assert (await olga.get("/admin/people")).status_code == 200
    async with visitor(service) as late:
        again = await begin(late, token, name="Late", person="late")
        assert again.status_code == 409
        assert (await late.get("/sign-in")).status_code == 200


async def link_of(answer):
    return re.search(r"(/join/[\w-]+)", answer.text).group(1)


async def test_a_link_lets_a_person_choose_a_password_once(server):
    service, token = server
    async with visitor(service) as olga, visitor(service) as rita:
        await begin(olga, token)
        made = await olga.post("/admin/people", data={"deed": "add", "name": "Rita Osei"})
        link = await link_of(made)
        assert "Welcome, Rita Osei" in (await rita.get(link)).text
        poor = await rita.post(link, data={"password": "rita-osei", "again": "rita-osei"})
        assert 'id="wrong-join-password"' in poor.text
        good = {"password": "known by her voice", "again": "known by her voice"}
        assert (await rita.post(link, data=good)).headers["location"] == "/"
        assert (await rita.get("/admin")).status_code == 403
        assert (await rita.get(link)).status_code == 404
        await rita.post("/sign-out")
        assert not rita.cookies
        entered = await rita.post(
            "/sign-in", data={"name": "rita-osei", "password": "known by her voice"}
        )
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie


async def test_a_reviews_owner_makes_links_for_new_people_only(server):
    service, token = server
    async with visitor(service) as olga, visitor(service) as ada:
        await begin(olga, token)
        link = await link_of(
            await olga.post("/admin/people", data={"deed": "add", "name": "Ada", "person": "ada"})
        )
        words = {"password": "many green doors", "again": "many green doors"}
        await ada.post(link, data=words)
        opened = await ada.post("/api/reviews", json=REVIEW)
        assert opened.status_code == 201, opened.text
        team = "/reviews/rev/settings/team"
        members = "/api/reviews/rev/members"
        await ada.put(f"{members}/new", json={"name": "New One", "roles": ["reviewer"]})
        made = await ada.post(team, data={"deed": "link", "person": "new"})
        assert "/join/" in made.text
        for person in ("olga-owner", "local-owner"):
            await ada.put(f"{members}/{person}", json={"name": "Olga", "roles": ["reader"]})
            refused = await ada.post(team, data={"deed": "link", "person": person})
            assert refused.status_code == 403
            assert "/join/" not in refused.text
            assert "signs in already" in refused.text


async def test_a_password_is_tried_a_few_times_then_after_waits(server):
    service, token = server
    async with visitor(service) as olga, visitor(service) as thief:
        await begin(olga, token)
        for name in ("olga-owner", "nobody-here"):
            told = [
                await thief.post("/sign-in", data={"name": name, "password": f"guess {n}"})
                for n in range(6)
            ]
            assert [answer.status_code for answer in told] == [401] * 5 + [429]
            assert "tried too often" in told[-1].text
            assert f'value="{name}"' in told[-1].text
        right = {"name": "olga-owner", "password": OWNER["password"]}
        assert (await thief.post("/sign-in", data=right)).status_code == 429


async def test_a_password_changes_by_the_old_one_and_tokens_are_ones_own(server):
    service, token = server
    async with visitor(service) as olga:
        await begin(olga, token)
        new = {"deed": "password", "password": "a door in the wall", "again": "a door in the wall"}
        wrong = await olga.post("/me", data={**new, "old": "no"})
        assert 'id="wrong-password-old"' in wrong.text
        assert (await olga.post("/me", data={**new, "old": OWNER["password"]})).status_code == 303
        made = await olga.post("/me", data={"deed": "token", "label": "script", "days": "7"})
        secret = re.search(r"rd_[\w-]+", made.text).group()
        head = {"authorization": f"Bearer {secret}"}
        exchanged = await olga.post("/api/tokens/exchange", json={"token": secret}, headers=head)
        assert exchanged.status_code == 200
        assert secret not in (await olga.get("/me")).text
        assert "script" in (await olga.get("/me")).text


def test_waits_double_and_a_success_forgets_them():
    throttle, now = Throttle(), datetime(2026, 1, 1, tzinfo=UTC)
    waits = []
    for _ in range(8):
        while wait := throttle.wait("Ada", now):
            now += wait
        waits.append(throttle.wait("ada", now) if len(waits) >= 4 else timedelta(0))
    assert waits[4:] == sorted(waits[4:])
    assert waits[4] > timedelta(0)
    throttle.succeeded("ADA")
    assert not throttle.wait("ada", now)


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaa", "rita-osei-2026"])
def test_passwords_that_are_easy_to_guess_are_refused(password):
    assert fault_of(password, "rita-osei-2026")
    assert not fault_of("a stone in the river", "rita")
