"""Drawing a page of a document's file; `frames_of` runs in a process with limits."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec

from services.extraction.texts.formats.pdf.picture import NoPicture, picture_of
from shared.http.problems import Conflict
from shared.ops.limited_process import Limits, Stopped, frames

TASK = "services.extraction.uploads.jobs.drawing:frames_of"
LIMITS = Limits(memory_mb=1024, cpu_s=20, wait_s=60.0)
TOO_MUCH = "Drawing this page takes more than one page may; download the file instead."


class PageRequest(msgspec.Struct, frozen=True):
    """Which page, from 1, and how many pixels wide."""

    number: int
    width: int


class Drawn(msgspec.Struct, frozen=True):
    """The picture, or why there is none."""

    png: bytes = b""
    refused: str = ""


def frames_of(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The picture of a page, or why there is none."""
    wanted = msgspec.msgpack.decode(arguments, type=PageRequest)
    try:
        drawn = Drawn(png=picture_of(stream.read(), wanted.number, wanted.width))
    except NoPicture as error:
        drawn = Drawn(refused=str(error))
    yield msgspec.msgpack.encode(drawn)


def draw_apart(data: bytes, number: int, width: int) -> bytes:
    """A page as a PNG, drawn by a process with limits; blocks. Raises `Conflict`."""
    arguments = msgspec.msgpack.encode(PageRequest(number, width))
    try:
        with TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            told = list(frames(TASK, file, arguments, LIMITS))
    except Stopped as error:
        raise Conflict(TOO_MUCH) from error
    drawn = msgspec.msgpack.decode(told[0], type=Drawn)
    if drawn.refused:
        raise Conflict(drawn.refused)
    return drawn.png
