"""What one caller can take of a service: identity before the body, bounded bodies, time, places.

A pure ASGI middleware, so that a request is judged before a byte of its body is read.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from anyio import BrokenResourceError
from fastapi import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.auth import Authenticator
from shared.http.problems import Problem, Slow, TooLarge, TooMany, Unauthenticated

KB, MB = 1 << 10, 1 << 20
ANONYMOUS_BYTES = 16 * KB
PAGE_BYTES = 1 * MB
JSON_BYTES = 4 * MB
WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OPEN = re.compile(r"/api/tokens(?:/exchange)?$")
"""Routes of the interface that take a body from somebody whom only they can tell."""
LARGER: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"/api/screening/reviews/[^/]+/stages/[^/]+/imports$"), 100 * MB),
    (re.compile(r"/api/extraction/reviews/[^/]+/uploads$"), 1024 * MB),
    (re.compile(r"/reviews/[^/]+/uploads$"), 1024 * MB),
    (re.compile(r"/api/extraction/reviews/[^/]+/exchange/projects$"), 1024 * MB),
    (re.compile(r"/reviews/[^/]+/projects$"), 1024 * MB),
    (re.compile(r"/reviews/[^/]+/projects/[^/]+/mapping$"), 16 * MB),
    (re.compile(r"/api/extraction/reviews/[^/]+/exchange/fragments$"), 64 * MB),
    (re.compile(r"/api/extraction/reviews/[^/]+/forms/[^/]+/table$"), 32 * MB),
    (re.compile(r"/api/extraction/.*/(?:documents|fragments)/batch$"), 64 * MB),
    (re.compile(r"/api/search/reviews/[^/]+/records/batch$"), 64 * MB),
    (re.compile(r"/api/screening/reviews/[^/]+/stages/[^/]+/decisions$"), 64 * MB),
    (re.compile(r"/api/extraction/reviews/[^/]+/documents/.+$"), 32 * MB),
    (re.compile(r"/api/synthesis/"), 32 * MB),
    (re.compile(r"/reviews/[^/]+/texts-of/"), 32 * MB),
)
"""Routes that take more than others; the first that fits counts."""
UPLOAD = re.compile(r"(?:/api/search)?/reviews/[^/]+/imports(?:/preview)?$")
BUNDLE = re.compile(r"/load$")
BUNDLE_BYTES = 256 * MB
FEED = re.compile(r"/api/reviews/[^/]+/feed$")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the middleware: seconds between two parts of a body, the slowest rate of a
    body after the first minute (bytes a second), requests and feeds of one person at once,
    bodies of strangers at once."""

    pause_s: float = 20.0
    grace_s: float = 60.0
    slowest: int = 8 * KB
    requests: int = 200
    feeds: int = 24
    strangers: int = 50


def _left(error: Exception) -> bool:
    """Whether a stream ended because its reader left: nothing that the log need tell of."""
    if not isinstance(error, ExceptionGroup):
        return isinstance(error, BrokenResourceError)
    return all(_left(one) for one in error.exceptions)


@dataclass(slots=True)
class RequestLimits:
    """Refuses what goes beyond the limits, with a problem, before it costs anything."""

    app: ASGIApp
    limits: Limits = field(default_factory=Limits)
    _open: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            person = self._person(scope)
            with self._place(scope, person):
                await self._bounded(scope, receive, send, self._most(scope, person))
        except Problem as problem:
            await _refuse(problem, scope, receive, send)

    def _person(self, scope: Scope) -> str:
        """Who asks, "" for a stranger; raises `Unauthenticated` where strangers send no body.

        Pages answer strangers by themselves (with the sign-in page).
        """
        try:
            authenticator: Authenticator = scope["app"].state.authenticator
            return authenticator.principal(Request(scope)).person_id
        except Unauthenticated:
            path = scope["path"]
            api = path.startswith("/api/") and OPEN.match(path) is None
            if api and scope["method"] in WITH_BODY:
                raise
            return ""

    def _most(self, scope: Scope, person: str) -> int:
        """How many bytes the body may have."""
        path = scope["path"]
        if UPLOAD.match(path) and person:
            running = next(iter(scope["app"].state.runnings.values()))
            return int(running.context.settings.max_upload_mb) * MB
        if BUNDLE.match(path) and person:
            return BUNDLE_BYTES
        for pattern, most in LARGER:
            if pattern.match(path) and (person or not path.startswith("/api/")):
                return most
        if not path.startswith("/api/"):
            return PAGE_BYTES
        return JSON_BYTES if person else ANONYMOUS_BYTES

    @contextmanager
    def _place(self, scope: Scope, person: str) -> Iterator[None]:
        """One of a person's places; raises `TooMany` when they have them all."""
        feed = FEED.match(scope["path"]) is not None
        key, most = ("feed " if feed else "") + person, self.limits.feeds
        if not feed:
            most = self.limits.requests
        if not person:
            if scope["method"] not in WITH_BODY:
                yield
                return
            most = self.limits.strangers
        if self._open[key] >= most:
            what = "event feeds" if feed else "requests"
            raise TooMany(f"There are {most} {what} open at once; close some, or wait.")
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if re.fullmatch(rb"[0-9]+", declared) and int(declared[:18]) > most:
            raise _too_large(most)
        body = _Body(receive, send, most, self.limits)
        try:
            await self.app(scope, body.receive, body.send)
        except Exception as error:
            if body.problem is None and not _left(error):
                raise
        if body.problem is not None and not body.answered:
            raise body.problem


def _too_large(most: int) -> TooLarge:
    size = f"{most // MB} MB" if most >= MB else f"{most // KB} KB"
    return TooLarge(f"More than {size} are not taken here; send it in smaller parts.")


class _Body:
    """The body of one request as it comes in; once refused, the application's answer is dropped."""

    def __init__(self, receive: Receive, send: Send, most: int, limits: Limits) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._limits = limits
        self._size = 0
        self._done = False
        self._begun = time.monotonic()
        self.problem: Problem | None = None
        self.answered = False

    async def receive(self) -> Message:
        """The next part; raises the problem that it makes."""
        if self._done:
            return await self._receive()
        spent = time.monotonic() - self._begun
        left = self._limits.grace_s + self._size / self._limits.slowest - spent
        try:
            async with asyncio.timeout(max(0.01, min(self._limits.pause_s, left))):
                message = await self._receive()
        except TimeoutError:
            self.problem = Slow("The request came too slowly; send it again.")
            raise self.problem from None
        self._size += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._size > self._most:
            self.problem = _too_large(self._most)
            raise self.problem
        return message

    async def send(self, message: Message) -> None:
        """Passes the answer on, unless the body was refused before it began."""
        if self.problem is not None and not self.answered:
            return
        self.answered = True
        await self._send(message)


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the problem and ends the connection: the rest of the body is not read."""
    answer = JSONResponse(
        problem.document(),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={**problem.headers, "connection": "close"},
    )
    await answer(scope, receive, send)
