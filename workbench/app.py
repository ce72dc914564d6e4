"""Workbench, wired: reviews and people, the feed of everything, the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from shared.db import Database
from shared.kernel.service import Context, Service
from shared.ops.settings import Settings
from workbench.bundles import jobs as bundle_jobs
from workbench.bundles.handlers import JOB as LOAD
from workbench.feed import store as feed_store
from workbench.feed.api import audit, overview
from workbench.feed.api import feed as feed_api
from workbench.feed.broadcast import Pulse
from workbench.feed.handlers import event_handlers
from workbench.identity.adapters import Provider, provider_of
from workbench.people import api as people_api
from workbench.people.domain import Throttle
from workbench.reviews import api as reviews_api
from workbench.status import api as status_api
from workbench.tables import metadata
from workbench.web.pages import pages
from workbench.webhooks import api as webhooks_api
from workbench.webhooks import jobs as webhook_jobs
from workbench.webhooks.adapters import Sender
from workbench.webhooks.handlers import JOB as DELIVER
from workbench.webhooks.handlers import with_webhooks


@dataclass(slots=True)
class WorkbenchResources:
    """What workbench keeps while it runs."""

    pulse: Pulse
    sender: Sender
    throttle: Throttle
    provider: Provider | None = None


@asynccontextmanager
async def resources(settings: Settings, db: Database) -> AsyncIterator[WorkbenchResources]:
    """A pulse for the feed's listeners, and who sends to webhooks."""
    pulse = Pulse()
    sender = Sender(now=db.clock.now, private=settings.webhook_private, proxy=settings.https_proxy)
    yield WorkbenchResources(pulse, sender, Throttle(), provider_of(settings))
    await pulse.close()


async def start_pulse(ctx: Context) -> None:
    """Let the pulse see the feed."""
    ctx.resources.pulse.heads = lambda ids: ctx.db.read(lambda tx: feed_store.heads(tx, ids))


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    for part in (reviews_api, overview, feed_api, audit, status_api, webhooks_api, people_api):
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="workbench",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on=with_webhooks(event_handlers.handlers()),
    jobs={DELIVER: webhook_jobs.deliver, LOAD: bundle_jobs.load_next},
    routes=routes,
    pages=pages.routes,
    resources=resources,
    schedules=start_pulse,
)
