"""The HTTP interface as the loader uses it: waits where it is told to, complains in sentences."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

PATIENCE = 120.0
"""Seconds for which a command that is not known yet, or got no answer, is tried again."""

LOST = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.GATEWAY_TIMEOUT})
"""What a proxy answers when the service behind it broke off: nobody knows what was done."""

BACK_OFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts; the last one repeats."""

PAGE = 500


class ApiError(Exception):
    """The interface refused; `str()` is one clear line, `status` the HTTP status."""

    def __init__(self, message: str, status: int = 0, slug: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.slug = slug


_REQUEST = re.compile(r" \([A-Z]+ /[^\s)]*: \d{3}\)")


def for_people(sentence: str) -> str:
    """A refusal without the request that it answered, which says nothing to who reads pages."""
    return _REQUEST.sub("", sentence)


def segment(key: str) -> str:
    """A key as one segment of a path (`/` and spaces escaped)."""
    return quote(key, safe="")


class Api:
    """Commands and questions to one installation, embedded or far away.

    `quiet` waits until every inbox and job is done; `at_rest` says whether they are, in place
    of the interface, which is asked without it.
    Every command names what it makes, so one whose answer was lost is simply given again.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        quiet: Callable[[], Awaitable[None]] | None = None,
        patience: float = PATIENCE,
        at_rest: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.http = http
        self.patience = patience
        self._quiet = quiet
        self._at_rest = at_rest
        self._reached = False

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of an address; waits where it is told to. Raises `ApiError`."""
        return await self.call("GET", path, params=params)

    async def text(self, path: str) -> str:
        """What an address answers, as text. Raises `ApiError`."""
        answer = await self._answered("GET", path, {})
        if not answer.is_success:
            raise _error("GET", path, answer)
        return answer.text

    async def put(self, path: str, body: Any) -> Any:
        """Send a command that may be repeated; returns its answer. Raises `ApiError`."""
        return await self.call("PUT", path, json=body)

    async def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Send a command; returns its answer. Raises `ApiError`."""
        return await self.call("POST", path, json=body, params=params)

    async def fetch(self, path: str, **params: Any) -> bytes:
        """The bytes of a file. Raises `ApiError`."""
        answer = await self._answered("GET", path, {"params": params})
        if not answer.is_success:
            raise _error("GET", path, answer)
        return answer.content

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """Send one request until it is answered, for `patience` seconds.

        503 is tried again after `Retry-After`; 502, 504 and a dropped connection with
        back-off, unless nothing has ever answered at this address.
        Returns the decoded JSON (None without a body). Raises `ApiError`.
        """
        answer = await self._answered(method, path, request)
        if not answer.is_success:
            raise _error(method, path, answer)
        return _body(answer)

    async def _answered(self, method: str, path: str, request: Mapping[str, Any]) -> httpx.Response:
        until = time.monotonic() + self.patience
        for attempt in itertools.count():
            late = time.monotonic() > until
            answer = await self._send(method, path, request, last=late)
            pause = _pause(answer, attempt)
            if answer is not None and (pause is None or late):
                return answer
            await asyncio.sleep(pause or 0)
        raise AssertionError("counting has no end")

    async def _send(
        self, method: str, path: str, request: Mapping[str, Any], *, last: bool
    ) -> httpx.Response | None:
        """The answer; None when the connection broke and there is time to try again."""
        try:
            answer = await self.http.request(method, path, **request)
        except httpx.TransportError as error:
            if self._reached and not last:
                return None
            raise ApiError(
                f"{self.http.base_url} does not answer ({str(error) or type(error).__name__}); "
                "start it with 'retroduct up', or name another address with --url"
            ) from error
        self._reached = True
        return answer

    async def all(self, path: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Every item of a cursor-paged list."""
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = await self.get(path, limit=PAGE, **more, **params)
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if cursor is None:
                return

    async def listed(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Every item of a cursor-paged list, gathered."""
        return [item async for item in self.all(path, **params)]

    async def wait_until_settled(self, review: str) -> None:
        """Return when every event of the review has been handled everywhere."""
        if self._quiet is not None:
            await self._quiet()
        until = time.monotonic() + self.patience
        while not await self._settled(review):
            if time.monotonic() > until:
                raise ApiError(
                    "the services did not come to rest; 'retroduct doctor' says which one waits"
                )
            await asyncio.sleep(0.1)

    async def _settled(self, review: str) -> bool:
        if self._at_rest is not None:
            return await self._at_rest()
        return bool((await self.get(f"/api/reviews/{segment(review)}/settled"))["settled"])


def _pause(answer: httpx.Response | None, attempt: int) -> float | None:
    """Seconds until the next attempt; None when this answer stands."""
    if answer is None or answer.status_code in LOST:
        return BACK_OFF[min(attempt, len(BACK_OFF) - 1)]
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return _retry_after(answer)
    return None


def _retry_after(answer: httpx.Response) -> float:
    """Seconds to wait, at most 5; on this machine events arrive sooner than in a second."""
    try:
        told = float(answer.headers.get("retry-after", "1"))
    except ValueError:
        told = 1.0
    local = answer.request.url.host in {"127.0.0.1", "localhost"}
    return 0.05 if local else min(told, 5.0)


def _body(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if "json" in answer.headers.get("content-type", ""):
        return answer.json()
    return answer.text


def _error(method: str, path: str, answer: httpx.Response) -> ApiError:
    if answer.has_redirect_location:
        there = answer.url.join(answer.headers["location"])
        return ApiError(
            f"this address leads on to {there} and does nothing itself; "
            f"name that one with --url ({method} {path}: {answer.status_code})",
            answer.status_code,
        )
    problem: dict[str, Any] = {}
    if "json" in answer.headers.get("content-type", ""):
        body = answer.json()
        problem = body if isinstance(body, dict) else {}
    said = problem.get("detail") or problem.get("title") or answer.reason_phrase
    if not isinstance(said, str):
        said = str(said)
    field = f" (field {problem['field']})" if problem.get("field") else ""
    slug = str(problem.get("type", "")).rsplit("/", 1)[-1]
    message = f"{said}{field} ({method} {path}: {answer.status_code})"
    return ApiError(message, answer.status_code, slug)


def naming_fragments(error: ApiError, bodies: Sequence[dict[str, Any]]) -> ApiError:
    """The refusal of a batch with the fragment's own id in place of its number in the batch."""

    def named(found: re.Match[str]) -> str:
        number = int(found.group(1))
        return f"fragment '{bodies[number]['id']}'" if number < len(bodies) else found.group(0)

    said = re.sub(r"fragments[.\[](\d+)\]?", named, str(error))
    return ApiError(said, error.status, error.slug)
