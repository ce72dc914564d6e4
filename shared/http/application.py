"""One application with the routes of services, and the routes that every service has."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from hmac import compare_digest
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import NoMatchFound
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db import Who, who
from shared.events.base import registered
from shared.http import problem_handlers
from shared.http.api import LimitQuery, asked
from shared.http.auth import (
    IN_PROCESS,
    Authenticator,
    PrincipalDep,
    current_principal,
    loops_back,
    passed_on,
)
from shared.http.bounds import Line, Listed, ManyOf, Name
from shared.http.export_log import ExportLog
from shared.http.headers import SAFE_HEADERS
from shared.http.limits import RequestLimits
from shared.http.problems import Forbidden, Invalid
from shared.http.routing import API, RoutesOf, service_of
from shared.kernel import inbox, replay
from shared.kernel.envelope import MAX_BIGINT, MAX_INTEGER
from shared.kernel.operations import dead_events, trace_of
from shared.kernel.relay import ReplayRange
from shared.kernel.service import Running
from shared.ops.metrics import exposition
from shared.ops.settings import SERVICES, Settings
from shared.ops.telemetry import traceparent


class Application(FastAPI):
    """FastAPI that describes where what was created is."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            made = super().openapi()
            for answer in _answers(made, "201"):
                answer["headers"] = {"Location": LOCATION}
        described: dict[str, Any] = self.openapi_schema or {}
        return described


LOCATION = {
    "description": "Where the new thing is.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}


def _answers(described: dict[str, Any], status: str) -> Iterator[dict[str, Any]]:
    for path in described["paths"].values():
        for operation in path.values():
            if status in operation["responses"]:
                yield operation["responses"][status]


def build_app(
    runnings: Sequence[Running],
    authenticator: Authenticator,
    *,
    title: str = "Retroduct",
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[Any]] | None = None,
) -> FastAPI:
    """One application with the routes of every service given."""
    app = Application(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": problem_handlers.REFUSAL, 503: problem_handlers.REFUSAL},
    )
    app.state.authenticator = authenticator
    app.state.runnings = {running.service.name: running for running in runnings}
    problem_handlers.install(app)
    app.add_middleware(ExportLog)
    app.add_middleware(TraceContext)
    app.add_middleware(RequestLimits)
    for running in runnings:
        _mount(app, running)
    return app


def prepare_routes(app: FastAPI) -> None:
    """Have FastAPI make what it makes of included routes now, and not at the first request.

    That request would hold up the event loop for a tenth of a second. Looking for a name
    goes through every route. A server does so before it answers; a command that asks a few
    routes needs no more than those.
    """
    with suppress(NoMatchFound):
        app.url_path_for("")


def _mount(app: FastAPI, running: Running) -> None:
    service = running.service
    name, prefix = service.name, f"/api/{service.name}"
    own = RoutesOf(operations(running), lambda path: service_of(path) == name)
    app.include_router(own, prefix=prefix, tags=["operations"])
    if service.routes is not None:
        mine = _of_workbench if name == "workbench" else lambda path: service_of(path) == name
        made = RoutesOf(service.routes(running.context), mine)
        under = "/api" if name == "workbench" else prefix
        app.include_router(made, prefix=under, tags=[name])
    if service.pages is not None:
        pages = RoutesOf(service.pages(running.context), lambda path: not service_of(path))
        app.include_router(pages, include_in_schema=False)


def _of_workbench(path: str) -> bool:
    return path.startswith(API) and not service_of(path)


def operations(running: Running) -> APIRouter:
    """Health, readiness, figures, dead events and replay: the same for every service."""
    router = APIRouter()
    _add_health(router, running)
    _add_repairs(router, running)
    return router


