"""EFetch's XML cut at its articles, each parsed by itself.

A parser that tells where articles end looks at the end of every element; one that is given an
article alone does not, and takes two thirds of the time. Only what is written as EFetch writes
it is cut: from the first thing that is not, `rest` gives the stream to a parser of the whole.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from services.search.pubmed.xml.text import Element

BLOCK = 1 << 16
LONGEST = 16 << 20
"""Bytes of an article; a longer one is no article."""
LONGEST_TAG = 1_000
_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="(?:utf|UTF)-8")? ?\?>)?\s*'
    rb"(?:<!DOCTYPE [^<>\[\]]*>\s*)?<(PubmedArticleSet|PubmedBookArticleSet)>"
)
_START = re.compile(rb"\s*<(PubmedArticle|PubmedBookArticle|DeleteCitation)[\s>]")
_PARSER = etree.XMLParser(
    load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False, encoding="utf-8"
)


class Rest:
    """What is left of a stream, `read` as a stream is."""

    def __init__(self, held: bytes, stream: BinaryIO) -> None:
        self._held = held
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """The bytes that were read ahead, then those of the stream."""
        held, self._held = self._held, b""
        return held or self._stream.read(size)


class Pieces:
    """The elements of a stream that is written as EFetch writes it. Use `elements` once.

    `piece` is the bytes of the newest one.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held = stream.read(BLOCK)
        self._at = 0
        self._begun = self._counted = self._passed = 0
        self._lines = self._column = 0
        self._head = self._root = b""
        self.piece = b""

    def elements(self) -> Iterator[Element]:
        """Articles, books and deletions, up to the end or the first thing that is unusual."""
        head = _HEAD.match(self._held)
        if head is None:
            return
        self._head, self._root, self._at = head[0], head[1], head.end()
        while (end := self._end()) is not None:
            self.piece = self._held[self._begun : end]
            try:
                element = etree.fromstring(self.piece, _PARSER)
            except etree.XMLSyntaxError:
                return
            self._at = end
            yield element

    @property
    def line(self) -> int:
        """The line in which the newest piece begins."""
        self._passed += self._held.count(b"\n", self._counted, self._begun)
        self._counted = self._begun
        return self._lines + self._passed + 1

    def _end(self) -> int | None:
        """Where the next piece ends, None when no piece comes next."""
        while True:
            begun = _START.match(self._held, self._at)
            if begun is not None:
                end = self._held.find(b"</%s>" % begun[1], begun.end())
                if end >= 0:
                    self._begun = begun.start(1) - 1
                    return end + len(begun[1]) + 3
            held = len(self._held) - self._at
            if held > (LONGEST_TAG if begun is None else LONGEST) or not self._read(held):
                return None

    def _read(self, held: int) -> bool:
        """Reads on behind what is held; as much as that, so that long pieces are sought rarely."""
        more = self._stream.read(max(BLOCK, held))
        self._lines, self._column = self._place()
        self._held, self._at = self._held[self._at :] + more, 0
        self._counted = self._passed = 0
        return bool(more)

    def _place(self) -> tuple[int, int]:
        """How many lines lie before the next piece, and how many bytes of its own line."""
        lines = self._held.count(b"\n", 0, self._at)
        before = self._at - self._held.rfind(b"\n", 0, self._at) - 1
        return self._lines + lines, before if lines else self._column + self._at

    def rest(self) -> Rest | None:
        """What was not cut, at its place below the stream's head; None after a regular end."""
        held = self._left()
        if held is None or not self._root:
            return None if held is None else Rest(held, self._stream)
        lines, column = self._place()
        below = lines - self._head.count(b"\n")
        beside = 0 if below else len(self._head) - self._head.rfind(b"\n") - 1
        return Rest(self._head + b"\n" * below + b" " * (column - beside) + held, self._stream)

    def uncut(self) -> tuple[int, Rest] | None:
        """What was not cut as it stands, and its line; None after a regular end."""
        held = self._left()
        return None if held is None else (self._place()[0] + 1, Rest(held, self._stream))

    def _left(self) -> bytes | None:
        """What is held and was not cut, None if it only ends the stream."""
        held = self._held[self._at :]
        while self._root and len(held) < LONGEST_TAG and (more := self._stream.read(BLOCK)):
            held += more
        return None if self._root and held.strip() == b"</%s>" % self._root else held
