"""How long something took, by the wall and by the processor, in a process of its own."""

import asyncio
import multiprocessing
import resource
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """`count` events in `wall` seconds with `cpu` seconds of this process."""

    count: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.count / self.wall

    @property
    def cpu_us(self) -> float:
        """Processor time of an event, in microseconds."""
        return self.cpu / self.count * 1e6


def cpu_seconds() -> float:
    """User and system time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _child(function: Callable[..., Awaitable[Any]], args: tuple[Any, ...], pipe: Any) -> None:
    pipe.send(asyncio.run(_awaited(function, args)))
    pipe.close()


async def _awaited(function: Callable[..., Awaitable[Any]], args: tuple[Any, ...]) -> Any:
    return await function(*args)


class Process:
    """A coroutine function running in a fresh process; `result` waits for what it returns."""

    def __init__(self, function: Callable[..., Awaitable[Any]], *args: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe(duplex=False)
        self._process = context.Process(target=_child, args=(function, args, other))
        self._process.start()
        other.close()

    def result(self, seconds: float = 120) -> Any:
        """What the process returned; raises `TimeoutError` after `seconds`."""
        if not self._pipe.poll(seconds):
            self._process.kill()
            raise TimeoutError("the process did not finish")
        value = self._pipe.recv()
        self._process.join()
        return value


def run(function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """Run a coroutine function in a fresh process and return its result."""
    return Process(function, *args).result()


def middle(values: list[float]) -> float:
    """The median, to three significant digits."""
    return float(f"{median(values):.3g}")
