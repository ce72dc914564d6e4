"""Nobody can exhaust a service: identity comes before the body, and bodies, time, places end."""

import asyncio
import json
from contextlib import nullcontext
from datetime import UTC, datetime

import httpx
import pytest
from anyio import BrokenResourceError
from fastapi import FastAPI, Request

from runtime import serving
from shared.http import limits as bounds
from shared.http.auth import Authenticator, Principal
from shared.http.limits import Limits, RequestLimits
from shared.http.problem_handlers import install
from tests.support import web

SECRET = "a secret of thirty-two bytes or more, for tests"
AUTHENTICATOR = Authenticator(SECRET)


def _token(person="ann"):
    principal = Principal(person, {"rev": frozenset({"reader"})})
    return {"authorization": f"Bearer {AUTHENTICATOR.sign(principal, datetime.now(UTC))}"}


class Sent:
    """A body sent by hand: how much of it was taken, and what was answered."""

    def __init__(
        self, app, headers, chunk=b"x" * 65536, chunks=10_000, path="/api/echo", pause=0.0
    ):
        self.scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            "scheme": "http", "server": ("test", 80), "client": ("10.0.0.9", 1), "root_path": "",
            "http_version": "1.1",
        }  # fmt: skip
        self.app, self.chunk, self.left, self.pause = app, chunk, chunks, pause
        self.taken, self.status, self.body = 0, 0, b""

    async def __aenter__(self):
        await self.app(self.scope, self._receive, self._send)
        return self

    async def __aexit__(self, *_error):
        pass

    async def _receive(self):
        await asyncio.sleep(self.pause)
        self.left -= 1
        self.taken += len(self.chunk)
        return {"type": "http.request", "body": self.chunk, "more_body": self.left > 0}

    async def _send(self, message):
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")

    @property
    def problem(self):
        return json.loads(self.body)


@pytest.fixture
def app():
    """An application with a route that holds its body, as JSON routes do."""

    def build(**more):
        app = FastAPI()
        install(app)
        app.state.authenticator = AUTHENTICATOR
        app.add_middleware(RequestLimits, limits=Limits(**more))

        @app.post("/api/echo")
        async def echo(request: Request) -> int:
            return len(await request.body())

        @app.post("/form")
        async def form(request: Request) -> int:
            return len(await request.body())

        @app.get("/api/reviews/rev/feed")
        async def feed() -> str:
            await asyncio.sleep(0.3)
            return "end"

        return app

    return build


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ExceptionGroup("stream", [BrokenResourceError()]), False),
        (ExceptionGroup("stream", [BrokenResourceError(), LookupError()]), True),
        (LookupError(), True),
    ],
)
async def test_a_stream_whose_reader_left_is_no_error_and_every_other_failure_is(error, told):
    async def stream(_scope, _receive, _send):
        raise error

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "app": FastAPI()}
    scope["app"].state.authenticator = AUTHENTICATOR
    with pytest.raises(type(error)) if told else nullcontext():
        await RequestLimits(stream)(scope, None, None)


async def test_a_stranger_is_refused_before_a_byte_of_the_body_is_read(app):
    async with Sent(app(), {}) as sent:
        assert (sent.status, sent.taken) == (401, 0)


async def test_a_body_that_says_it_is_too_large_is_refused_unread(app):
    async with Sent(app(), _token() | {"content-length": "99999999999"}) as sent:
        assert (sent.status, sent.taken) == (413, 0)


@pytest.mark.parametrize(
    ("path", "signed_in", "most"),
    [
        ("/api/echo", True, bounds.JSON_BYTES),
        ("/form", False, bounds.PAGE_BYTES),
        ("/api/tokens/exchange", False, bounds.ANONYMOUS_BYTES),
    ],
)
async def test_a_body_that_grows_too_large_is_refused_on_the_way(app, path, signed_in, most):
    made = app()

    @made.post("/api/tokens/exchange")
    async def exchange(request: Request) -> int:
        return len(await request.body())

    async with Sent(made, _token() if signed_in else {}, path=path) as sent:
        assert sent.status == 413
        assert sent.problem["type"] == "/problems/too-large"
        assert sent.taken <= most + 65536


async def test_a_body_that_pauses_is_ended(app):
    async with Sent(app(pause_s=0.05), _token(), pause=0.5) as sent:
        assert (sent.status, sent.problem["type"]) == (408, "/problems/slow")


async def test_a_body_that_drips_is_ended(app):
    made = app(pause_s=5, grace_s=0.3, slowest=1 << 20)

    async with Sent(made, _token(), chunk=b"x", pause=0.02) as sent:
        assert sent.status == 408
        assert sent.taken < 100


async def test_a_person_has_so_many_feeds_and_others_have_theirs(app):
    transport = httpx.ASGITransport(app(feeds=2))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:

        async def status(person):
            answer = await client.get("/api/reviews/rev/feed", headers=_token(person))
            return answer.status_code

        found = await asyncio.gather(*(status("ann") for _ in range(4)), status("ben"))
        assert sorted(found[:4]) == [200, 200, 429, 429]
        assert found[4] == 200
        assert await status("ann") == 200


async def test_a_person_has_so_many_requests_at_once(app):
    made = app(requests=3)
    many = [Sent(made, _token(), chunk=b"x", chunks=2, pause=0.1) for _ in range(5)]

    await asyncio.gather(*(one.__aenter__() for one in many))

    assert sorted(one.status for one in many) == [200, 200, 200, 429, 429]


async def test_every_service_stands_behind_the_limits(sqlite_system):
    async with Sent(sqlite_system.app, {}, path="/api/reviews") as sent:
        assert (sent.status, sent.taken) == (401, 0)
    async with Sent(sqlite_system.app, {}, path="/api/search/reviews/r/imports") as sent:
        assert (sent.status, sent.taken) == (401, 0)


async def test_half_sent_requests_are_ended(app, monkeypatch):
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.2)
    async with web.serving(app()) as url:
        port = int(url.rpartition(":")[2])
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        for _, writer in held:
            writer.write(b"GET /api/echo HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        ends = await asyncio.wait_for(asyncio.gather(*(r.read() for r, _ in held)), 10)
        assert ends == [b""] * 20
        for _, writer in held:
            writer.close()


async def test_a_second_half_sent_request_on_a_connection_is_ended_too(app, monkeypatch):
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.3)
    async with web.serving(app()) as url:
        port = int(url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost:")
        said = await asyncio.wait_for(reader.read(), 10)
        assert said.count(b"HTTP/1.1 404") == 1
        writer.close()


async def test_connections_beyond_the_most_are_refused(app, monkeypatch):
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 5)
    async with web.serving(app()) as url:
        port = int(url.rpartition(":")[2])
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
        done = [asyncio.ensure_future(reader.read()) for reader, _ in held]
        await asyncio.wait(done, timeout=2, return_when=asyncio.ALL_COMPLETED)
        assert sum(one.done() for one in done) == 3
        for _, writer in held:
            writer.close()
        await asyncio.gather(*done, return_exceptions=True)
