"""A person's way through the front door of the compose deployment, on a real engine."""

import asyncio
import re
import ssl

import httpx
import pytest

from runtime.bundle.parse import read_bundle
from runtime.cli.configurations import body_of
from runtime.embedded import open_system
from runtime.loading.client import Api, ApiError
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import SERVICES, Settings
from tests.support.readme import leading, script_of, type_in
from tests.support.reference import ROOT

RECO = ROOT / "examples" / "reco"
CASE = ROOT / "tests" / "cases" / "11-sources-that-stop-counting"
CONTAINERS = ("caddy", "postgres", "rabbitmq", *SERVICES)
PAGE = {"accept": "text/html"}


async def load(api, home, bundle):
    """Load a bundle; returns what is conjectured and coded in the end."""
    await Loader(bundle, api, Ledger(home, bundle.review.id)).load()
    found = await api.listed(f"/api/synthesis/reviews/{bundle.review.id}/ccmocs")
    coded = await api.listed(f"/api/extraction/reviews/{bundle.review.id}/fragments")
    bodies = sorted((body_of(item) for item in found), key=lambda body: body["id"])
    return bodies, sorted((item["id"], item["status"]) for item in coded)


async def embedded(home, bundle):
    """The same in one process, on SQLite."""
    settings = Settings(home=home, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        return await load(Api(http, system.drain), home, bundle)


def test_the_session_of_the_readme_holds_through_the_front_door(there, tmp_path):
    (tmp_path / ".curlrc").write_text(f'header = "authorization: Bearer {there.token()}"\n')
    script = script_of("README.md", there.port)
    before, after = leading(type_in(script, tmp_path, CURL_HOME=str(tmp_path)))
    assert before["studies"]["positive"] == ["Doe 2011", "Roe 2013"]
    assert (before["supporting_share"], after["supporting_share"]) == ([2, 3], [1, 2])


async def test_reco_through_the_front_door_is_identical_to_embedded(there, tmp_path):
    bundle = read_bundle(RECO).whole()
    here = await embedded(tmp_path / "near", bundle)
    async with there.client() as http:
        assert await load(there.api(http), tmp_path / "far", bundle) == here
    assert len(here[0]) > 11


@pytest.mark.parametrize("service", CONTAINERS)
async def test_a_container_killed_during_a_load_loses_nothing(there, tmp_path, service):
    bundle = read_bundle(CASE, review_id=f"killed-{service}").whole()
    here = await embedded(tmp_path / "near", bundle)
    async with there.client() as http:
        api = there.api(http)
        await api.get("/api/reviews")
        loading = asyncio.create_task(load(api, tmp_path / "far", bundle))
        await asyncio.sleep(0.4)
        assert not loading.done(), "the load ended before the kill"
        await there.kill_and_start(service)
        assert await loading == here
        assert await load(api, tmp_path / "again", bundle) == here


async def test_a_request_waits_while_its_service_restarts(there):
    async with there.client() as http:
        killing = asyncio.create_task(there.kill_and_start("screening", pause=2))
        await asyncio.sleep(1)
        answers = [await http.get("/api/screening/health") for _ in range(5)]
        await killing
    assert {answer.status_code for answer in answers} == {200}


async def test_a_person_signs_in_and_reads_pages(there):
    async with there.client(token="") as http:
        led = await http.get("/", headers=PAGE)
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=%2F")
        entered = await http.post("/sign-in", data={"token": there.token()})
        assert entered.status_code == 303, entered.text
        home = await http.get("/", headers=PAGE)
        assert home.status_code == 200
        for path in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', home.text)):
            assert (await http.get(path)).status_code == 200, path


async def test_figures_of_services_are_closed_to_strangers(there):
    owner = there.token()
    async with there.client(token="") as stranger, there.client(token=owner) as inside:
        for service in SERVICES:
            for what in ("ready", "pending", "metrics"):
                path = f"/api/{service}/{what}"
                assert (await stranger.get(path)).status_code == 401, path
                assert (await inside.get(path)).status_code == 200, path


async def test_with_a_host_name_the_front_door_speaks_https(there):
    site = {"RETRODUCT_SITE": "localhost"}
    try:
        await asyncio.to_thread(there.compose, "up", "--detach", "--wait", "caddy", **site)
        trust = ssl.create_default_context(cadata=await _root_of(there))
        address = f"https://localhost:{there.https_port}"
        async with there.client(token="", verify=trust, base_url=address) as http:
            entered = await http.post("/sign-in", data={"token": there.token()})
            cookies = entered.headers.get_list("set-cookie")
            assert cookies
            assert all("; Secure" in cookie for cookie in cookies)
            assert (await http.get("/", headers=PAGE)).status_code == 200
        async with there.client() as plain:
            with pytest.raises(ApiError, match="https://localhost"):
                await Api(plain).post("/api/reviews", {"id": "lost", "title": "Lost"})
    finally:
        await asyncio.to_thread(there.compose, "up", "--detach", "--wait", "caddy")


async def _root_of(there):
    """The certificate of the authority that Caddy makes for host names of this machine."""
    path = "/data/caddy/pki/authorities/local/root.crt"
    for _ in range(60):
        try:
            return await asyncio.to_thread(there.compose, "exec", "-T", "caddy", "cat", path)
        except RuntimeError:
            await asyncio.sleep(0.5)
    raise TimeoutError(f"Caddy made no {path}")


def test_plain_http_is_of_this_machine_only(there):
    bound = there.compose("port", "caddy", "80").strip()
    assert bound == f"127.0.0.1:{there.port}"
    page = f"http://localhost:{there.port}/sign-in"
    assert httpx.get(page, trust_env=False, follow_redirects=True).status_code == 200
