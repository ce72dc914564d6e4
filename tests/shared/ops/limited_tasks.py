"""Tasks for the tests of `shared.ops.limited_process`; they run in its child processes."""

import os
import time
from collections.abc import Iterator
from typing import BinaryIO


def lines(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The file's lines behind `arguments`."""
    for line in stream:
        yield arguments + line


def identity(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """The process's number, and whether it knows a secret."""
    yield b"%d" % os.getpid()
    yield os.environ.get("RETRODUCT_SECRET", "none").encode()


def hungry(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Takes memory without end."""
    taken = []
    while True:
        taken.append(bytearray(1 << 20))
    yield b""


def busy(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Computes without end, after one frame."""
    yield b"first"
    while True:
        pass


def steady(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Computes for longer than a second in all, but never between two frames."""
    for _ in range(6):
        end = time.process_time() + 0.4
        while time.process_time() < end:
            pass
        yield b"."


def sleepy(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Waits for long."""
    time.sleep(60)
    yield b""


def wrong(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Lets an exception out."""
    yield b"first"
    raise ValueError("no such line")


def dead(_stream: BinaryIO, _arguments: bytes) -> Iterator[bytes]:
    """Ends the process."""
    os._exit(3)
    yield b""