def _add_health(router: APIRouter, running: Running) -> None:
    async def inside(request: Request) -> None:
        """Let this machine and monitors in; everybody else needs the installation's owner."""
        if not _is_inside(request, running.settings):
            _owner_everywhere(await current_principal(request))

    watched = [Depends(inside)]

    @router.get("/health")
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/ready", dependencies=watched)
    async def ready(response: Response) -> dict[str, Any]:
        """The database answers and every loop lives; otherwise 503 and what is wrong."""
        await running.backlog()
        response.status_code = 200 if running.is_ready() else 503
        return {"ready": running.is_ready(), "problems": running.health}

    @router.get("/pending", dependencies=watched)
    async def pending() -> Response:
        """What waits in outbox, inbox and jobs, and counts of events by type."""
        body = msgspec.json.encode(await running.backlog())
        return Response(body, media_type="application/json")

    @router.get("/metrics", response_class=PlainTextResponse, dependencies=watched)
    async def metrics() -> str:
        """The same figures for Prometheus."""
        return exposition(await running.backlog())


def _is_inside(request: Request, settings: Settings) -> bool:
    """Whether a request comes from this machine itself, or from a monitor that knows the token."""
    if passed_on(request):
        return False
    client = request.client.host if request.client else ""
    if client == IN_PROCESS or loops_back(client):
        return True
    _, _, given = request.headers.get("authorization", "").partition(" ")
    token = settings.monitor_token
    return token is not None and compare_digest(given.encode(), token.get_secret_value().encode())


def _add_repairs(router: APIRouter, running: Running) -> None:
    @router.get("/dead")
    async def dead(principal: PrincipalDep, limit: LimitQuery = 100) -> dict[str, Any]:
        """Events and jobs that were given up, and parked ones, with reasons."""
        _owner_everywhere(principal)
        return {"items": await running.db.read(lambda tx: dead_events(tx, limit))}

    @router.post("/dead/retry")
    async def retry(principal: PrincipalDep, ids: ManyOf[Name] | None = None) -> dict[str, int]:
        """Give dead events (all, or these) another full round of attempts."""
        _owner_everywhere(principal)
        return {"retried": await running.db.write(lambda tx: inbox.retry_dead(tx, ids))}

    @router.post("/replays", status_code=202)
    async def ask_replay(principal: PrincipalDep, wish: ReplayWish) -> dict[str, Any]:
        """Send history again to one service's queue; it is handled again."""
        _owner_everywhere(principal)
        replay_range = wish.replay_range()
        await running.db.write(lambda tx: replay.ask(tx, replay_range))
        return {"queued": True, "number": replay_range.number}

    @router.get("/trace/{subject_id:path}")
    async def trace(principal: PrincipalDep, subject_id: Line) -> dict[str, Any]:
        """Every event about one thing, in the order it was published."""
        _owner_everywhere(principal)
        return {"items": await running.db.read(lambda tx: trace_of(tx, subject_id))}


class ReplayWish(BaseModel):
    """Which history to send again, to whom."""

    to: Name
    types: Listed[Name] = []
    review: Name | None = None
    since: int = Field(0, ge=0, le=MAX_BIGINT)
    number: int = Field(1, le=MAX_INTEGER)

    def replay_range(self) -> ReplayRange:
        """As the kernel says it; raises `Invalid` for a type or service that does not exist."""
        if self.to not in SERVICES:
            services = ", ".join(SERVICES)
            raise Invalid(f"No service is called '{self.to}'; name one of {services}.")
        known = {name for name, _ in registered()}
        for name in self.types:
            if name not in known:
                raise Invalid(f"No event is called '{name}'; see `retroduct events counts`.")
        return ReplayRange(
            to=self.to,
            types=tuple(self.types),
            review_id=self.review,
            since=self.since,
            number=max(1, self.number),
        )


def _owner_everywhere(principal: Any) -> None:
    if not principal.everywhere:
        raise Forbidden("Only the owner of the installation may do that.")


class TraceContext:
    """Carries the caller's trace context into the events that a request causes.

    Every answer, a refusal too, gets the headers that keep a browser from running what it holds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        parent = traceparent(headers.get("traceparent"))
        path = asked.set(scope["path"])
        token = who.set(Who(traceparent=parent, correlation_id=headers.get("x-request-id")))

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["traceparent"] = parent
                for name, value in SAFE_HEADERS.items():
                    answer.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_traced)
        finally:
            who.reset(token)
            asked.reset(path)
