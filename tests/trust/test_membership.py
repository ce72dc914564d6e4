"""What a person may is looked up when it matters; a token only says who they are."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import update

from shared.http.auth import Principal
from tests.support.members import PLACE, exchanged, opened, personal, put_member
from tests.support.web import from_here, listening, serving
from workbench.feed.api import feed as feed_api
from workbench.tables import tokens


async def rest_of(stream):
    """What a feed says until it ends."""
    blocks = []
    async with asyncio.timeout(10):
        with suppress(AssertionError):  # raised where it ends
            while True:
                blocks.append(await stream._block())
    return blocks


async def touch_all(client, head):
    """The status of a write and of reads at every service."""
    answers = {}
    for service, path in (
        ("screening", "/api/screening/reviews/rev/flow"),
        ("search", "/api/search/reviews/rev/records"),
        ("extraction", "/api/extraction/reviews/rev/documents"),
        ("synthesis", "/api/synthesis/reviews/rev/theories"),
        ("workbench", "/api/reviews/rev"),
        ("page", "/reviews/rev"),
    ):
        answers[service] = (await client.get(path, headers=head)).status_code
    highlight = "/api/screening/reviews/rev/highlights/x"
    write = await client.put(highlight, json={"terms": ["a"], "colour": "red"}, headers=head)
    answers["write"] = write.status_code
    return answers


async def test_a_removed_member_neither_writes_nor_reads_at_any_service(system):
    async with system.client() as owner:
        await opened(system, owner)
        await put_member(owner, "ada", "reviewer")
        head = await exchanged(owner, await personal(owner, "ada"))
        assert set((await touch_all(owner, head)).values()) == {200}
        (await owner.delete("/api/reviews/rev/members/ada")).raise_for_status()
        assert set((await touch_all(owner, head)).values()) == {403}


async def test_a_revoked_token_ends_what_was_exchanged_for_it(system):
    async with system.client() as owner:
        await opened(system, owner)
        await put_member(owner, "ada", "reviewer")
        made = await personal(owner, "ada")
        head = await exchanged(owner, made)
        other = await exchanged(owner, await personal(owner, "ada"))
        assert (await owner.delete(f"/api/tokens/{made['id']}")).json() == {"revoked": True}
        assert set((await touch_all(owner, head)).values()) == {401}
        mint = await owner.post("/api/tokens", json={"person": "ada"}, headers=head)
        assert mint.status_code == 401
        again = await owner.post("/api/tokens/exchange", json={"token": made["token"]})
        assert again.status_code == 401
        assert set((await touch_all(owner, other)).values()) == {200}, "only that one"


async def test_a_personal_token_runs_out_with_all_that_was_exchanged_for_it(system):
    async with system.client() as owner:
        await opened(system, owner)
        await put_member(owner, "ada", "reviewer")
        made = await personal(owner, "ada", days=1)
        head = await exchanged(owner, made)
        left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
        assert timedelta(hours=23) < left < timedelta(hours=25)
        past = update(tokens).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        await system.services["workbench"].db.write(lambda tx: tx.execute(past))
        assert set((await touch_all(owner, head)).values()) == {401}
        for days in (0, 366):
            wish = {"person": "ada", "days": days}
            assert (await owner.post("/api/tokens", json=wish)).status_code == 422


async def test_a_short_lived_token_makes_no_other(sqlite_system):
    async with sqlite_system.client() as owner:
        made = await personal(owner, "ada")
        head = await exchanged(owner, made)
        refused = await owner.post("/api/tokens", json={}, headers=head)
        assert refused.status_code == 403
        bearer = {"authorization": f"Bearer {made['token']}"}
        assert (await owner.post("/api/tokens", json={}, headers=bearer)).status_code == 201
        for_bob = await owner.post("/api/tokens", json={"person": "bob"}, headers=bearer)
        assert for_bob.status_code == 403
        assert (await owner.get("/api/reviews", headers=bearer)).status_code == 401
    async with from_here(sqlite_system.app, origin=PLACE) as browser:
        await browser.post("/sign-in", data={"token": made["token"]})
        assert (await browser.post("/api/tokens", json={})).status_code == 201, "signed in"
        browser.cookies.delete("retroduct_personal")
        assert (await browser.post("/api/tokens", json={})).status_code == 403


LASTING = (
    ("/me", {"deed": "token", "label": "x", "days": "30"}),
    ("/me", {"deed": "password", "password": "many green doors", "again": "many green doors"}),
    ("/reviews/rev/settings/team", {"deed": "link", "person": "new"}),
)


@pytest.mark.parametrize(("path", "form"), LASTING)
async def test_no_page_gives_a_short_lived_token_a_lasting_way_in(sqlite_system, path, form):
    async with sqlite_system.client() as owner:
        await opened(sqlite_system, owner)
        (await put_member(owner, "ada", "owner")).raise_for_status()
        (await put_member(owner, "new", "reader")).raise_for_status()
        made = await personal(owner, "ada")
        head = await exchanged(owner, made)
        refused = await owner.post(path, data=form, headers=head)
        assert refused.status_code == 403, refused.text
        assert "rd_" not in refused.text
        assert "/join/" not in refused.text
    async with from_here(sqlite_system.app, origin=PLACE) as browser:
        await browser.post("/sign-in", data={"token": made["token"]})
        allowed = await browser.post(path, data=form)
        assert allowed.status_code in (200, 303), allowed.text
        browser.cookies.delete("retroduct_personal")
        assert (await browser.post(path, data=form)).status_code == 403


async def test_the_owner_of_all_lists_and_ends_anybodys_tokens_and_nobody_else_does(system):
    async with system.client() as owner:
        made = await personal(owner, "ada", label="laptop")
        bob = await exchanged(owner, await personal(owner, "bob"))
        listed = (await owner.get("/api/tokens?everyone=true")).json()["items"]
        assert {(t["person"], t["label"]) for t in listed} == {("ada", "laptop"), ("bob", "")}
        assert "rd_" not in str(listed)
        assert (await owner.get("/api/tokens?everyone=true", headers=bob)).status_code == 403
        assert [t["person"] for t in (await owner.get("/api/tokens", headers=bob)).json()["items"]]
        other = await owner.delete(f"/api/tokens/{made['id']}", headers=bob)
        assert other.json() == {"revoked": False}
        assert (await owner.delete(f"/api/tokens/{made['id']}")).json() == {"revoked": True}


async def test_who_left_gets_nothing_of_the_review_by_leaving_again(system):
    async with system.client() as owner:
        await opened(system, owner)
        await put_member(owner, "ada", "reviewer")
        ada = await exchanged(owner, await personal(owner, "ada"))
        eve = await exchanged(owner, await personal(owner, "eve"))
        left = await owner.delete("/api/reviews/rev/members/ada", headers=ada)
        assert (left.status_code, left.content) == (204, b"")
        for person, head in (("ada", ada), ("eve", eve)):
            again = await owner.delete(f"/api/reviews/rev/members/{person}", headers=head)
            assert again.status_code == 403
            assert "Coaching" not in again.text


async def test_roles_of_sixty_reviews_fit_a_cookie(sqlite_system):
    async with sqlite_system.client() as owner:
        for number in range(60):
            review = {"id": f"a-review-with-a-rather-long-name-{number:02}", "title": "R"}
            await owner.post("/api/reviews", json=review)
            await put_member(owner, "ada", "owner", "reviewer", "coder", review=review["id"])
        made = await personal(owner, "ada")
    async with from_here(sqlite_system.app, origin=PLACE) as browser:
        entered = await browser.post("/sign-in", data={"token": made["token"]})
        assert max(len(c) for c in entered.headers.get_list("set-cookie")) < 1000
        assert len((await browser.get("/api/reviews")).json()["items"]) == 60


async def test_a_token_that_claims_roles_has_none_of_them(sqlite_system):
    async with sqlite_system.client() as owner:
        await opened(sqlite_system, owner)
        authenticator = sqlite_system.authenticator
        claims = {
            "sub": "eve",
            "roles": {"rev": ["owner"]},
            "exp": datetime.now(UTC) + timedelta(minutes=5),
        }
        old = jwt.encode(claims, authenticator._secret, algorithm="HS256")
        told = Principal("eve", {"rev": frozenset({"owner"})})
        new = authenticator.sign(told, datetime.now(UTC))
        for token in (old, new):
            head = {"authorization": f"Bearer {token}"}
            assert (await owner.get("/api/reviews/rev", headers=head)).status_code == 403


@pytest.mark.parametrize("end", ["removal", "revocation"])
async def test_the_feed_ends_with_membership_and_token(sqlite_system, monkeypatch, end):
    monkeypatch.setattr(feed_api, "PING_SECONDS", 0.1)
    monkeypatch.setattr(feed_api, "LOOK_AGAIN_SECONDS", 0.0)
    async with sqlite_system.client() as owner, serving(sqlite_system.app) as url:
        await opened(sqlite_system, owner)
        await put_member(owner, "ada", "reviewer")
        await sqlite_system.drain()
        made = await personal(owner, "ada")
        head = await exchanged(owner, made)
        token = head["authorization"].removeprefix("Bearer ")
        after = (await owner.get("/api/reviews/rev/activity")).json()["items"][-1]["position"]
        async with listening(url, "rev", after=after, token=token) as stream:
            assert await stream.comment() == "feed"
            assert await stream.comment() == "ping", "it goes on while she is a member"
            if end == "removal":
                await owner.delete("/api/reviews/rev/members/ada")
            else:
                await owner.delete(f"/api/tokens/{made['id']}")
            await owner.patch("/api/reviews/rev", json={"title": "News", "reason": "r"})
            await sqlite_system.drain()
            assert [b for b in await rest_of(stream) if "data" in b] == []


async def test_a_write_by_cookie_needs_the_origin_of_this_site(sqlite_system):
    async with sqlite_system.client() as owner:
        await opened(sqlite_system, owner)
        await put_member(owner, "ada", "owner")
        made = await personal(owner, "ada")
    async with from_here(sqlite_system.app) as browser:
        await browser.post("/sign-in", data={"token": made["token"]})
        patch = {"title": "Taken over", "reason": "r"}
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": ""},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {},
        ):
            answer = await browser.patch("/api/reviews/rev", json=patch, headers=headers)
            assert answer.status_code == 403, headers
        assert (await browser.get("/api/reviews/rev")).json()["title"] == "Coaching"
        for headers in ({"origin": PLACE}, {"sec-fetch-site": "same-origin"}):
            answer = await browser.patch("/api/reviews/rev", json=patch, headers=headers)
            assert answer.status_code == 200, headers
