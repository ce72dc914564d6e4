"""Behind a proxy: what it says is believed from its own address only, and strangers see less."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from runtime.serving import serve_while
from shared.http.auth import Authenticator, Principal
from shared.ops.settings import SERVICES
from tests.support.apps import open_system
from tests.support.distributed import free_ports
from tests.support.web import from_here
from tests.support.workbench import SECRET

TLS = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}


@asynccontextmanager
async def served(settings):
    """A real server on a port of its own; yields a client of it and the system."""
    (port,) = free_ports(1)
    made = settings.model_copy(update={"port": port})
    async with open_system(made) as system:
        end = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve_while(system.app, made, end))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            try:
                await _answers(http)
                yield http, system
            finally:
                end.set_result(None)
                await serving


async def _answers(http):
    for _ in range(100):
        try:
            await http.get("/api/workbench/health")
        except httpx.TransportError:
            await asyncio.sleep(0.02)
        else:
            return


async def cookies_of_a_sign_in(http):
    token = (await http.post("/api/tokens", json={"person": "ada", "label": "laptop"})).json()
    answer = await http.post("/sign-in", data={"token": token["token"]}, headers=TLS)
    assert answer.status_code == 303, answer.text
    return answer.headers.get_list("set-cookie")


@pytest.mark.parametrize("trusted", ["127.0.0.1", "127.0.0.0/8"])
async def test_cookies_are_secure_behind_a_proxy_that_speaks_tls(sqlite_settings, trusted):
    made = sqlite_settings.model_copy(update={"forwarded_allow_ips": trusted})
    async with served(made) as (http, _):
        cookies = await cookies_of_a_sign_in(http)
    assert len(cookies) == 2
    assert all("; Secure" in cookie for cookie in cookies)


async def test_a_stranger_who_claims_to_be_a_proxy_is_not_believed(sqlite_settings):
    made = sqlite_settings.model_copy(update={"forwarded_allow_ips": "198.51.100.0/24"})
    async with served(made) as (http, _):
        cookies = await cookies_of_a_sign_in(http)
    assert not any("Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_figures_are_closed_to_strangers_behind_the_front_door(sqlite_system, header):
    through = {header: "for=192.0.2.7"}
    sqlite_system.app.state.authenticator = Authenticator(SECRET)
    ann = _token("ann")
    async with from_here(sqlite_system.app) as client:
        for service in SERVICES:
            for what in ("ready", "pending", "metrics"):
                path = f"/api/{service}/{what}"
                assert (await client.get(path)).status_code == 200
                assert (await client.get(path, headers=through)).status_code == 401
                assert (await client.get(path, headers=through | ann)).status_code == 403
                owner = through | _token("operator", everywhere=True)
                assert (await client.get(path, headers=owner)).status_code == 200


def _token(person, *, everywhere=False):
    principal = Principal(person, everywhere=everywhere)
    return {"authorization": f"Bearer {Authenticator(SECRET).sign(principal, datetime.now(UTC))}"}
