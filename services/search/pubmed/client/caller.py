"""One call to the E-utilities: paced, tried again, judged, and recorded."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from services.search.pacing.client import Pace, Patience, Timing
from services.search.pubmed.client.answers import (
    Good,
    HttpAnswer,
    NoSuchIds,
    Permanent,
    Transient,
    Verdict,
    judge,
)
from services.search.pubmed.client.transport import NoAnswer, redacted
from services.search.pubmed.domain.answers import Call, PubMedRefused, PubMedUnavailable

T = TypeVar("T")
Parameters = Mapping[str, str | Sequence[str]]
Send = Callable[[str, Parameters], HttpAnswer]

ADVICE = {
    "429": "set RETRODUCT_NCBI_API_KEY to allow ten requests a second, or search later",
    "": "check the network and https://www.ncbi.nlm.nih.gov, then run it again",
}


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A judged answer: `value` is None if none of the identifiers exists."""

    call: Call
    value: T | None


@dataclass(frozen=True, slots=True)
class _Try(Generic[T]):
    at: datetime
    verdict: Verdict
    answer: HttpAnswer | None = None
    value: T | None = None


@dataclass(slots=True)
class Caller:
    """Calls utilities through `send`, which blocks and therefore runs in one of two threads."""

    send: Send
    pacer: Pace
    patience: Patience
    timing: Timing
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="pubmed")
    )

    async def call(
        self,
        utility: str,
        parameters: Parameters,
        read: Callable[[bytes], T],
        tries: int | None = None,
    ) -> Reply[T]:
        """The answer of `utility` (`esearch`, ...) as `read` reads it, in a thread.

        Raises `PubMedUnavailable` after the last try (`tries`, or as many as
        patience has) or at the deadline, `PubMedRefused` at once.
        """
        started, problems = self.timing.monotonic(), list[str]()
        while True:
            each = await self._try(utility, parameters, read)
            call = _record(utility, parameters, each, problems)
            match each.verdict:
                case Good() | NoSuchIds():
                    return Reply(call, each.value)
                case Permanent(why):
                    raise PubMedRefused(f"PubMed refused the {utility} request: {why}", [call])
                case Transient(why, asked):
                    problems.append(redacted(why))
                    if not await self._again(problems, asked, started, tries):
                        raise _unavailable(utility, parameters, each, problems)

    async def _try(
        self, utility: str, parameters: Parameters, read: Callable[[bytes], T]
    ) -> _Try[T]:
        await self.pacer.turn()
        at = self.timing.now()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._send, at, utility, parameters, read)

    def _send(
        self, at: datetime, utility: str, parameters: Parameters, read: Callable[[bytes], T]
    ) -> _Try[T]:
        """In a thread: send, judge and read. A body that cannot be read is asked for again."""
        try:
            answer = self.send(utility, parameters)
        except NoAnswer as error:
            return _Try(at, Transient(str(error)))
        verdict = judge(utility, answer)
        if not isinstance(verdict, Good):
            return _Try(at, verdict, answer)
        try:
            return _Try(at, verdict, answer, read(answer.body))
        except ValueError as error:
            return _Try(at, Transient(str(error)), answer)

    async def _again(
        self, problems: Sequence[str], asked: float | None, started: float, tries: int | None
    ) -> bool:
        """Wait for the next try; False if there is none left or no time for it."""
        if asked:
            await self.pacer.hold(asked)
        if len(problems) >= (tries or self.patience.tries):
            return False
        pause = self.patience.pause(len(problems), self.timing.chance(), asked)
        if self.timing.monotonic() + pause - started > self.patience.deadline:
            return False
        await self.timing.sleep(pause)
        return True

    def close(self) -> None:
        """Let the threads go; one that waits for the network ends with its time limit."""
        self.pool.shutdown(wait=False, cancel_futures=True)


def _record(utility: str, parameters: Parameters, each: _Try[T], problems: Sequence[str]) -> Call:
    body = each.answer.body if each.answer else b""
    return Call(
        utility=utility,
        parameters=tuple((name, _flat(value)) for name, value in sorted(parameters.items())),
        at=each.at,
        status=each.answer.status if each.answer else 0,
        tries=len(problems) + 1,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        problems=tuple(problems),
    )


def _unavailable(
    utility: str, parameters: Parameters, each: _Try[T], problems: Sequence[str]
) -> PubMedUnavailable:
    last = problems[-1]
    advice = next(words for sign, words in ADVICE.items() if sign in last)
    call = _record(utility, parameters, each, problems[:-1])
    return PubMedUnavailable(
        f"PubMed gave no answer to {utility} in {len(problems)} tries, at last: {last}; {advice}",
        [call],
    )


def _flat(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)
