"""Reading an upload page by page; `frames_of` runs in a process with limits.

The pages cross between the processes as MessagePack of the types below.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import IO, BinaryIO

import msgspec

from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import SourceRecord
from services.search.library.handlers.preparation import Prepared, prepare_apart, under
from shared.ops.limited_process import Limits, Stopped, frames

TASK = "services.search.imports.jobs.reading:frames_of"
LIMITS = Limits(memory_mb=1024, cpu_s=20, wait_s=120.0)
PAGE = 500
PAGE_BYTES = 8 << 20
TOLD_AT_ONCE = 2000
_STOPPED = {
    "memory": f"Reading the file would take more than {LIMITS.memory_mb} MB of memory",
    "cpu": f"The file keeps the computer busy for {LIMITS.cpu_s} seconds without a record",
    "time": f"The file gives no record within {LIMITS.wait_s:.0f} seconds",
    "crash": "The file cannot be read",
}


class ImportRequest(msgspec.Struct, frozen=True):
    """For which review, and under which source name."""

    review_id: str
    source: str


class ReadPage(msgspec.Struct):
    """The next records of the file with what was said on the way.

    `line` is the last one that was read; `refused` why the file is read no further.
    """

    format: str = ""
    encoding: str = ""
    records: list[Prepared] = []
    repairs: list[Repair] = []
    rejections: list[Rejection] = []
    line: int = 1
    refused: str = ""


_ENCODER = msgspec.msgpack.Encoder()
_PAGES = msgspec.msgpack.Decoder(ReadPage)


def frames_of(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The pages of an upload, encoded. The last says what refused the rest, if anything did."""
    wanted = msgspec.msgpack.decode(arguments, type=ImportRequest)
    page = ReadPage()
    try:
        for full in _pages(stream, wanted, page):
            yield _ENCODER.encode(full)
    except ImportRefused as refusal:
        page.refused, page.line = refusal.why, refusal.line
    except MemoryError:
        raise
    except Exception as error:  # a reader's own fault ends this import, with its place
        page.refused = f"Below line {page.line} the file cannot be read ({type(error).__name__})."
    yield _ENCODER.encode(page)


def _pages(stream: BinaryIO, wanted: ImportRequest, page: ReadPage) -> Iterator[ReadPage]:
    """`page`, each time it is full; what is left in it is the last."""
    found = read_import(stream, wanted.source)
    page.format, page.encoding = found.format, found.encoding
    size = 0
    for event in found.events:
        page.line = event.line or page.line
        if isinstance(event, SourceRecord):
            prepared = prepare_apart(wanted.review_id, under(event, wanted.source))
            page.records.append(prepared)
            size += len(prepared.content)
        elif isinstance(event, Repair):
            page.repairs.append(event)
        else:
            page.rejections.append(Rejection(event.line, event.why))
        told = len(page.repairs) + len(page.rejections)
        if len(page.records) >= PAGE or size >= PAGE_BYTES or told >= TOLD_AT_ONCE:
            yield page
            page.records, page.repairs, page.rejections, size = [], [], [], 0


def read_pages(
    spool: IO[bytes], review_id: str, source: str, limits: Limits = LIMITS
) -> Generator[ReadPage, None, None]:
    """The pages of the file, read by a process with limits; blocks while it reads.

    A limit that is hit is a refusal like any other: the last page says so.
    """
    arguments = _ENCODER.encode(ImportRequest(review_id, source))
    line = 1
    try:
        with closing(frames(TASK, spool, arguments, limits)) as coming:
            for frame in coming:
                page = _PAGES.decode(frame)
                line = page.line
                yield page
    except Stopped as stopped:
        why = f"{_STOPPED[stopped.limit]} (below line {line}); export it again, in smaller parts."
        yield ReadPage(line=line, refused=why)
