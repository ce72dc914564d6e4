"""XML exports, record by record: one damaged record never costs the others.

The file is cut at the elements that hold a record, and each is parsed by itself:
files that were joined, broken off, or saved in another encoding than they say
are read as well. No DTD, no entity and no network is ever used.
"""

import codecs
import html
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.formats.encodings import encoding_of
from services.search.imports.formats.text import BLOCK
from services.search.library.domain.cleaning import has_mojibake, mend_mojibake

LARGEST_RECORD = 16 << 20
_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{2,40})["']""")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0?[0-8bcefBCEF]|1?[0-9]);")
_ENTITY = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(\w{2,30};)?")
_TAG = re.compile(r"<[^<>]*>")
_BEGUN = re.compile(r"<\w")
LONGEST_BETWEEN = 200
"""Characters of text between two records that may be something else than a record."""
MOST_BETWEEN = 5
"""Elements between two records that may be something else than a record."""
_STRAYS = "retroduct-strays"


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8, read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_STRAYS, _stray)


class XmlRecords:
    """The elements of an upload that hold its records. Use `elements` once.

    `piece` is the text of the newest one.
    """

    def __init__(
        self,
        head: bytes,
        stream: BinaryIO,
        names: tuple[str, ...],
        codec: str = "",
        line: int = 1,
    ) -> None:
        self._head = head
        self._codec = codec or codec_of(head)
        self._stream = stream
        self._start = re.compile(rf"<({'|'.join(names)})(?=[\s>])")
        self._edge = re.compile(rf"</?(?:{'|'.join(names)})[\s>]")
        self._longest = max(map(len, names)) + 3
        self._line = line
        self.piece = ""

    def elements(self) -> Iterator[tuple[int, Any] | Repair | Rejection]:
        """The line and the element of each record, after the repairs it needed.

        Raises `ImportRefused` at an entity declaration, or at a record of more
        than sixteen megabytes.
        """
        rest = ""
        for block in self._blocks():
            text = rest + block
            if "!" in text and "<!ENTITY" in text.upper():
                why = "The XML defines entities of its own, which is refused as unsafe."
                raise ImportRefused(why, self._line)
            at = 0
            new = max(0, len(rest) - self._longest)
            while (at or self._edge.search(text, new)) and (found := self._piece(text, at)):
                yield from self._lost(text[at : found[0]])
                yield from self._parsed(text[found[0] : found[1]], whole=found[2])
                self._line += text.count("\n", found[0], found[1])
                at = found[1]
            rest = text[at:]
            if len(rest) > LARGEST_RECORD:
                why = f"A record is longer than {LARGEST_RECORD >> 20} MB, or never ends."
                raise ImportRefused(why, self._line)
        begun = self._start.search(rest)
        yield from self._lost(rest[: begun.start()] if begun else rest)
        if begun:
            self._line += rest.count("\n", 0, begun.start())
            yield Repair(self._line, "file ends before the record does")
            yield from self._parsed(rest[begun.start() :], whole=True)

    def _piece(self, text: str, at: int) -> tuple[int, int, bool] | None:
        """Where the next record begins and ends, and whether it has an end of its own."""
        begun = self._start.search(text, at)
        if begun is None:
            return None
        end = text.find(f"</{begun[1]}>", begun.end())
        again = _again(text, begun[1], begun.end(), end if end >= 0 else len(text))
        self._line += text.count("\n", at, begun.start())
        if again >= 0:
            return begun.start(), again, False
        if end < 0:
            self._line -= text.count("\n", at, begun.start())
            return None
        return begun.start(), end + len(begun[1]) + 3, True

    def _lost(self, between: str) -> Iterator[Rejection]:
        """Tells of a record whose beginning is damaged: between two others, only its end stands."""
        if (
            self._edge.search(between)
            or len(_BEGUN.findall(between)) > MOST_BETWEEN
            or len(_TAG.sub("", between).strip()) > LONGEST_BETWEEN
        ):
            yield Rejection(self._line, "a record whose beginning is damaged was not read", between)

    def _parsed(self, piece: str, *, whole: bool) -> Iterator[tuple[int, Any] | Repair | Rejection]:
        self.piece = piece
        return parsed(self._line, piece, whole=whole)

    def _blocks(self) -> Iterator[str]:
        """The file as text, a quarter megabyte at a time."""
        errors = _STRAYS if self._codec == "utf-8" else "replace"
        decode = codecs.getincrementaldecoder(self._codec)(errors).decode
        block = self._head
        while block:
            yield decode(block)
            block = self._stream.read(BLOCK)
        yield decode(b"", True)


def parsed(line: int, piece: str, *, whole: bool) -> Iterator[tuple[int, Any] | Repair | Rejection]:
    """The line and the element of one record's text, after the repairs it needed.

    One that is not `whole` has no end of its own.
    """
    plain = mend_mojibake(piece) if has_mojibake(piece) else piece
    element, what = _element(plain)
    if plain != piece:
        what.append("text that was decoded with the wrong encoding undone")
    if not whole:
        what.append("the record's end is missing")
    for said in what:
        yield Repair(line, said)
    if element is None:
        yield Rejection(line, "no record could be read from the damaged XML", piece)
    else:
        yield line, element


def _again(text: str, name: str, start: int, end: int) -> int:
    """Where an element of this name begins a second time, or -1."""
    plain, told = text.find(f"<{name}>", start, end), text.find(f"<{name} ", start, end)
    return min(plain, told) if min(plain, told) >= 0 else max(plain, told)


def codec_of(head: bytes) -> str:
    """The codec of the bytes; what the XML declares counts only where it can be true."""
    found = encoding_of(head)
    if found not in ("cp1252", "mac_roman"):
        return found
    declared = _DECLARED.search(head[:400].decode("latin-1"))
    try:
        name = codecs.lookup(declared[1]).name if declared else found
    except LookupError:
        return found
    if name in ("utf-8", "ascii") or name.startswith(("utf-16", "utf-32")):
        return found
    return "cp1252" if name == "iso8859-1" else name


def _element(piece: str) -> tuple[Any, list[str]]:
    """The element, mended if need be, and what was mended; None when nothing can be read."""
    try:
        return etree.fromstring(piece.encode("utf-8", "replace"), _STRICT), []
    except etree.XMLSyntaxError as error:
        damage = str(error.msg)
    mended = _mended(piece)
    try:
        return _parse(mended, recover=False), [f"XML damage mended: {damage}"]
    except etree.XMLSyntaxError:
        return _parse(mended, recover=True), [f"XML damage passed over: {damage}"]


def _parse(piece: str, *, recover: bool) -> Any:
    return etree.fromstring(piece.encode("utf-8", "replace"), _parser(recover=recover))


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )


_STRICT = _parser(recover=False)


def _mended(piece: str) -> str:
    """Without control characters, with the ampersands and HTML entities as XML has them."""
    piece = _CONTROL.sub("", piece)
    if "<![CDATA[" in piece:
        return piece
    return _ENTITY.sub(_ampersand, piece)


def _ampersand(found: re.Match[str]) -> str:
    plain = html.unescape(found[0]) if found[1] else found[0]
    return plain if plain != found[0] else f"&amp;{found[0][1:]}"
