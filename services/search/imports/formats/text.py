"""Bytes of an upload to blocks of lines: encoding, line ends, forbidden characters.

Everything streams: one block of a quarter megabyte is in memory at a time, so
ten gigabytes cost what ten kilobytes cost.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Protocol

from services.search.imports.domain.result import ImportRefused, Repair
from services.search.imports.formats.encodings import (
    SINGLE,
    encoding_of,
    is_utf8,
    odd_ends,
    reads_as_words,
    single_byte_encoding,
)

BLOCK = 1 << 18
LONGEST_LINE = 4 << 20
LONGEST_RECORD = 8 << 20
NO_WORDS = (
    "the file is not in UTF-8, and its letters read as no Western text; "
    "where they look wrong, save the file as UTF-8 and import it again"
)
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufeff\ufffe\uffff]")
_ORDINARY_SIGNS = bytes({*range(256)} - {*range(9), *range(14, 28), 0x7F, 0xEF})  # no BOM: EF BB BF
_CUT = re.compile(r"\r\n|\r|\n")


_SHIFTED = re.compile(
    f"(?:[{''.join(chr(code << 8) for code in range(0x61, 0x7B))}]\0*){{5}}|\ufffd{{3}}"
)
"""Latin letters in UTF-16 of which one byte was lost, or what is no sign at all, as in UTF-32."""


class LineSource(Protocol):
    """What a reader reads: blocks of lines, and what they needed to be read."""

    repairs: list[Repair]

    def blocks(self) -> Iterator[list[str]]:
        """Lists of complete lines without line ends."""


class Lines:
    """The lines of an upload, block by block, decoded and cleaned.

    `repairs` collects what had to be mended; readers drain it as they go. `unfinished` becomes
    true before the last line is given, when that line has no end.
    """

    def __init__(self, head: bytes, stream: BinaryIO, encoding: str | None = None) -> None:
        self.encoding = encoding or encoding_of(head)
        self.repairs: list[Repair] = []
        self.line = 1
        self.unfinished = False
        self._head = head
        self._stream = stream
        if self.encoding in SINGLE and not reads_as_words(head, self.encoding):
            self.repairs.append(Repair(1, NO_WORDS))

    def blocks(self) -> Iterator[list[str]]:
        """Lists of complete lines without line ends; the last may be unterminated.

        Raises `ImportRefused` for a line longer than four megabytes.
        """
        rest = b""
        for octets in self._octets():
            octets = rest + octets
            cut = _last_line_end(octets)
            rest = octets[cut:]
            if len(rest) > LONGEST_LINE:
                raise ImportRefused(
                    f"Line {self.line + 1} is longer than {LONGEST_LINE >> 20} MB; "
                    "this is no export of references.",
                    self.line,
                )
            if cut:
                yield self._lines(octets[:cut])
        if rest:
            self.unfinished = True
            yield self._lines(rest)

    def _octets(self) -> Iterator[bytes]:
        """The bytes as UTF-8 or a single-byte code, lines ended by LF or CR."""
        blocks = self._narrow()
        first = next(blocks, b"")
        ends = odd_ends(first, self.encoding)
        if not ends:
            yield first
            yield from blocks
            return
        self.repairs.append(Repair(1, "lines are ended by an odd sign (U+0085 or U+2028)"))
        rest = b""
        for block in chain((first,), blocks):
            octets, rest = rest + block, b""
            for end in ends:
                octets = octets.replace(end, b"\n")
            if len(ends[0]) > 1:  # the sign may be cut at the end of the block
                octets, rest = octets[:-2], octets[-2:]
            yield octets
        yield rest

    def _narrow(self) -> Iterator[bytes]:
        wide = self.encoding.startswith(("utf-16", "utf-32"))
        decode = codecs.getincrementaldecoder(self.encoding)("replace").decode if wide else None
        block = self._head
        told = False
        while block:
            if decode is None:
                yield block
            else:
                text = decode(block)
                if not told and _SHIFTED.search(text):
                    told = True
                    self.repairs.append(
                        Repair(
                            self.line,
                            "a byte is missing or too much; below it "
                            "the text cannot be read: save the file as UTF-8",
                        )
                    )
                yield text.encode("utf-8", "replace")
            block = self._stream.read(BLOCK)

    def _lines(self, octets: bytes) -> list[str]:
        text = self._decoded(octets)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if octets.translate(None, _ORDINARY_SIGNS) and _FORBIDDEN.search(text):
            text = self._allowed(text)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        self.line += len(lines)
        return lines

    def _decoded(self, octets: bytes) -> str:
        if self.encoding in SINGLE:
            return self._decoded_by_line(octets, self.encoding)
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            strays = b"\n".join(line for line in octets.splitlines() if not is_utf8(line))
            return self._decoded_by_line(octets, single_byte_encoding(strays))

    def _decoded_by_line(self, octets: bytes, codec: str) -> str:
        """Each line as UTF-8 where it is UTF-8, else in `codec`; strays in a UTF-8 file told."""
        decoded: list[str] = []
        for number, line in enumerate(octets.splitlines(keepends=True), self.line):
            try:
                decoded.append(line.decode("utf-8"))
            except UnicodeDecodeError:
                decoded.append(_decode_single(line, codec))
                if codec != self.encoding:
                    self.repairs.append(Repair(number, f"not UTF-8; read as {codec}"))
        return "".join(decoded)

    def _allowed(self, text: str) -> str:
        lines = text.split("\n")
        for index, line in enumerate(lines):
            for sign in sorted(set(_FORBIDDEN.findall(line))):
                if sign == "\ufeff" and self.line == 1 and index == 0:
                    continue
                self.repairs.append(Repair(self.line + index, f"{_name(sign)} removed"))
        return _FORBIDDEN.sub("", text)


class Bound:
    """Watches that records end: what never does would be held in memory whole."""

    def __init__(self) -> None:
        self._open: object = None
        self._blocks = 0

    def block(self, unfinished: object, line: int) -> None:
        """Told after each block what is `unfinished` at its end, None for nothing.

        Raises `ImportRefused` when that has been one and the same for eight megabytes.
        """
        if unfinished is None or unfinished is not self._open:
            self._open, self._blocks = unfinished, 0
            return
        self._blocks += 1
        if self._blocks > LONGEST_RECORD // BLOCK:
            raise ImportRefused(
                f"For {LONGEST_RECORD >> 20} MB up to line {line} no record ends; "
                "this is no export of references.",
                line,
            )


_NAMES = {"\x1a": "end-of-file sign U+001A", "\ufeff": "byte order mark"}


def _name(sign: str) -> str:
    return _NAMES.get(sign, f"U+{ord(sign):04X}")


def _decode_single(line: bytes, codec: str) -> str:
    try:
        return line.decode(codec)
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _last_line_end(octets: bytes) -> int:
    """Where the last complete line ends; a CR at the very end may still get its LF."""
    return max(octets.rfind(b"\n"), octets.rfind(b"\r", 0, len(octets) - 1)) + 1
