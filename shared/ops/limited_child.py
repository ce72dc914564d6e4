"""The process that `shared.ops.limited_process` starts: does one task after another, within limits.

A request comes over the socket that is standard input, with the file descriptor of what is
to be read; the answer goes back in frames. Runs until the socket is closed.
"""

import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from shared.ops.limited_process import (
    CRASHED,
    ENDED,
    FRAME,
    LAST,
    OUT_OF_MEMORY,
    REQUESTS,
    Request,
    receive,
    send,
)

RECYCLED_MB = 300
"""A process that has grown past this ends after its task; a fresh one takes the next."""

Task = Callable[[BinaryIO, bytes], Iterator[bytes]]


def serve(connection: socket.socket) -> None:
    """Do what is asked until the other side hangs up, or memory has grown."""
    while True:
        asked = receive(connection, with_descriptor=True)
        if asked is None:
            return
        request, descriptor = REQUESTS.decode(asked.body), asked.descriptor
        if descriptor is None:
            return
        with os.fdopen(descriptor, "rb") as stream:
            _do(connection, request, stream)
        if _memory_pages(1) * resource.getpagesize() > RECYCLED_MB << 20:
            send(connection, ENDED, LAST)
            return
        send(connection, ENDED, b"")


def _do(connection: socket.socket, request: Request, stream: BinaryIO) -> None:
    try:
        task = _task(request.task)
        _limit_memory(request.memory_mb)
        _limit_cpu(request.cpu_s)
        for frame in task(stream, request.arguments):
            send(connection, FRAME, frame)
            _limit_cpu(request.cpu_s)
    except MemoryError:
        send(connection, OUT_OF_MEMORY, b"")
        sys.exit(1)
    except Exception as error:  # whatever a reader trips over is an answer
        what = f"{type(error).__name__}: {error}"[:500]
        send(connection, CRASHED, what.encode("utf-8", "replace"))
        sys.exit(1)
    finally:
        _limit_memory(None)


def _task(name: str) -> Task:
    module, _, function = name.partition(":")
    found: Task = getattr(import_module(module), function)
    return found


def _limit_cpu(seconds: int) -> None:
    """So many further seconds of computing until the next frame; then the kernel ends us."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


def _limit_memory(megabytes: int | None) -> None:
    """So much address space beyond what is taken now; None lifts the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = hard if megabytes is None else _address_space() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """Bytes of address space that are taken."""
    return _memory_pages(0) * resource.getpagesize() or 1 << 30


def _memory_pages(column: int) -> int:
    """Pages of memory: 0 of address space, 1 resident. 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[column])
    except OSError:
        return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(socket.socket(fileno=os.dup(0)))
