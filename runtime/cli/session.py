"""Reaching an installation: at an address, one that runs here, or opened in this process."""

import asyncio
import fcntl
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import typer
from pydantic import ValidationError

from runtime import embedded
from runtime.loading.client import Api, ApiError
from shared.http.problems import Invalid
from shared.ops.settings import Settings
from shared.ops.telemetry import configure

T = TypeVar("T")

UrlOption = Annotated[
    str | None,
    typer.Option(envvar="RETRODUCT_URL", help="Address of a running installation."),
]
ReviewOption = Annotated[
    str | None, typer.Option("--review", "-r", help="Id of the review (needless if there is one).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

TOKEN = "RETRODUCT_TOKEN"  # noqa: S105
SERVER_FILE = "server.json"
HERE = "here"


@dataclass(frozen=True, slots=True)
class Session:
    """An open way to an installation; `address` names it in the ledger."""

    api: Api
    settings: Settings
    address: str
    system: embedded.System | None = None

    async def review_id(self, given: str | None) -> str:
        """The review that is meant. Raises `ApiError` saying which there are."""
        reviews = await self.api.listed("/api/reviews")
        ids = [review["id"] for review in reviews]
        if given is not None and given in ids:
            return given
        if not ids:
            raise ApiError(
                "no review is loaded here; try 'retroduct demo', or 'retroduct load BUNDLE'"
            )
        if given is None and len(ids) == 1:
            return str(ids[0])
        wrong = "" if given is None else f"there is no review '{given}'; "
        raise ApiError(f"{wrong}name one with --review: {', '.join(ids)}")


def settings() -> Settings:
    """The settings of this process. Raises `Invalid` naming the variable that is wrong."""
    try:
        made = Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"RETRODUCT_{'_'.join(str(part) for part in fault['loc'])}".upper()
        raise Invalid(f"{name}: {fault['msg']}") from None
    _check_addresses(made)
    level = made.log_level if "RETRODUCT_LOG_LEVEL" in os.environ else "ERROR"
    configure(level=level, as_json=made.log_json)
    return made


def _check_addresses(made: Settings) -> None:
    """Raise `Invalid` for an address of a kind that nothing here speaks."""
    databases = {"RETRODUCT_DATABASE_URL": made.database_url}
    databases |= {f"RETRODUCT_DATABASE_URLS ({n})": url for n, url in made.database_urls.items()}
    for variable, url in databases.items():
        if url is not None and not re.match(r"(postgres(ql)?(\+asyncpg)?|sqlite)://", url):
            raise Invalid(
                f"{variable} is no database address; write postgresql://user:password@host/name"
            )
    if made.amqp_url is not None and not re.match(r"amqps?://", made.amqp_url):
        raise Invalid(
            "RETRODUCT_AMQP_URL is no RabbitMQ address; write amqp://user:password@host:5672/"
        )


def running_here(home: Path) -> str | None:
    """Address of the server that runs on this home folder, if one holds it."""
    try:
        told = json.loads((home / SERVER_FILE).read_text(encoding="utf-8"))
        return str(told["url"]) if _is_held(home) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_held(home: Path) -> bool:
    """Whether a process has the home folder's lock (a crashed one's is gone with it)."""
    with (home / "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@asynccontextmanager
async def reach(url: str | None = None) -> AsyncIterator[Session]:
    """Open a session: `url`, else a server on the home folder, else everything in process.

    The last two are the same installation (`address` is `here` for both).
    """
    made = settings()
    server = url or running_here(made.home)
    if server is not None:
        async with _remote(server) as http:
            yield Session(Api(http), made, url or HERE)
        return
    alone = embedded.open_system(made, prepared=False)
    async with alone as system, system.client() as http:
        yield Session(Api(http, quiet=_quiet(system)), made, HERE, system)


def _quiet(system: embedded.System) -> Callable[[], Awaitable[None]]:
    async def quiet() -> None:
        """Wait until nothing moves, or a service has failed for good."""
        draining = asyncio.ensure_future(system.drain(seconds=600))
        await asyncio.wait({draining, system.failed}, return_when=asyncio.FIRST_COMPLETED)
        if system.failed.done():
            draining.cancel()
            raise ApiError(f"a service stopped: {system.failed.exception()!r}")
        await draining

    return quiet


def _remote(address: str) -> httpx.AsyncClient:
    token = os.environ.get(TOKEN)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=120, trust_env=False)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine."""
    return asyncio.run(work)
