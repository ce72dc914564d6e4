"""Work on what strangers send, in a process with limits on memory, computing and time.

A task is a function `module:name` that takes an open file and its arguments (bytes) and
yields frames (bytes); `frames` runs it in a child process and yields the same frames.
Children stay warm between tasks. One that hits a limit ends alone, and `Stopped` says why.
"""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

import msgspec

FRAME, ENDED, CRASHED, OUT_OF_MEMORY = b"F", b"E", b"C", b"M"
LAST = b"last"
"""Said with `ENDED` by a child that takes no further task."""
LONGEST_FRAME = 256 << 20
KEPT_WARM = 2
MOST_AT_ONCE = 4
_CHILD = "shared.ops.limited_child"
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ")


class Request(msgspec.Struct, frozen=True):
    """What a child is to do. `cpu_s` counts anew after each frame."""

    task: str
    arguments: bytes
    memory_mb: int
    cpu_s: int


REQUESTS = msgspec.msgpack.Decoder(Request)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a task: megabytes beyond the process's own, and seconds between two frames,
    of computing and by the clock."""

    memory_mb: int = 1024
    cpu_s: int = 20
    wait_s: float = 120.0


class Stopped(Exception):
    """The task did not end by itself. `limit` is `memory`, `cpu`, `time`, or `crash`."""

    def __init__(self, limit: str, what: str = "") -> None:
        super().__init__(f"{limit}: {what}" if what else limit)
        self.limit = limit
        self.what = what


@dataclass(frozen=True, slots=True)
class Received:
    """One message; `kind` is a single byte."""

    kind: bytes
    body: bytes
    descriptor: int | None = None


def send(connection: socket.socket, kind: bytes, body: bytes, descriptor: int = -1) -> None:
    """Send one message: four bytes of length, one of kind, the body."""
    head = len(body).to_bytes(4, "big") + kind
    if descriptor >= 0:
        socket.send_fds(connection, [head], [descriptor])
        connection.sendall(body)
    else:
        connection.sendall(head + body)


def receive(connection: socket.socket, *, with_descriptor: bool = False) -> Received | None:
    """The next message, or None when the other side is gone."""
    descriptors: list[int] = []
    if with_descriptor:
        head, descriptors, _, _ = socket.recv_fds(connection, 5, 1)
    else:
        head = connection.recv(5)
    head += _exactly(connection, 5 - len(head)) if head else b""
    if len(head) < 5:
        return None
    length = int.from_bytes(head[:4], "big")
    if length > LONGEST_FRAME:
        return None
    body = _exactly(connection, length)
    if len(body) < length:
        return None
    return Received(head[4:], body, descriptors[0] if descriptors else None)


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        part = connection.recv(min(count, 1 << 20))
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class _Child:
    """One child process and the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter, no shell
                [sys.executable, "-P", "-m", _CHILD],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )
        self._connection = ours

    def frames(
        self, request: Request, stream: IO[bytes], wait_s: float
    ) -> Generator[bytes, None, bool]:
        """Run a task; whether the child can be used again."""
        self._connection.settimeout(wait_s)
        try:
            body = msgspec.msgpack.encode(request)
            send(self._connection, b"R", body, stream.fileno())
            while (got := receive(self._connection)) is not None and got.kind == FRAME:
                yield got.body
        except TimeoutError:
            raise Stopped("time") from None
        except OSError:
            got = None
        if got is None:
            raise Stopped(self._end())
        if got.kind == OUT_OF_MEMORY:
            raise Stopped("memory")
        if got.kind == CRASHED:
            raise Stopped("crash", got.body.decode("utf-8", "replace"))
        return got.body != LAST

    def _end(self) -> str:
        """Why the process ended by itself."""
        code = self._process.wait(10)
        if code == -signal.SIGXCPU:
            return "cpu"
        return "memory" if code == -signal.SIGKILL else "crash"

    def is_ready(self) -> bool:
        """Whether it lives."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it, whatever it does."""
        self._connection.close()
        self._process.kill()
        self._process.wait()


def _environment() -> dict[str, str]:
    """The child finds the same modules and knows no setting and no secret."""
    said = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return said | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}


@dataclass(slots=True)
class _Pool:
    idle: list[_Child] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> _Child:
        with self.lock:
            while self.idle:
                child = self.idle.pop()
                if child.is_ready():
                    return child
                child.close()
        return _Child()

    def give_back(self, child: _Child) -> None:
        with self.lock:
            if len(self.idle) < KEPT_WARM:
                self.idle.append(child)
                return
        child.close()

    def close(self) -> None:
        with self.lock:
            idle, self.idle = self.idle, []
        for child in idle:
            child.close()


_pool = _Pool()
atexit.register(_pool.close)


def frames(
    task: str, stream: IO[bytes], arguments: bytes = b"", limits: Limits | None = None
) -> Generator[bytes, None, None]:
    """What the task yields, read from a real file at its present position.

    Blocks: iterate it in a thread. Raises `Stopped` when the child hits a limit, crashes, or
    lets an exception out. Closing the iterator early ends the child.
    """
    limits = limits or Limits()
    stream.flush()
    request = Request(task, arguments, limits.memory_mb, limits.cpu_s)
    child = _pool.take()
    again = False
    try:
        again = yield from child.frames(request, stream, limits.wait_s)
    finally:
        if again:
            _pool.give_back(child)
        else:
            child.close()


_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Wait until fewer than `MOST_AT_ONCE` tasks are running."""
    while not _turns.acquire(blocking=False):  # noqa: ASYNC110 shared by all event loops
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        _turns.release()
