"""Workbench alone with a provider in its settings, and browsers on other machines."""

from contextlib import asynccontextmanager

import httpx
import pytest_asyncio

from shared.http.auth import Authenticator
from tests.support.kernel import Storage
from tests.support.openid import CLIENT, SECRET, openid_provider
from tests.support.schemas import DATABASES
from tests.support.workbench import SECRET as KEY
from tests.support.workbench import bench

PLACE = "http://retroduct.example"


class WithProvider(Storage):
    """A storage whose settings name a provider, and what else a test wants."""

    def __init__(self, kind, home, **more):
        super().__init__(kind, home, kept=True)
        self.more = more

    def settings(self):
        return super().settings().model_copy(update=self.more)


@asynccontextmanager
async def browsing(bench):
    """A browser on another machine, of which nothing is known."""
    transport = httpx.ASGITransport(app=bench.app, client=("192.0.2.7", 0))
    headers = {"accept": "text/html", "origin": PLACE}
    async with httpx.AsyncClient(transport=transport, base_url=PLACE, headers=headers) as client:
        yield client


async def at_provider(browser, begin="/sign-in/provider?next=/me"):
    """Leave for the provider and sign in there; gives the address that leads back."""
    led = await browser.get(begin)
    assert led.status_code == 303, led.text
    async with httpx.AsyncClient(trust_env=False) as there:
        answer = await there.get(led.headers["location"])
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def signed_in(browser, begin="/sign-in/provider?next=/me"):
    """The whole way: there, and back."""
    return await browser.get(await at_provider(browser, begin))


@pytest_asyncio.fixture
async def provider():
    """The provider."""
    async with openid_provider() as found:
        yield found


@pytest_asyncio.fixture(params=DATABASES)
async def opened(request, tmp_path, provider):
    """Opens workbench with more settings: `async with opened(oidc_new_people=True) as bench`."""

    @asynccontextmanager
    async def open_with(**more):
        told = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_label": "Uni login"}
        storage = WithProvider(request.param, tmp_path, **{**told, **more})
        storage.more.setdefault("oidc_client_secret", _secret())
        async with bench(storage) as found:
            standing = found.authenticator.standing
            found.app.state.authenticator = Authenticator(KEY, standing=standing)
            yield found

    return open_with


def _secret():
    from pydantic import SecretStr

    return SecretStr(SECRET)
