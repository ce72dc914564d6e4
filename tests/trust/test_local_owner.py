"""Nobody becomes the machine's owner by what a request looks like."""

from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from runtime.embedded import secret_of
from shared.http.auth import Authenticator, Principal
from shared.http.problems import Invalid, Unauthenticated
from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.web import from_here
from tests.support.workbench import SECRET

REVIEW = {
    "id": "rev",
    "title": "Coaching",
    "team": [{"person": "rob", "name": "Rob", "roles": ["reader"]}],
}
PLACE = "http://127.0.0.1:8000"
SAID = "what the participant said in confidence"


async def test_two_cookie_headers_do_not_make_a_reader_the_owner(sqlite_system):
    async with sqlite_system.client() as owner:
        await owner.post("/api/reviews", json=REVIEW)
        await sqlite_system.drain()
        document = {"kind": "transcript", "title": "T", "confidential": True, "text": SAID}
        path = "/api/extraction/reviews/rev/documents/d1"
        (await owner.put(path, json=document)).raise_for_status()
        personal = (await owner.post("/api/tokens", json={"person": "rob"})).json()["token"]
    async with from_here(sqlite_system.app, origin=PLACE) as browser:
        await browser.post("/sign-in", data={"token": personal})
        session = browser.cookies["retroduct_session"]
    two = [("cookie", "theme=dark"), ("cookie", f"retroduct_session={session}")]
    async with from_here(sqlite_system.app) as browser:
        page = await browser.get("/reviews/rev/coding/d1", headers=[*two, ("accept", "text/html")])
        assert SAID not in page.text
        form = {"text": "something else"}
        given = await browser.post(
            "/reviews/rev/texts-of/d1", headers=[*two, ("origin", PLACE)], data=form
        )
        assert given.status_code in {403, 404}, given.text
    async with sqlite_system.client() as owner:
        text = await owner.get("/api/extraction/reviews/rev/documents/d1/text")
        assert text.json()["text"] == SAID


@pytest.mark.parametrize(
    "head",
    [
        [("authorization", "Basic cm9iOnJvYg==")],
        [("authorization", "Bearer")],
        [("cookie", "retroduct_session=")],
        [("cookie", "retroduct_session=x"), ("cookie", "retroduct_session=")],
    ],
)
async def test_whoever_says_who_they_are_in_vain_is_nobody(sqlite_system, head):
    async with from_here(sqlite_system.app) as here:
        assert (await here.get("/api/reviews", headers=head)).status_code == 401


async def test_a_call_between_services_without_a_principal_is_refused(sqlite_system):
    client = sqlite_system.services["workbench"].context.peers.client
    assert (await client.get("/api/reviews")).status_code == 401


@pytest.mark.parametrize(
    ("said", "host", "let_in"),
    [
        (True, "127.0.0.1", True),
        (True, "::1", True),
        (True, "0.0.0.0", False),
        (True, "192.0.2.7", False),
        (False, "127.0.0.1", False),
        (None, "127.0.0.1", False),
    ],
)
async def test_the_local_owner_is_a_setting_that_holds_on_loopback_only(
    sqlite_settings, said, host, let_in
):
    made = sqlite_settings.model_copy(update={"local_owner": said, "host": host})
    async with open_system(made) as system, from_here(system.app) as here:
        assert (await here.get("/api/reviews")).status_code == (200 if let_in else 401)


@pytest.mark.parametrize(
    "header", ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"]
)
async def test_a_forwarded_header_ends_the_local_owner_for_good(sqlite_system, header):
    async with from_here(sqlite_system.app) as here:
        assert (await here.get("/api/reviews")).status_code == 200
        through = await here.get("/api/reviews", headers={header: "192.0.2.7"})
        assert through.status_code == 401
        assert (await here.get("/api/reviews")).status_code == 401
    sqlite_system.authenticator.local_owner = True


ODD = ("127.0.0.1:a", "[::1]x", "127.0.0.1@evil", "evil.example:a", "a b", "")
"""What is no name of a machine at all."""


@pytest.mark.parametrize(
    "host", ["testserver", "testclient", "evil.example", "localhost.evil", *ODD]
)
async def test_no_other_name_is_this_machine(sqlite_system, host):
    async with from_here(sqlite_system.app, host=host) as here:
        assert (await here.get("/api/reviews")).status_code == 401
    transport = httpx.ASGITransport(app=sqlite_system.app, client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url=PLACE) as here:
        assert (await here.get("/api/reviews")).status_code == 401


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
async def test_a_short_secret_starts_nothing(sqlite_settings, secret):
    with pytest.raises(Invalid, match="32 bytes"):
        Authenticator(secret)
    made = Settings(home=sqlite_settings.home, secret=secret)
    with pytest.raises(Invalid, match="RETRODUCT_SECRET"):
        secret_of(made)


def test_the_secret_that_is_made_is_long_and_for_its_owner_only(tmp_path):
    made = secret_of(Settings(home=tmp_path))
    assert len(made) >= 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "ada"},
        {"exp": 1},
        {"all": True},
        {"sub": "", "all": True},
        {"sub": 7},
        {"sub": None},
    ],
)
def test_a_token_without_an_end_or_a_person_does_not_hold(claims):
    later = datetime.now(UTC) + timedelta(minutes=5)
    complete = {"exp": later, **claims} if "sub" in claims and claims != {"sub": "ada"} else claims
    token = jwt.encode(complete, SECRET, algorithm="HS256")
    with pytest.raises(Unauthenticated):
        Authenticator(SECRET).verify(token)


def test_a_claim_that_only_looks_true_owns_nothing():
    later = datetime.now(UTC) + timedelta(minutes=5)
    token = jwt.encode({"sub": "ada", "exp": later, "all": "yes"}, SECRET, algorithm="HS256")
    assert Authenticator(SECRET).verify(token) == Principal("ada")
