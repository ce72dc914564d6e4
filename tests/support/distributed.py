"""A process per service on real PostgreSQL and RabbitMQ, as in production."""

import asyncio
import json
import os
import socket
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from runtime.peers import Router
from shared.http.auth import Authenticator, Principal
from shared.ops.settings import SERVICES
from tests.support import copies, servers

SECRET = "a secret of the tests, long enough for its algorithm"


class Signed(httpx.Auth):
    """Signs each request anew, for a run may take longer than a token holds."""

    def __init__(self, principal):
        self.principal = principal

    def auth_flow(self, request):
        token = Authenticator(SECRET).sign(self.principal, datetime.now(UTC))
        request.headers["authorization"] = f"Bearer {token}"
        yield request


def free_ports(count):
    """Ports of 127.0.0.1 that nobody uses just now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Deployment:
    """Five processes; each can be killed and started again by itself."""

    def __init__(self, home, *, names=SERVICES, database=None, amqp=None):
        self.home = home
        self.prefix = f"d{uuid4().hex[:10]}"
        self.database = database or servers.require_database()
        self.amqp = amqp or servers.require_amqp()
        self.urls = {
            name: f"http://127.0.0.1:{port}"
            for name, port in zip(names, free_ports(len(names)), strict=True)
        }
        self.processes = {}

    def environment(self, name):
        """What a process needs to know."""
        return {
            **os.environ,
            "RETRODUCT_HOME": str(self.home),
            "RETRODUCT_DATABASE_URL": self.database,
            "RETRODUCT_SCHEMA_PREFIX": f"{self.prefix}_",
            "RETRODUCT_AMQP_URL": self.amqp,
            "RETRODUCT_QUEUE_PREFIX": self.prefix,
            "RETRODUCT_SECRET": SECRET,
            "RETRODUCT_SERVICE_URLS": json.dumps(self.urls),
            "RETRODUCT_PORT": self.urls[name].rsplit(":", 1)[1],
            "RETRODUCT_LOG_LEVEL": "WARNING",
        }

    def start(self, *names, **more):
        """Start services (all, unless named); `more` is put into their environment."""
        for name in names or self.urls:
            environment = {**self.environment(name), **more}
            self.processes[name] = copies.start(
                ["serve", name], environment, self.home / f"{name}.log"
            )

    def kill(self, name):
        """End a service as power loss would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def client(self, person="owner", *, everywhere=True, roles=None):
        """A client that signs each request, routed as the reverse proxy routes."""
        principal = Principal(person, roles or {}, everywhere)
        return httpx.AsyncClient(
            transport=Router(self.urls),
            base_url="http://workbench",
            auth=Signed(principal),
            timeout=60,
        )

    async def ready(self, seconds=60):
        """Wait until every process answers; raises with its log when one ended."""
        async with asyncio.timeout(seconds), httpx.AsyncClient() as client:
            for name in list(self.processes):
                while not await self._answers(client, name):
                    if self.processes[name].poll() is not None:
                        raise RuntimeError((self.home / f"{name}.log").read_text()[-3000:])
                    await asyncio.sleep(0.1)

    async def _answers(self, client, name):
        try:
            answer = await client.get(f"{self.urls[name]}/api/{name}/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def settle(self, review, seconds=90):
        """Wait until nothing moves."""
        async with asyncio.timeout(seconds), self.client() as client:
            while True:
                answer = await client.get(f"/api/reviews/{review}/settled")
                if answer.status_code == 200 and answer.json()["settled"]:
                    return
                await asyncio.sleep(0.1)

    async def stop(self):
        """End all processes and remove what they made."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        await servers.drop_schemas(self.database, f"{self.prefix}_")
        await servers.delete_queues(self.amqp, self.prefix, SERVICES)


@contextmanager
def deployed(home):
    """A running deployment, removed at the end; for fixtures without an event loop."""
    deployment = Deployment(home)
    try:
        deployment.start()
        asyncio.run(deployment.ready())
        yield deployment
    finally:
        asyncio.run(deployment.stop())
