"""Reading a project in a process with limits: the task, and asking for it."""

import hashlib
from collections.abc import Iterator
from typing import IO

import msgspec

from services.extraction.exchange.domain.tree import CannotExchange
from services.extraction.exchange.formats.project import ReadProject, read_file
from shared.ops.limited_process import Limits, Stopped, frames

LIMITS = Limits(memory_mb=1536, cpu_s=60, wait_s=120.0)
_TASK = "services.extraction.exchange.formats.limited:read"
_WHY = {
    "memory": "Reading it takes more memory than a project may; export a part of it.",
    "cpu": "Reading it takes longer than a project may; export a part of it.",
    "time": "Reading it takes longer than a project may; export a part of it.",
}


def read(stream: IO[bytes], arguments: bytes) -> Iterator[bytes]:
    """The project without its originals, or why it is refused; then each original."""
    try:
        found = read_file(stream, arguments.decode())
    except CannotExchange as error:
        yield msgspec.msgpack.encode(str(error))
        return
    originals, found.files = found.files, dict.fromkeys(found.files, b"")
    yield msgspec.msgpack.encode(found)
    yield from originals.values()


def read_limited(stream: IO[bytes], name: str) -> ReadProject:
    """Read a file in the limited process; blocks. Raises `CannotExchange`."""
    try:
        parts = frames(_TASK, stream, name.encode(), LIMITS)
        head = next(parts)
        found = msgspec.msgpack.decode(head, type=ReadProject | str)
        if isinstance(found, str):
            list(parts)  # to its end, so that the process takes the next file
            raise CannotExchange(found)
        for file, data in zip(found.files, parts, strict=True):
            found.files[file] = data
    except Stopped as error:
        raise CannotExchange(
            _WHY.get(error.limit, "It could not be read; export it anew.")
        ) from error
    return found


def content_hash(project: object) -> str:
    """SHA-256 (hex) of a project's tree."""
    return hashlib.sha256(msgspec.json.encode(project)).hexdigest()
