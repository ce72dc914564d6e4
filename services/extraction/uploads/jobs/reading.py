"""Reading a full text; `frames_of` runs in a process with limits."""

from collections.abc import Iterator
from typing import IO, Any, BinaryIO

import msgspec

from services.extraction.texts.formats.extracted import Extracted, ParagraphSpan, UnreadableText
from services.extraction.texts.formats.pdf.reader import read_pdf
from services.extraction.texts.formats.reader import kind_of, read_full_text
from shared.ops.limited_process import Limits, Stopped, frames
from shared.text import clean

TASK = "services.extraction.uploads.jobs.reading:frames_of"
LIMITS = Limits(memory_mb=2048, cpu_s=120, wait_s=180.0)
PASTE = "upload another copy, or paste the text."
_STOPPED = {
    "memory": f"Reading the file would take more than {LIMITS.memory_mb} MB of memory; {PASTE}",
    "cpu": f"Reading the file takes more than {LIMITS.cpu_s} seconds; {PASTE}",
    "time": f"Reading the file takes more than {LIMITS.wait_s:.0f} seconds; {PASTE}",
    "crash": f"The file cannot be read; {PASTE}",
}


class FileRequest(msgspec.Struct, frozen=True):
    """The file's name, and the password that opens it."""

    name: str
    password: str = ""


class ReadText(msgspec.Struct, frozen=True):
    """A full text as it was read; `refused` says why there is none.

    `places` are its paragraphs: `start` and `end` in code points of `text`, `page`, `part`,
    `section`, `speaker`, `seconds`.
    """

    kind: str
    text: str = ""
    places: list[dict[str, Any]] = []
    pages: int = 0
    warnings: list[str] = []
    refused: str = ""


_READ = msgspec.msgpack.Decoder(ReadText)


def frames_of(stream: BinaryIO, arguments: bytes) -> Iterator[bytes]:
    """The text of a file, or why there is none."""
    wanted = msgspec.msgpack.decode(arguments, type=FileRequest)
    yield msgspec.msgpack.encode(_read(stream.read(), wanted))


def _read(data: bytes, wanted: FileRequest) -> ReadText:
    kind = kind_of(data, wanted.name)
    try:
        if kind == "pdf" and wanted.password:
            found = read_pdf(data, wanted.password)
        else:
            found = read_full_text(data, wanted.name)
    except UnreadableText as error:
        return ReadText(kind=kind, refused=str(error))
    return _as_read(found)


def _as_read(found: Extracted) -> ReadText:
    text, places = found.text()
    if clean(text) != text:
        text, places = _cleaned(text, places)
    return ReadText(
        kind=found.kind,
        text=text,
        places=[_plain(place) for place in places],
        pages=found.pages,
        warnings=list(found.warnings),
    )


def _cleaned(text: str, places: list[ParagraphSpan]) -> tuple[str, list[ParagraphSpan]]:
    """A text without control characters, and its places in it."""
    pieces: list[str] = []
    moved: list[ParagraphSpan] = []
    at = 0
    for place in places:
        words = clean(text[place.start : place.end]).strip()
        if not words:
            continue
        at += 2 if pieces else 0
        pieces.append(words)
        moved.append(ParagraphSpan(start=at, end=at + len(words), paragraph=place.paragraph))
        at += len(words)
    return "\n\n".join(pieces), moved


def _plain(place: ParagraphSpan) -> dict[str, Any]:
    paragraph = place.paragraph
    said: dict[str, Any] = {"start": place.start, "end": place.end, "part": paragraph.part.value}
    for name in ("page", "label", "section", "speaker", "seconds"):
        value = getattr(paragraph, name)
        if value not in (None, ""):
            said[name] = clean(value) if isinstance(value, str) else value
    return said


def read_apart(spool: IO[bytes], name: str, password: str = "") -> ReadText:
    """The text of a file, read by a process with limits; blocks while it reads."""
    arguments = msgspec.msgpack.encode(FileRequest(name, password))
    try:
        read = [_READ.decode(frame) for frame in frames(TASK, spool, arguments, LIMITS)]
    except Stopped as stopped:
        return ReadText(kind="", refused=_STOPPED[stopped.limit])
    return read[0] if read else ReadText(kind="", refused=_STOPPED["crash"])
