"""Workbench, wired: reviews and people, the feed of everything, the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from shared.db import Database
from shared.kernel.service import Context, Service
from shared.ops.settings import Settings
from workbench.feed import store as feed_store
from workbench.feed.api import feed as feed_api
from workbench.feed.api import overview
from workbench.feed.broadcast import Pulse
from workbench.feed.handlers import event_handlers
from workbench.people import api as people_api
from workbench.reviews import api as reviews_api
from workbench.tables import metadata
from workbench.web.pages import pages


@dataclass(slots=True)
class Resources:
    """What workbench keeps while it runs."""

    pulse: Pulse


@asynccontextmanager
async def resources(_settings: Settings, _db: Database) -> AsyncIterator[Resources]:
    """A pulse for the feed's listeners."""
    pulse = Pulse()
    yield Resources(pulse)
    await pulse.close()


async def start_pulse(ctx: Context) -> None:
    """Let the pulse see the feed."""
    ctx.resources.pulse.heads = lambda ids: ctx.db.read(lambda tx: feed_store.heads(tx, ids))


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    for part in (reviews_api, overview, feed_api, people_api):
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="workbench",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on=event_handlers.handlers(),
    routes=routes,
    pages=pages.routes,
    resources=resources,
    schedules=start_pulse,
)
