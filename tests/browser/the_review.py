"""A small review, told to the services the way people and loaders tell it."""

import shutil
import tempfile
from pathlib import Path

from tests.support.apps import open_system
from tests.support.schemas import on_sqlite

_filled: list[tempfile.TemporaryDirectory] = []

THEORY = {
    "number": 1,
    "name": "Trust keeps people in contact",
    "statement": "Where no door is the wrong one, people trust and stay.",
    "context": "no wrong door",
    "resource": "",
    "response": "trust",
    "outcome_proximal": "engagement",
    "outcome_distal": "",
    "domain": "",
    "status": "initial",
}
TITLES = ("Trust in nurses", "Calls at home", "Salt and soup")
GROUPS = [
    {"id": "DOOR", "role": "context", "label": "No wrong door", "codes": [{"id": "door"}]},
    {"id": "TRUST", "role": "mechanism_response", "label": "Trust", "codes": [{"id": "trust"}]},
    {
        "id": "ENG",
        "role": "outcome",
        "label": "Engagement",
        "level": "intermediate",
        "codes": [{"id": "engagement"}],
    },
]


def a_stage(name, source=None, policy="single"):
    """A stage of the main path."""
    return {"name": name, "from": source, "main": True, "policy": {"kind": policy}}


async def open_review(client, *, policy="single"):
    """A review with two stages, nothing in it yet."""
    body = {
        "id": "rev",
        "title": "Coaching in heart failure",
        "question": "What works for whom?",
        "stages": [a_stage("title_abstract", None, policy), a_stage("full_text", "title_abstract")],
        "team": [
            {"person": "ada", "name": "Ada", "roles": ["owner", "reviewer"]},
            {"person": "rita", "name": "Rita", "roles": ["reviewer"]},
        ],
        "reported_numbers": [{"id": "identified", "value": 5099, "what": "articles identified"}],
    }
    await said(client.post("/api/reviews", json=body))


async def said(request):
    """The answer of a request that must succeed."""
    answer = await request
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def add_records(client, *titles):
    """Records by hand; gives their ids."""
    body = {
        "records": [
            {
                "source": "embase",
                "own_id": f"r{n}",
                "title": title,
                "abstract": f"Background: {title} was studied. Trust mattered to everyone.",
                "year": 2020 + n,
                "authors": ["Osei, Rita"],
                "journal": "Journal of Connected Nursing",
            }
            for n, title in enumerate(titles)
        ]
    }
    answer = await said(client.post("/api/search/reviews/rev/records/batch", json=body))
    return [row["record_id"] for row in answer["records"]]


async def decide(client, stage, *records, verdict="include"):
    """Decisions of the local owner."""
    body = {"decisions": [{"record": record, "verdict": verdict} for record in records]}
    path = f"/api/screening/reviews/rev/stages/{stage}/decisions"
    await said(client.post(path, json=body))


async def code_fragments(system, client, *records):
    """A theory, its codebook, and one fragment from a document of each record."""
    await said(client.put("/api/synthesis/reviews/rev/theories/PT1", json=THEORY))
    await system.drain()
    path = "/api/extraction/reviews/rev"
    await said(client.put(f"{path}/theories/PT1/codebook", json={"groups": GROUPS}))
    for n, record in enumerate(records):
        document = {"kind": "literature", "title": f"Report {n}", "record": record}
        await said(client.put(f"{path}/documents/d{n}", json={**document, "study": f"s{n}"}))
    fragments = [a_fragment(n) for n in range(len(records))]
    await said(client.post(f"{path}/fragments/batch", json={"fragments": fragments}))


def a_fragment(n):
    """Context, response and outcome in one sentence."""
    return {
        "id": f"f{n}",
        "theories": ["PT1"],
        "elements": [
            {"role": "context", "code": "door", "state": "present"},
            {"role": "mechanism_response", "code": "trust", "state": "present"},
            {"role": "outcome", "code": "engagement", "state": "occurred"},
        ],
        "sources": [{"document": f"d{n}", "attribution": "cited"}],
        "document": f"d{n}",
        "quote": f"They trusted us, and stayed ({n}).",
    }


async def fill(system, client):
    """The whole small review: two included records of three, one configuration.

    Gives its records' ids; makes nothing where the fixture `filled` has laid it.
    """
    if (await client.get("/api/reviews/rev")).is_success:
        return await _records(client)
    await open_review(client)
    await system.drain()
    records = await add_records(client, *TITLES)
    await system.drain()
    await decide(client, "title_abstract", *records[:2])
    await decide(client, "title_abstract", records[2], verdict="exclude")
    await system.drain()
    await decide(client, "full_text", *records[:2])
    await system.drain()
    await code_fragments(system, client, *records[:2])
    await system.drain()
    return records


async def lay(home):
    """Lay the small review, which is made once in a process, where a system opens its files."""
    if not _filled:
        folder = tempfile.TemporaryDirectory(prefix="small-review-")
        async with open_system(on_sqlite(Path(folder.name))) as system, system.client() as client:
            await fill(system, client)
            await system.drain()
        _filled.append(folder)
    shutil.copytree(_filled[0].name, home, dirs_exist_ok=True)


async def _records(client):
    page = await said(client.get("/api/search/reviews/rev/records"))
    ids = {one["title"]: one["record_id"] for one in page["items"]}
    return [ids[title] for title in TITLES]
