"""One service in a process of its own: PostgreSQL, RabbitMQ, and peers over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from runtime.browser_bundles import BrowserBundles
from runtime.catalogue import services, topology
from runtime.peers import HttpPeers, Router, SignedFor
from runtime.serving import serve_while
from runtime.standing import LocalStanding, RemoteStanding
from shared import db
from shared.bus.rabbit import RabbitBus
from shared.clock import SystemClock
from shared.http.application import build_app, prepare_routes
from shared.http.auth import Authenticator, Principal, RoleLookup
from shared.http.problems import Unavailable
from shared.kernel.service import Running
from shared.ops import failpoints
from shared.ops.process import freeze_memory, share_process
from shared.ops.settings import Settings


@asynccontextmanager
async def open_service(name: str, settings: Settings) -> AsyncIterator[tuple[Running, FastAPI]]:
    """Connect one service and build its application; nothing runs yet.

    Raises `Unavailable` with one clear line when a server refuses the login,
    or a setting is missing.
    """
    _check(name, settings)
    failpoints.arm(settings.failpoints, host=settings.host)
    assert settings.amqp_url is not None
    assert settings.secret is not None
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        bus = RabbitBus(
            settings.amqp_url,
            prefix=settings.queue_prefix,
            prefetch=settings.prefetch,
            packed=settings.pack_events,
        )
        await bus.connect()
        stack.push_async_callback(bus.close)
        await bus.declare(topology())
        database = db.connect(
            settings.url_of(name),
            service=name,
            schema=settings.schema_of(name),
            clock=SystemClock(),
            synchronous=settings.sqlite_synchronous,
        )
        running = Running(services()[name], database, bus, settings)
        stack.push_async_callback(running.close)
        await running.open()
        client = httpx.AsyncClient(
            transport=Router(settings.service_urls), base_url="http://workbench", timeout=60
        )
        stack.push_async_callback(client.aclose)
        authenticator = Authenticator(settings.secret.get_secret_value())
        running.context.peers = _peers(settings, running, client, authenticator)
        authenticator.standing = _standing(running, client, authenticator)
        yield running, build_app([running], authenticator, title=f"Retroduct {name}")


def _peers(
    settings: Settings, running: Running, client: httpx.AsyncClient, authenticator: Authenticator
) -> HttpPeers:
    """The other services over HTTP, and bundles brought to all of them in a person's name."""
    peers = HttpPeers(settings.service_urls, running, client, authenticator)

    def client_as(person: Principal) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=Router(settings.service_urls),
            base_url="http://workbench",
            timeout=600,
            auth=SignedFor(authenticator, person),
        )

    peers.bundles = BrowserBundles(settings.home, client_as)
    return peers


def _standing(
    running: Running, client: httpx.AsyncClient, authenticator: Authenticator
) -> RoleLookup:
    """Where this service learns what people may."""
    if running.service.name == "workbench":
        return LocalStanding(running.db)
    return RemoteStanding(client, authenticator)


def _check(name: str, settings: Settings) -> None:
    if name not in services():
        raise Unavailable(f"No service is called '{name}'; there are {', '.join(services())}")
    for value, variable, what in (
        (settings.amqp_url, "RETRODUCT_AMQP_URL", "amqp://user:password@host:5672/"),
        (settings.secret, "RETRODUCT_SECRET", "a long random text, the same for all services"),
    ):
        if value is None:
            raise Unavailable(f"{variable} is not set; a service of its own needs it: {what}")


async def serve(name: str, settings: Settings) -> None:
    """Run one service until it is told to stop; raises what kills a loop."""
    share_process()
    async with open_service(name, settings) as (running, app):
        prepare_routes(app)
        freeze_memory()
        loops = asyncio.create_task(running.run(), name=name)
        await serve_while(app, settings, loops)
        if loops.done():
            loops.result()
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)
