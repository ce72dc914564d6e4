"""Answers run nothing in a browser, files are their owner's, traces hold no values."""

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from shared.ops.settings import SERVICES
from tests.support.apps import open_system

PATHS = (
    "/api/reviews",
    "/api/reviews/none",
    "/nowhere",
    "/api/workbench/health",
    "/api/synthesis/reviews/rev/report.html",
    "/api/synthesis/reviews/rev/report.docx",
    "/api/synthesis/reviews/rev/flow.svg",
    "/api/screening/reviews/rev/stages/title/export",
    "/api/search/reviews/rev/export?format=csv",
    "/openapi.json",
    "/sign-in",
    "/",
    "/reviews/rev",
)


async def test_every_answer_says_what_a_browser_may_run_and_is_never_sniffed(sqlite_system):
    review = {"id": "rev", "title": "R", "stages": [{"name": "title", "from": None}]}
    async with sqlite_system.client() as client:
        (await client.post("/api/reviews", json=review)).raise_for_status()
        await sqlite_system.drain()
        for path in PATHS:
            answer = await client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff", path
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src '"), path
            assert "script-src" not in policy
            assert "frame-ancestors 'none'" in policy


async def test_the_files_of_databases_are_read_by_their_owner_alone(sqlite_system):
    files = list(sqlite_system.settings.home.glob("*.sqlite*"))
    assert len(files) >= 5
    assert [f.name for f in files if f.stat().st_mode & 0o077] == []


async def test_a_failing_statement_tells_no_values(system):
    async def fail(tx):
        await tx.execute(text("SELECT * FROM nowhere WHERE a = :secret"), {"secret": "Ms X"})

    with pytest.raises(Exception, match="nowhere") as failed:
        await system.services["extraction"].db.read(fail)
    assert "Ms X" not in str(failed.value)


async def test_figures_of_a_service_are_for_this_machine_and_its_monitor(sqlite_settings):
    token = "a-token-for-monitors-alone"
    made = sqlite_settings.model_copy(update={"monitor_token": SecretStr(token)})
    async with open_system(made) as system:
        for client, head, status in (
            ("203.0.113.9", {}, 401),
            ("203.0.113.9", {"authorization": "Bearer wrong"}, 401),
            ("203.0.113.9", {"authorization": f"Bearer {token}"}, 200),
            ("127.0.0.1", {}, 200),
        ):
            transport = httpx.ASGITransport(app=system.app, client=(client, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
                for service in SERVICES:
                    for what in ("ready", "pending", "metrics"):
                        answer = await http.get(f"/api/{service}/{what}", headers=head)
                        assert answer.status_code == status, (service, what, client)
                closed = await http.get("/api/reviews", headers=head)
                assert closed.status_code == 401 or client == "127.0.0.1"
