"""One question over HTTP: paced, asked again where that can help, its answer read as JSON.

An answer counts only if it is what was asked for: Europe PMC sends `{"version": …}` with 200
where it failed, and proxies send pages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from services.search.connectors.domain.sources import BudgetSpent, NoAnswer, NotTaken
from services.search.pacing.client import Pace, Patience, Timing
from shared.http.certificates import trusted

LARGEST = 64 << 20
EXCERPT = 200
TOO_FAST = 429
GONE = (404, 410)
DAY = 86_400.0
Parameters = Mapping[str, str]


class NotKnown(Exception):
    """The source has nothing under this address (404)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A source as it is reached: its name for people, its base, and what each call carries.

    `secret` is sent as a parameter and shown nowhere; `rate` is how many requests a second we
    mean to send; `spent` says of an answer that refuses us whether what may be asked today is
    used up.
    """

    label: str
    base: str
    agent: str = "retroduct"
    secret: Mapping[str, str] | None = None
    proxy: str | None = None
    quiet: float = 30.0
    rate: float = 1.0
    spent: Callable[[httpx.Response], bool] = lambda _answer: False


class Caller:
    """Asks one host.

    Raises `NoAnswer` after the last try; `BudgetSpent`, `NotTaken` and `NotKnown` at once.
    """

    def __init__(self, host: Host, pace: Pace, timing: Timing, patience: Patience) -> None:
        self._host, self._pace, self._timing, self._patience = host, pace, timing, patience
        self._http = httpx.AsyncClient(
            timeout=host.quiet,
            proxy=host.proxy,
            headers={"User-Agent": host.agent, "Accept": "application/json"},
            follow_redirects=True,
            verify=trusted(trust_env=True),
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def ask(
        self, path: str, parameters: Parameters, holds: Callable[[Any], bool]
    ) -> dict[str, Any]:
        """The JSON object at `path` of which `holds` says that it is an answer to this question."""
        started, failures = self._timing.monotonic(), 0
        while True:
            await self._pace.turn()
            try:
                return await self._once(path, parameters, holds)
            except BudgetSpent:
                raise
            except NoAnswer as failure:
                failures += 1
                if not await self._again(failures, failure.wait, started):
                    raise NoAnswer(self._sentence(failures, failure), failure.wait) from failure

    async def _once(
        self, path: str, parameters: Parameters, holds: Callable[[Any], bool]
    ) -> dict[str, Any]:
        try:
            answer = await self._send(path, {**parameters, **(self._host.secret or {})})
        except httpx.HTTPError as error:
            raise NoAnswer(self._redacted(f"{type(error).__name__}: {error}")) from None
        slower = _gap(answer)
        if slower > 1 / self._host.rate:
            await self._pace.hold(slower)
        self._refuse(answer)
        try:
            found = answer.json()
        except (ValueError, RecursionError):
            raise NoAnswer(f"no JSON but: {self._excerpt(answer)}") from None
        if not isinstance(found, dict) or not holds(found):
            raise NoAnswer(f"not what was asked for: {self._excerpt(answer)}")
        return found

    async def _send(self, path: str, parameters: Parameters) -> httpx.Response:
        address = urljoin(self._host.base.rstrip("/") + "/", path)
        async with self._http.stream("GET", address, params=parameters) as answer:
            body = bytearray()
            async for block in answer.aiter_bytes():
                body += block
                if len(body) > LARGEST:
                    raise NotTaken(f"{self._host.label} answered with more than {LARGEST} bytes.")
        return httpx.Response(
            answer.status_code, headers=_plain(answer.headers), content=bytes(body)
        )

    def _refuse(self, answer: httpx.Response) -> None:
        """Raise what a status means that is no answer."""
        if answer.status_code < httpx.codes.BAD_REQUEST:
            return
        said = f"HTTP {answer.status_code}: {self._excerpt(answer)}"
        if self._host.spent(answer):
            wait = _seconds(answer) or DAY
            raise BudgetSpent(
                f"What may be asked of {self._host.label} today is used up; it answers again in "
                f"{wait / 3600:.1f} h.",
                wait,
            )
        if answer.status_code == TOO_FAST or answer.is_server_error:
            raise NoAnswer(said, _seconds(answer))
        if answer.status_code in GONE:
            raise NotKnown(said)
        raise NotTaken(f"{self._host.label} refused the question: {said}")

    async def _again(self, failures: int, asked: float | None, started: float) -> bool:
        """Wait for the next try; False if there is none left or no time for it."""
        if asked:
            await self._pace.hold(asked)
        if failures >= self._patience.tries:
            return False
        pause = self._patience.pause(failures, self._timing.chance(), asked)
        if self._timing.monotonic() + pause - started > self._patience.deadline:
            return False
        await self._timing.sleep(pause)
        return True

    def _sentence(self, failures: int, failure: NoAnswer) -> str:
        return (
            f"{self._host.label} gave no answer in {failures} tries, at last: {failure}; "
            "check the network, or ask again later."
        )

    def _excerpt(self, answer: httpx.Response) -> str:
        return self._redacted(" ".join(answer.text.split())[:EXCERPT] or "no text")

    def _redacted(self, words: str) -> str:
        for value in (self._host.secret or {}).values():
            words = words.replace(value, "***") if value else words
        return words


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Headers of a body that has been unpacked."""
    return {k: v for k, v in headers.items() if k not in ("content-encoding", "content-length")}


def _gap(answer: httpx.Response) -> float:
    """Seconds between two requests, as Crossref's headers tell them; 0 where none does.

    `x-rate-limit-limit: 3` and `x-rate-limit-interval: 1s`.
    """
    try:
        limit = float(answer.headers["x-rate-limit-limit"])
        return float(answer.headers["x-rate-limit-interval"].rstrip("s")) / limit
    except (KeyError, ValueError, ZeroDivisionError):
        return 0.0


def _seconds(answer: httpx.Response) -> float | None:
    """How long the host asks us to wait."""
    try:
        return max(0.0, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
