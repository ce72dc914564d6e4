"""Commands of the operator: up, serve, doctor, migrate, token, asyncapi, openapi."""

import json as jsonlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime import demo as demonstration
from runtime import embedded, single
from runtime.catalogue import services
from runtime.cli.output import console, print_json, table
from runtime.cli.session import (
    HERE,
    SERVER_FILE,
    JsonOption,
    Session,
    UrlOption,
    reach,
    run,
    settings,
)
from runtime.loading.client import Api
from runtime.reference import openapi_document
from runtime.serving import serve_while
from shared import db
from shared.clock import SystemClock
from shared.events.asyncapi import document as asyncapi_document
from shared.http.auth import Authenticator, Principal, loops_back
from shared.http.problems import Unavailable
from shared.kernel import migrations
from shared.ops.settings import SERVICES, Settings

AT_MOST = 600.0
"""Seconds that what is loaded may take to come to rest, on a machine that others use."""

PortOption = Annotated[
    int | None, typer.Option("--port", "-p", min=1, max=65535, help="Port to serve on.")
]


def up(
    port: PortOption = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the two example reviews first.")
    ] = False,
) -> None:
    """Run everything in this process and serve API and pages (http://127.0.0.1:8000)."""
    made = settings()
    if port is not None:
        made = made.model_copy(update={"port": port})
    run(_up(_owned_here(made), demo=demo))


def _owned_here(made: Settings) -> Settings:
    """The machine's owner needs no token on its own loopback address, unless told otherwise."""
    if made.local_owner is None:
        return made.model_copy(update={"local_owner": loops_back(made.host)})
    return made


def _check_port(made: Settings) -> None:
    """Raise `Unavailable` where another program listens already."""
    family = socket.AF_INET6 if ":" in made.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((made.host, made.port))
        except OSError as error:
            raise Unavailable(
                f"Port {made.port} on {made.host} cannot be served on ({error.strerror}); "
                "choose another with --port"
            ) from None


async def _up(made: Settings, *, demo: bool) -> None:
    _check_port(made)
    async with embedded.open_system(made) as system:
        if demo:
            async with system.client() as http:
                api = Api(http, quiet=partial(system.drain, AT_MOST))
                session = Session(api, made, HERE, system)
                await demonstration.show(session)
                await demonstration.bring_tour(session)
        url = f"http://{made.host}:{made.port}"
        console().print(f"Retroduct serves {url} (data in {made.home}); Ctrl-C stops it.")
        if not system.authenticator.local_owner:
            console().print("Everybody signs in here; 'retroduct token' prints the owner's token.")
        with _server_file(made.home, url):
            await _serve(system, made)


async def _serve(system: embedded.System, made: Settings) -> None:
    """Serve until told to stop, or until a service fails for good."""
    await serve_while(system.app, made, system.failed)
    if system.failed.done():
        raise Unavailable(f"A service stopped: {system.failed.exception()!r}")


@contextmanager
def _server_file(home: Path, url: str) -> Iterator[None]:
    """Tell other commands on this home folder where the server is."""
    path = home / SERVER_FILE
    path.write_text(jsonlib.dumps({"pid": os.getpid(), "url": url}), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def serve(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")],
    port: PortOption = None,
) -> None:
    """Run one service by itself (PostgreSQL and RabbitMQ)."""
    made = settings()
    if port is not None:
        made = made.model_copy(update={"port": port})
    run(single.serve(service, made))


@asynccontextmanager
async def _database(made: Settings, name: str) -> AsyncIterator[db.Database]:
    database = db.connect(
        made.url_of(name),
        service=name,
        schema=made.schema_of(name),
        clock=SystemClock(),
        synchronous=made.sqlite_synchronous,
    )
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def migrate() -> None:
    """Bring every service's database to this version's form."""
    made = settings()
    made.home.mkdir(parents=True, exist_ok=True)

    async def work() -> None:
        for name, service in services().items():
            async with _database(made, name) as database:
                await migrations.upgrade(database, service.tables, service.migrations)
            console().print(f"{name}: up to date")

    run(work())


def doctor(url: UrlOption = None, json: JsonOption = False) -> None:
    """Say what works, what waits and what is dead, service by service."""
    found = run(_examine(url))
    wrong = [row for row in found if row["problems"] or row["dead"] or row["dead_jobs"]]
    if json:
        print_json(found)
    else:
        columns = ("service", "ready", "#unsent", "#waiting", "#jobs", "#dead", "#parked")
        rows = [[row.get(name.lstrip("#")) for name in columns] for row in found]
        console().print(table("", columns, rows))
        for row in wrong:
            advice = "see 'retroduct events dead', mend the cause, then 'retroduct events retry'"
            console().print(f"{row['service']}: {row['problems'] or 'gave up on events'}; {advice}")
    if wrong:
        raise typer.Exit(1)


async def _examine(url: str | None) -> list[dict[str, Any]]:
    async with reach(url) as session:
        rows = []
        for name in SERVICES:
            ready = await session.api.get(f"/api/{name}/ready")
            pending = await session.api.get(f"/api/{name}/pending")
            kept = ("unsent", "waiting", "jobs", "dead", "dead_jobs", "parked")
            rows.append(
                {
                    "service": name,
                    "ready": ready["ready"],
                    "problems": ready["problems"],
                    **{key: pending[key] for key in kept},
                }
            )
        return rows


def token(
    person: Annotated[str, typer.Option("--person", help="Whose name it bears.")] = "operator",
) -> None:
    """Print a token for fifteen minutes that owns every review (needs the signing key)."""
    key = embedded.secret_of(settings())
    print(Authenticator(key).sign(Principal(person, everywhere=True), SystemClock().now()))


def asyncapi() -> None:
    """Print the AsyncAPI description of every event."""
    print_json(asyncapi_document())


def openapi(
    service: Annotated[str | None, typer.Argument(help="Only of this service.")] = None,
) -> None:
    """Print the OpenAPI description of the interface."""
    if service is not None and service not in SERVICES:
        raise typer.BadParameter(
            f"no service is called '{service}'; there are {', '.join(SERVICES)}"
        )
    whole = run(openapi_document())
    if service is not None:
        kept = {path: item for path, item in whole["paths"].items() if _is_of(path, service)}
        whole = {**whole, "paths": kept}
    print_json(whole)


def _is_of(path: str, service: str) -> bool:
    """Whether a path is a service's; workbench has those that name no other."""
    owner = path.split("/")[2]
    return owner == service or (service == "workbench" and owner not in SERVICES)
