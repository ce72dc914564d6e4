"""Opening a review whose id is taken gives nobody anything."""

import pytest

REVIEW = {
    "id": "secret",
    "title": "A review of other people",
    "question": "What works?",
    "stages": [{"name": "title", "from": None}],
    "team": [
        {"person": "ada", "name": "Ada", "roles": ["owner"]},
        {"person": "rob", "name": "Rob", "roles": ["reader"]},
    ],
}
TAKE_OVER = [{"person": "rob", "name": "Rob", "roles": ["owner"]}]


async def roles(bench, person):
    async with bench.client() as owner:
        team = (await owner.get("/api/reviews/secret")).json()["team"]
    return [m["roles"] for m in team if m["person"] == person]


@pytest.mark.parametrize("person", ["rob", "eve"])
@pytest.mark.parametrize("team", [TAKE_OVER, [], [{"person": "eve", "roles": ["owner"]}]])
async def test_a_reader_or_stranger_who_opens_a_taken_id_gets_no_role_and_no_review(
    alone, person, team
):
    await alone.open(REVIEW)
    head = alone.token(person, secret=["reader"] if person == "rob" else [])
    async with alone.client(**head) as client:
        same = await client.post("/api/reviews", json={**REVIEW, "team": team})
        other = await client.post("/api/reviews", json={"id": "secret", "title": "?"})
    assert (same.status_code, other.status_code) == (409, 409)
    assert same.json() == other.json(), "whoever guesses the words learns nothing"
    assert "other people" not in same.text
    assert "ada" not in same.text
    assert await roles(alone, "rob") == [["reader"]]
    assert await roles(alone, "eve") == []


async def test_an_owner_who_opens_it_again_changes_nobodys_roles(alone):
    await alone.open(REVIEW)
    async with alone.client(**alone.token("ada", secret=["owner"])) as ada:
        again = await ada.post("/api/reviews", json={**REVIEW, "team": TAKE_OVER})
        assert again.status_code == 200
        assert (await ada.get("/api/reviews/secret")).json() == again.json()
        other = await ada.post("/api/reviews", json={**REVIEW, "title": "Other"})
        assert other.status_code == 409
    assert await roles(alone, "rob") == [["reader"]]


@pytest.mark.parametrize("id", ["secret\n", "secret\x00", " secret", "Secret", "secret\u200b"])
async def test_no_id_looks_like_a_taken_one(alone, id):
    await alone.open(REVIEW)
    async with alone.client(**alone.token("eve")) as eve:
        answer = await eve.post("/api/reviews", json={"id": id, "title": "?"})
    assert answer.status_code in (409, 422), answer.text
    assert "other people" not in answer.text


async def test_the_machines_owner_changes_nobodys_roles_either(alone):
    await alone.open(REVIEW)
    async with alone.client() as owner:
        again = await owner.post("/api/reviews", json={**REVIEW, "team": TAKE_OVER})
        assert again.status_code == 200
    assert await roles(alone, "rob") == [["reader"]]
