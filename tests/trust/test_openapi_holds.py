"""Whatever a request looks like, no service answers with an error of its own.

Schemathesis goes through the OpenAPI document of the whole system in its four phases
(examples, coverage, fuzzing, stateful) and sends what it makes to a real server.
"""

import asyncio
import io
import json
import os
import sys
import zipfile

import pytest

from tests.support import web
from tests.support.reference import ROOT
from workbench.webhooks.handlers import Allowed


def project(words: str) -> bytes:
    """A QDPX file with these contents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("project.qde", words)
    return packed.getvalue()


REVIEW = {
    "id": "rev",
    "title": "Coaching",
    "stages": [{"name": "title", "from": None}],
    "team": [{"person": "ann", "name": "Ann", "roles": ["owner"]}],
}
PROJECT = project(
    '<Project xmlns="urn:QDA-XML:project:1.0" name="P"><CodeBook><Codes><Code name="Time" '
    'isCodable="true" guid="0ce7a2c1-5a3d-4a0c-9d8e-111111111111"/></Codes></CodeBook></Project>'
)
RECORD = {"title": "On ferns", "year": 2001}
ENVIRONMENT = {
    **os.environ,
    "SCHEMATHESIS_HOOKS": "tests.trust.openapi_checks",
    "PYTHONPATH": str(ROOT),
}
ENDLESS = r"/feed$"
"""A stream of events has no end that could be waited for."""


@pytest.mark.slow
async def test_no_request_makes_a_service_fail(sqlite_system, tmp_path):
    report = tmp_path / "report.json"
    async with sqlite_system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
    async with web.serving(sqlite_system.app) as url:
        arguments = [
            *("run", f"{url}/openapi.json", "--checks", "no_failure"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", "120"),
            *("--max-examples", "3", "--seed", "1", "--no-shrink", "--request-timeout", "30"),
            *("--exclude-path-regex", ENDLESS, "--warnings", "off", "--continue-on-failure"),
            *("--report", "json", "--report-json-path", str(report)),
        ]
        run = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", *arguments, env=ENVIRONMENT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
        )  # fmt: skip
        said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()[-6000:]
    assert json.loads(report.read_text())


CREATING = {
    "/api/reviews": {"json": REVIEW},
    "/api/search/reviews/{review_id}/records": {"json": RECORD},
    "/api/search/reviews/{review_id}/imports": {"content": b"TY  - JOUR\nTI  - A\nER  - \n"},
    "/api/search/reviews/{review_id}/strategies/{strategy_id}/runs": {
        "json": {"platform": "Ovid", "database": "Embase", "ran_on": "2026-01-01", "hits": 3}
    },
    "/api/synthesis/reviews/{review_id}/versions": {"json": {"number": "1", "reason": "first"}},
    "/api/extraction/reviews/{review_id}/codes": {"json": {"role": "context", "label": "Time"}},
    "/api/extraction/reviews/{review_id}/theories/{theory_id}/groups": {
        "json": {"role": "context", "label": "Time"}
    },
    "/api/extraction/reviews/{review_id}/uploads": {
        "content": b"Coaching takes time.\n\nIt pays off.\n", "params": {"filename": "a.txt"}
    },
    "/api/extraction/reviews/{review_id}/exchange/projects": {"content": PROJECT},
    "/api/reviews/{review_id}/webhooks": {"json": {"url": "https://127.0.0.1:9/hook"}},
    "/api/tokens": {"json": {"person": "ann", "label": "laptop"}},
}  # fmt: skip
"""The least that each of these routes makes a thing from."""
STRATEGY = {"name": "Main", "concepts": [{"name": "coaching", "broad": ["coach*"]}]}
THEORY = {"name": "Time", "statement": "If coaches have time, they coach."}
ON_THE_WAY = {
    "/api/search/reviews/{review_id}/strategies/{strategy_id}/runs": {
        "/api/search/reviews/rev/strategies/main": STRATEGY
    },
    "/api/extraction/reviews/{review_id}/theories/{theory_id}/groups": {
        "/api/synthesis/reviews/rev/theories/PT1": THEORY
    },
}
"""What has to be there before."""
ONLY_CHANGED = ("/groups", "/webhooks", "/tokens")
"""Collections whose things are changed and removed one by one, but read together."""


async def test_routes_that_create_say_where(sqlite_system, monkeypatch):
    everywhere = Allowed(network=True, private=True)
    monkeypatch.setattr("workbench.webhooks.api._allowed", lambda _ctx: everywhere)
    described = sqlite_system.app.openapi()["paths"]
    made = {
        (method, path): operation["responses"]["201"]
        for path, item in described.items()
        for method, operation in item.items()
        if "201" in operation["responses"]
    }
    assert {path for method, path in made if method == "post"} == set(CREATING)
    for route, answer in made.items():
        assert "Location" in answer["headers"], route
    async with sqlite_system.client() as owner:
        for path, request in CREATING.items():
            await sqlite_system.drain()
            for place, body in ON_THE_WAY.get(path, {}).items():
                (await owner.put(place, json=body)).raise_for_status()
                await sqlite_system.drain()
            where = path.format(review_id="rev", strategy_id="main", theory_id="PT1")
            answer = await owner.post(where, **request)
            assert answer.status_code == 201, (path, answer.text)
            location = answer.headers["location"]
            if path.endswith(ONLY_CHANGED):
                assert (await owner.delete(location)).status_code in (200, 204), location
            else:
                assert (await owner.get(location)).status_code == 200, location
