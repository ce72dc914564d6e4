"""People join a review by their own word, and are called as they wish."""

from tests.support.members import PLACE, REVIEW, exchanged, opened, personal, put_member
from tests.support.web import from_here


async def test_nobody_becomes_a_member_without_accepting(system):
    async with system.client() as owner:
        ada = await exchanged(owner, await personal(owner, "ada"))
        eve = await exchanged(owner, await personal(owner, "eve"))
        team = [{"person": "eve", "name": "Eve", "roles": ["reviewer"]}]
        own = {"id": "own", "title": "Ada's own", "team": team}
        shown = (await owner.post("/api/reviews", json=own, headers=ada)).json()
        assert [m["person"] for m in shown["team"]] == ["ada"]
        assert [m["person"] for m in shown["invited"]] == ["eve"]
        assert (await owner.get("/api/reviews/own", headers=eve)).status_code == 403
        waiting = (await owner.get("/api/invitations", headers=eve)).json()["items"]
        assert [(i["review"], i["roles"], i["invited_by"]) for i in waiting] == [
            ("own", ["reviewer"], "ada")
        ]
        accept = "/api/invitations/own/accept"
        assert (await owner.post(accept, headers=ada)).status_code == 200, "is in already"
        for _ in range(2):
            joined = await owner.post(accept, headers=eve)
            assert joined.status_code == 200
        assert [m["person"] for m in joined.json()["team"]] == ["ada", "eve"]
        assert joined.json()["invited"] == []
        path = "/api/reviews/own/members/eve"
        raised = await owner.put(path, json={"roles": ["resolver"]}, headers=ada)
        assert raised.json()["team"][1]["roles"] == ["resolver"], "a member's roles change at once"


async def test_an_invitation_is_declined_or_taken_back(system):
    async with system.client() as owner:
        ada = await exchanged(owner, await personal(owner, "ada"))
        eve = await exchanged(owner, await personal(owner, "eve"))
        await owner.post("/api/reviews", json={"id": "own", "title": "O"}, headers=ada)
        path, invitation = "/api/reviews/own/members/eve", "/api/invitations/own"
        for end in (
            lambda: owner.delete(invitation, headers=eve),
            lambda: owner.delete(path, headers=ada),
        ):
            (await owner.put(path, json={"roles": ["reader"]}, headers=ada)).raise_for_status()
            assert (await end()).status_code == 204
            late = await owner.post(f"{invitation}/accept", headers=eve)
            assert late.status_code == 403
        assert (await owner.get("/api/reviews/own", headers=eve)).status_code == 403


async def test_who_signs_in_accepts_on_the_first_page(sqlite_system):
    async with sqlite_system.client() as owner:
        ada = await exchanged(owner, await personal(owner, "ada"))
        eve = await personal(owner, "eve")
        team = [{"person": "eve", "roles": ["reviewer"]}]
        review = {"id": "own", "title": "Ada's own", "team": team}
        (await owner.post("/api/reviews", json=review, headers=ada)).raise_for_status()
    async with from_here(sqlite_system.app, origin=PLACE, accept="text/html") as browser:
        await browser.post("/sign-in", data={"token": eve["token"]})
        assert "invites you to <b>Ada&#39;s own</b> as reviewer" in (await browser.get("/")).text
        assert (await browser.get("/reviews/own")).status_code == 403
        await browser.post("/invitations/own", data={"deed": "accept"})
        assert "invites you" not in (await browser.get("/")).text
        assert (await browser.get("/reviews/own")).status_code == 200


async def test_the_machines_owner_vouches_for_a_team(sqlite_system):
    async with sqlite_system.client() as owner:
        team = [{"person": "eve", "name": "Eve", "roles": ["reviewer"]}]
        shown = (await owner.post("/api/reviews", json={**REVIEW, "team": team})).json()
        assert [m["person"] for m in shown["team"]] == ["eve"]
        assert shown["invited"] == []


async def test_a_name_is_changed_by_its_person_alone(system):
    async with system.client() as owner:
        await opened(system, owner)
        named = await put_member(owner, "ada", "owner", name="Ada L.")
        ada = await exchanged(owner, await personal(owner, "ada"))
        eve = await exchanged(owner, await personal(owner, "eve"))
        assert named.json()["team"][0]["name"] == "Ada L."
        renamed = await put_member(owner, "ada", "owner", name="Stupid")
        assert renamed.json()["team"][0]["name"] == "Ada L."
        own = {
            "id": "eves",
            "title": "E",
            "team": [{"person": "ada", "name": "X", "roles": ["reader"]}],
        }
        await owner.post("/api/reviews", json=own, headers=eve)
        shown = (await owner.get("/api/reviews/rev", headers=ada)).json()
        assert shown["team"][0]["name"] == "Ada L."
        await owner.put("/api/people/me", json={"name": "Ada Lovelace"}, headers=ada)
        shown = (await owner.get("/api/reviews/rev", headers=ada)).json()
        assert shown["team"][0]["name"] == "Ada Lovelace"
