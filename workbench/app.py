"""Workbench, wired: reviews and people, the feed of everything, the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.clock import Clock
from shared.service import Context, Service
from shared.settings import Settings
from workbench import api
from workbench.handlers import following
from workbench.pulse import Pulse
from workbench.store import feed, metadata
from workbench.web import pages


@dataclass(slots=True)
class Resources:
    """What workbench keeps while it runs."""

    pulse: Pulse


@asynccontextmanager
async def resources(_settings: Settings, _clock: Clock) -> AsyncIterator[Resources]:
    """A pulse for the feed's listeners."""
    pulse = Pulse()
    yield Resources(pulse)
    await pulse.close()


async def start_pulse(ctx: Context) -> None:
    """Let the pulse see the feed."""
    ctx.resources.pulse.heads = lambda ids: ctx.db.read(lambda tx: feed.heads(tx, ids))


SERVICE = Service(
    name="workbench",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on=following.handlers(),
    routes=api.routes,
    pages=pages.routes,
    resources=resources,
    schedules=start_pulse,
)
