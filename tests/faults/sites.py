"""Where a storm of faults happens: five processes on servers of their own, or one process."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress

import httpx
from sqlalchemy.engine import make_url

from runtime.peers import SignedFor
from shared.http.auth import Authenticator, Principal
from shared.ops.settings import SERVICES
from tests.support.distributed import SECRET, Deployment, free_ports
from tests.support.private_servers import PrivatePostgres, PrivateRabbit
from tests.support.proxy import a_wire


class Broker:
    """Every service by itself on RabbitMQ and PostgreSQL, which are reached through wires."""

    server_faults = ("postgres_restarted", "postgres_restarted", "rabbitmq_killed")
    other_faults = ("amqp_cut", "database_cut", "amqp_black_hole", "memory_alarm")

    def __init__(self, deployment, postgres, rabbit, wires):
        self.deployment, self.postgres, self.rabbit = deployment, postgres, rabbit
        self.wires = wires
        self.names = SERVICES

    def start(self, name, failpoints=""):
        """Start one process."""
        self.deployment.start(name, RETRODUCT_FAILPOINTS=failpoints)

    def kill(self, name):
        """SIGKILL."""
        self.deployment.kill(name)

    def dead(self):
        """Processes that have ended by themselves."""
        running = self.deployment.processes
        return [name for name, process in running.items() if process.poll() is not None]

    def log(self):
        """All that the processes have said."""
        logs = self.deployment.home.glob("*.log")
        return "".join(log.read_text(errors="replace") for log in logs)

    async def ready(self, seconds=90, *, again=True):
        """Until every process answers; one that has ended is started again."""
        await ready(self, self.deployment.urls, seconds, again)

    def clients(self):
        """The owner's and a stranger's."""
        return self.deployment.client("owner"), self.deployment.client("stranger", everywhere=False)

    async def inflict(self, kind):
        """One fault of a server or of the network, and its end."""
        amqp, database = self.wires
        if kind == "postgres_restarted":
            await asyncio.to_thread(self.postgres.restart)
        elif kind == "rabbitmq_killed":
            await asyncio.to_thread(self.rabbit.restart)
        elif kind == "memory_alarm":
            words = ("set_vm_memory_high_watermark",)
            await asyncio.to_thread(self.rabbit.control, *words, "0.000001")
            await asyncio.sleep(1)
            await asyncio.to_thread(self.rabbit.control, *words, "0.4")
        elif kind.endswith("_cut"):
            wire = amqp if kind.startswith("amqp") else database
            wire.cut()
            await asyncio.sleep(0.3)
            wire.mend()
        else:
            amqp.swallow()
            await asyncio.sleep(2)
            amqp.flow()


class Embedded:
    """All services in one process on SQLite files."""

    server_faults = ("process_killed",)
    other_faults = ("sqlite_locked",)
    names = ("all",)

    def __init__(self, home):
        self.home = home
        self.url = f"http://127.0.0.1:{free_ports(1)[0]}"
        self.process = None

    def start(self, name, failpoints=""):
        """Start the one process."""
        environment = {
            **os.environ,
            "RETRODUCT_HOME": str(self.home),
            "RETRODUCT_PORT": self.url.rsplit(":", 1)[1],
            "RETRODUCT_SECRET": SECRET,
            "RETRODUCT_FAILPOINTS": failpoints,
            "RETRODUCT_LOG_LEVEL": "WARNING",
        }
        with (self.home / "all.log").open("ab") as log:
            command = [sys.executable, "-m", "runtime.cli", "up"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def kill(self, name):
        """SIGKILL."""
        self.process.kill()
        self.process.wait(10)

    def dead(self):
        """Whether it has ended by itself."""
        return ["all"] if self.process.poll() is not None else []

    def log(self):
        """All that it has said."""
        return (self.home / "all.log").read_text(errors="replace")

    async def ready(self, seconds=90, *, again=True):
        """Until it answers for every service."""
        await ready(self, dict.fromkeys(SERVICES, self.url), seconds, again)

    def clients(self):
        """The owner's and a stranger's."""

        def client(person, everywhere):
            signed = SignedFor(Authenticator(SECRET), Principal(person, {}, everywhere))
            return httpx.AsyncClient(base_url=self.url, auth=signed)

        return client("owner", True), client("stranger", False)

    async def inflict(self, kind):
        """One fault from outside, and its end."""
        await asyncio.to_thread(self._lock)

    def _lock(self):
        with closing(sqlite3.connect(self.home / "screening.sqlite", timeout=10)) as file:
            file.execute("BEGIN IMMEDIATE")
            time.sleep(1)
            file.rollback()


async def ready(site, urls, seconds, again):
    """Until every URL says it is ready; with `again` one that has ended is started, whole."""
    async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=5) as client:
        for name, url in urls.items():
            while True:
                with suppress(httpx.HTTPError):
                    # Whoever is not let in to look has been answered all the same.
                    answer = await client.get(f"{url}/api/{name}/ready")
                    if answer.status_code in (200, 401, 403):
                        break
                for dead in site.dead() if again else ():
                    site.start(dead)
                await asyncio.sleep(0.1)


@asynccontextmanager
async def on_servers_of_its_own(home):
    """Five services, a RabbitMQ node and a PostgreSQL cluster; all gone at the end."""
    postgres, rabbit = PrivatePostgres(home), PrivateRabbit(home)
    async with AsyncExitStack() as stack:
        for server in (postgres, rabbit):
            await asyncio.to_thread(server.make)
            stack.callback(server.end)
            await asyncio.to_thread(server.start)
        amqp = await stack.enter_async_context(a_wire("127.0.0.1", rabbit.port))
        database = await stack.enter_async_context(a_wire("127.0.0.1", postgres.port))
        folder = home / "services"
        folder.mkdir()
        deployment = Deployment(
            folder,
            database=_through(postgres.url, database.port),
            amqp=rabbit.url.replace(str(rabbit.port), str(amqp.port)),
        )
        stack.callback(_end, deployment.processes)
        yield Broker(deployment, postgres, rabbit, (amqp, database))


def _through(url, port):
    return make_url(url).set(port=port).render_as_string(hide_password=False)


def _end(processes):
    for process in processes.values():
        process.kill()
        process.wait(10)


@asynccontextmanager
async def in_one_process(home):
    """One process, gone at the end."""
    folder = home / "embedded"
    folder.mkdir(parents=True)
    site = Embedded(folder)
    try:
        yield site
    finally:
        if site.process is not None:
            site.kill("all")
