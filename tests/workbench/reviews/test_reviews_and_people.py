"""Reviews and their people, over HTTP, on both databases."""

import httpx

from tests.support.web import from_here

RECO = {
    "id": "reco",
    "title": "RECO",
    "question": "What works?",
    "stages": [
        {"name": "title_abstract_1", "from": None},
        {"name": "title_abstract_2", "from": "title_abstract_1", "main": False},
        {"name": "full_text", "from": "title_abstract_1"},
    ],
    "team": [{"person": "ada", "name": "Ada L.", "roles": ["owner", "reviewer"]}],
}


async def test_opening_the_same_review_twice_is_a_no_op(system):
    async with system.client() as client:
        first = await client.post("/api/reviews", json=RECO)
        second = await client.post("/api/reviews", json=RECO)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        await system.drain()
        counts = (await client.get("/api/reviews/reco/event-counts")).json()
        assert counts == {"workbench.review_opened": 1, "workbench.member_joined": 1}


async def test_another_review_with_a_taken_id_is_refused(sqlite_system):
    async with sqlite_system.client() as client:
        await client.post("/api/reviews", json=RECO)
        answer = await client.post("/api/reviews", json={**RECO, "title": "Other"})
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert "choose another id" in answer.json()["detail"]


async def test_a_bad_request_names_the_field(sqlite_system):
    async with sqlite_system.client() as client:
        answer = await client.post("/api/reviews", json={"id": "x", "colour": "blue"})
        assert answer.status_code == 422
        fields = {fault["field"] for fault in answer.json()["faults"]}
        assert fields == {"title", "colour"}


async def test_a_stage_that_comes_from_nowhere_is_refused(sqlite_system):
    async with sqlite_system.client() as client:
        stages = [{"name": "full_text", "from": "nowhere"}]
        answer = await client.post("/api/reviews", json={**RECO, "stages": stages})
        assert answer.status_code == 422
        assert "'nowhere', which is not before it" in answer.json()["detail"]


async def test_an_amendment_keeps_its_history_and_reason(system):
    async with system.client() as client:
        await client.post("/api/reviews", json=RECO)
        patch = {"question": "For whom?", "reason": "protocol amendment 1"}
        amended = await client.patch("/api/reviews/reco", json=patch)
        again = await client.patch("/api/reviews/reco", json=patch)
        assert amended.json()["version"] == again.json()["version"] == 2
        history = (await client.get("/api/reviews/reco/history")).json()["items"]
        assert [h["reason"] for h in history] == ["opened", "protocol amendment 1"]


async def test_a_person_acts_with_a_token_and_only_in_their_reviews(sqlite_system):
    async with sqlite_system.client() as owner:
        await owner.post("/api/reviews", json=RECO)
        await owner.post("/api/reviews", json={**RECO, "id": "other", "team": []})
        wish = {"person": "ada", "label": "laptop"}
        personal = (await owner.post("/api/tokens", json=wish)).json()["token"]
        exchanged = await owner.post("/api/tokens/exchange", json={"token": personal})
        bearer = {"authorization": f"Bearer {exchanged.json()['token']}"}
    async with sqlite_system.client(headers=bearer) as ada:
        listed = (await ada.get("/api/reviews")).json()["items"]
        assert [r["id"] for r in listed] == ["reco"]
        assert (await ada.get("/api/reviews/other")).status_code == 403


async def test_without_a_token_a_stranger_is_told_what_to_do(sqlite_system):
    transport = httpx.ASGITransport(app=sqlite_system.app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://review.example") as stranger:
        answer = await stranger.get("/api/reviews")
        assert answer.status_code == 401
        assert "Authorization: Bearer" in answer.json()["detail"]


async def test_a_foreign_page_cannot_act_for_the_local_owner(sqlite_system):
    async with from_here(sqlite_system.app, origin="https://evil.example") as page:
        assert (await page.post("/api/reviews", json=RECO)).status_code == 401
    async with from_here(sqlite_system.app, host="evil.example") as page:
        assert (await page.post("/api/reviews", json=RECO)).status_code == 401


async def test_every_service_answers_health_readiness_and_metrics(sqlite_system):
    async with sqlite_system.client() as client:
        for name in sqlite_system.services:
            assert (await client.get(f"/api/{name}/health")).json() == {"status": "ok"}
            assert (await client.get(f"/api/{name}/ready")).status_code == 200
            assert "retroduct_unsent" in (await client.get(f"/api/{name}/metrics")).text


async def test_an_amendment_to_nothing_is_refused_by_field(sqlite_system):
    async with sqlite_system.client() as client:
        await client.post("/api/reviews", json=RECO)
        for field in ("title", "question", "stages", "retired", "reported_numbers"):
            answer = await client.patch("/api/reviews/reco", json={field: None, "reason": "x"})
            assert answer.status_code == 422
            assert [fault["field"] for fault in answer.json()["faults"]] == [field]


async def test_a_value_that_no_database_keeps_is_refused_and_no_fault_of_the_server(system):
    async with system.client() as client:
        await client.post("/api/reviews", json=RECO)
        nul = await client.put(
            "/api/reviews/reco/members/a%00b", json={"name": "A", "roles": ["reader"]}
        )
        assert nul.status_code in {200, 422}
        for path, body in (
            ("/api/extraction/reviews/reco/documents/d", {"year": 2**40}),
            ("/api/synthesis/reviews/reco/theories/PT1", {"number": 2**70}),
        ):
            answer = await client.put(path, json=body)
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
        far = await client.get(f"/api/reviews/reco/activity?after={2**63}")
        assert far.status_code == 422
