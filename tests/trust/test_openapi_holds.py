"""Whatever a request looks like, no service answers with an error of its own.

Schemathesis goes through the OpenAPI document of the whole system in its four phases
(examples, coverage, fuzzing, stateful) and sends what it makes to a real server.
"""

import asyncio
import json
import os
import sys

import pytest

from tests.support import web
from tests.support.reference import ROOT

REVIEW = {
    "id": "rev",
    "title": "Coaching",
    "stages": [{"name": "title", "from": None}],
    "team": [{"person": "ann", "name": "Ann", "roles": ["owner"]}],
}
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


async def test_routes_that_create_say_where(sqlite_system):
    async with sqlite_system.client() as owner:
        made = [await owner.post("/api/reviews", json=REVIEW)]
        await sqlite_system.drain()
        made += [
            await owner.post("/api/search/reviews/rev/records", json=RECORD),
            await owner.post(
                "/api/search/reviews/rev/imports", content=b"TY  - JOUR\nTI  - A\nER  - \n"
            ),
            await owner.post(
                "/api/synthesis/reviews/rev/versions", json={"number": "1", "reason": "first"}
            ),
        ]
        token = await owner.post("/api/tokens", json={"person": "ann", "label": "laptop"})
        for answer in made:
            assert answer.status_code == 201, answer.text
            found = await owner.get(answer.headers["location"])
            assert found.status_code == 200, answer.headers["location"]
        assert token.headers["location"] == f"/api/tokens/{token.json()['id']}"
        gone = await owner.delete(token.headers["location"])
        assert gone.status_code in (200, 404)
