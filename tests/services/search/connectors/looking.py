"""A system whose search service asks stand-ins, with a hand on its jobs and its clock."""

from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.search.app import SERVICE
from services.search.connectors import jobs as connectors_jobs
from shared.clock import ManualClock
from shared.kernel.job_worker import do_job
from tests.services.search.conftest import Library
from tests.support.apps import open_alone, open_system
from tests.support.connectors import FakeCrossref, FakeEuropePmc, FakeOpenAlex, serve
from tests.support.jobs import rows as job_rows
from tests.support.jobs import until

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
FAKES = {
    "crossref": (FakeCrossref, "/"),
    "openalex": (FakeOpenAlex, "/"),
    "europe_pmc": (FakeEuropePmc, "/rest/"),
}


@dataclass
class Looking:
    """A review's library, the stand-ins it asks, and time."""

    library: Library
    clock: ManualClock
    standing: dict[str, Any]
    fakes: dict[str, Any]

    async def work(self):
        """Do what is due now; the service's own workers may have begun some of it."""
        running = self.library.system.services["search"]

        async def nothing_left():
            while await do_job(running.db, connectors_jobs.JOBS, running.context):
                pass
            rows = await running.db.read(job_rows)
            open_ = [row for row in rows if row.name in connectors_jobs.JOBS]
            now = self.clock.now()
            return not any(
                row.state == "running" or (row.state == "waiting" and row.not_before <= now)
                for row in open_
            )

        await until(nothing_left, 60)

    async def start(self):
        """What the service plans when it starts."""
        running = self.library.system.services["search"]
        await connectors_jobs.schedules(running.context)
        await self.work()

    async def pass_time(self, **time):
        self.clock.set(self.clock.now() + timedelta(**time))
        await self.work()

    async def look(self):
        self.clock.set(self.clock.now() + timedelta(minutes=1))
        await self.library.call("POST", "/retraction-looks", expect=202)
        await self.work()

    async def looks(self):
        items = (await self.library.call("GET", "/connectors"))["items"]
        return {one["source"]: one["look"] for one in items}

    async def whole(self, record_id):
        return await self.library.call("GET", f"/records/{record_id}")

    async def states(self, record_id):
        """By source what it says, and what they say together."""
        said = (await self.whole(record_id))["retraction"]
        return {one["source"]: one["state"] for one in said["sources"]} | {"all": said["state"]}

    async def why(self, record_id, source):
        said = (await self.whole(record_id))["retraction"]["sources"]
        return next(one["why"] for one in said if one["source"] == source)


@asynccontextmanager
async def looking(settings, works, *sources, whole=False):
    """A review whose search service asks stand-ins for `sources` that know `works`.

    With `whole` the other services run beside it.
    """
    clock = ManualClock(START)
    with ExitStack() as stack:
        fakes = {name: FAKES[name][0](works) for name in sources}
        standing = {
            name: stack.enter_context(serve(fake, FAKES[name][1])) for name, fake in fakes.items()
        }
        urls = {f"{name}_url": one.address for name, one in standing.items()}
        settings = settings.model_copy(update=urls)
        opened = open_system(settings, clock) if whole else open_alone(SERVICE, settings, clock)
        async with opened as system, system.client() as client:
            library = Library(system, client)
            await library.open()
            yield Looking(library, clock, standing, fakes)


async def add(looking, **about):
    """A record typed in; its id."""
    body = {"title": f"A record {about}"} | about
    return (await looking.library.call("POST", "/records", json=body))["record_id"]
