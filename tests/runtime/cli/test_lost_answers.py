"""A client behind a proxy, a restart or a broken connection: nothing is lost or guessed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.bundle.parse import read_bundle
from runtime.loading import client
from runtime.loading.client import Api, ApiError
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.reference import ROOT

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n1"
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
MOVED = b"HTTP/1.1 308 Permanent Redirect\r\nlocation: %s\r\ncontent-length: 0\r\n\r\n"
DROP = b""
RECOMPUTED = ("synthesis.ccmoc_", "synthesis.gap_", "screening.stopping_assessed")
"""Events of what is recomputed: how often depends on how the work falls together."""
CASE = ROOT / "tests" / "cases" / "11-sources-that-stop-counting"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACK_OFF", (0.01,))


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[tuple[httpx.AsyncClient, list[bytes]]]:
    """A real server that gives these answers in turn, the last for ever; and what it was asked."""
    asked: list[bytes] = []
    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        while head := (await reader.read(65536)):
            asked.append(head.split(b"\r\n", 1)[0])
            answer = answers[min(len(asked), len(answers)) - 1]
            if answer == DROP:
                break
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
            yield http, asked
        await asyncio.gather(*(task for task in serving if task))


@pytest.mark.parametrize("fault", [BAD_GATEWAY, DROP], ids=["502", "dropped connection"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_a_command_whose_answer_was_lost_is_given_again(method: str, fault: bytes) -> None:
    async with answering(OK, fault, fault, OK) as (http, asked):
        api = Api(http)
        await api.get("/x")
        assert await api.call(method, "/x") == 1
    assert len(asked) == 4


async def test_an_address_that_never_answered_is_not_waited_for() -> None:
    async with answering(DROP) as (http, asked):
        with pytest.raises(ApiError, match="does not answer"):
            await Api(http).get("/x")
    assert len(asked) == 1


@pytest.mark.parametrize("fault", [BAD_GATEWAY, DROP], ids=["502", "dropped connection"])
async def test_patience_ends(fault: bytes) -> None:
    async with answering(OK, fault) as (http, asked):
        api = Api(http, patience=0.2)
        await api.get("/x")
        with pytest.raises(ApiError, match=r"502|does not answer"):
            await api.post("/x")
    assert len(asked) > 3


@pytest.mark.parametrize("there", [b"https://there.example/x", b"/sign-in"])
async def test_a_redirect_is_no_success(there: bytes) -> None:
    async with answering(MOVED % there) as (http, asked):
        with pytest.raises(ApiError, match=r"--url") as refusal:
            await Api(http).post("/x", {})
    assert str(there, "ascii") in str(refusal.value)
    assert len(asked) == 1


class Lossy(httpx.AsyncBaseTransport):
    """Every third answer is lost on its way, alternately as a 502 and as a dropped connection."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.asked = 0
        self.lost = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = await self._inner.handle_async_request(request)
        if self.asked % 3:
            return answer
        self.lost += 1
        await answer.aread()
        if self.lost % 2:
            return httpx.Response(502, request=request)
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")


async def test_a_load_through_a_lossy_front_ends_as_one_without_loss(tmp_path: Path) -> None:
    whole = await _loaded(tmp_path / "whole", lambda inner: inner)
    fronts: list[Lossy] = []

    def lossy(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        fronts.append(Lossy(inner))
        return fronts[-1]

    assert await _loaded(tmp_path / "lossy", lossy) == whole
    assert fronts[0].lost > 10


async def _loaded(
    home: Path, front: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]
) -> list[dict[str, Any]]:
    """What every service holds of a case that was loaded through `front`."""
    bundle = read_bundle(CASE, review_id="r").whole()
    settings = Settings(home=home, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system:
        transport = front(httpx.ASGITransport(app=system.app, client=("127.0.0.1", 0)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            api = Api(http, quiet=system.drain)
            await Loader(bundle, api, Ledger(home, "r")).load()
            lists = (
                "/api/search/reviews/r/records",
                "/api/extraction/reviews/r/fragments",
                "/api/synthesis/reviews/r/ccmocs",
            )
            found = [item for path in lists for item in await api.listed(path)]
            counts = await api.get("/api/reviews/r/event-counts")
    said = {name: n for name, n in counts.items() if not name.startswith(RECOMPUTED)}
    return [*_plain(found), said]


def _plain(value: Any) -> Any:
    """Without what tells when something was said, and in how many steps it was computed."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not k.endswith(("_at", "revision"))}
    return value
