"""A whole system with people who have tokens."""

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
PLACE = "http://127.0.0.1:8000"


async def personal(owner, person, **more):
    return (await owner.post("/api/tokens", json={"person": person, **more})).json()


async def exchanged(client, made):
    answer = await client.post("/api/tokens/exchange", json={"token": made["token"]})
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def opened(system, owner):
    (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
    await system.drain()


async def put_member(owner, person, *roles, review="rev", **more):
    path = f"/api/reviews/{review}/members/{person}"
    return await owner.put(path, json={"roles": list(roles), **more})
