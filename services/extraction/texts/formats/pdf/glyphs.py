"""Letters of a PDF's page with the places where they stand."""

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.extracted import LETTERS
from services.extraction.texts.formats.pdf.bidi import MIRRORED, direction

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the page's lower left."""
LEAST_WIDTH = 0.01
"""Points below which something has no width."""


@dataclass(slots=True)
class Glyph:
    """A letter, its box on the page, and where it stands along its line and across it (`foot`).

    `is_wide`: PDFium knows its width with the space beside it. `marks` are written over, under or
    in it.
    """

    text: str
    box: Box
    start: float
    left: float
    right: float
    foot: float
    is_wide: bool
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a page draws beside the letters that PDFium has: `boxes` of whole letters of which it
    has only a piece, by the index of their sign, and where `spaces` begin, from below.
    """

    boxes: dict[int, Box]
    spaces: list[tuple[float, float]]


def glyphs_of(
    text_page: pdfium.PdfTextPage, text: str, first: int, end: int, angle: float, pieces: Pieces
) -> Iterator[Glyph]:
    """The letters and spaces from `first` to `end` of a page's text, presentation forms as
    letters; `angle` is that of their line, clockwise in radians. Left out are signs that only say
    a direction or have no meaning, and spaces that PDFium puts where it finds a gap.
    """
    across, up = math.cos(angle), math.sin(angle)
    named = _named(text[first:end])
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    loose = pdfium_c.FS_RECTF()
    for index in range(first, end):
        sign = LETTERS.get(named[index - first], named[index - first])
        if _is_unseen(sign):
            continue
        pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        pdfium_c.FPDFText_GetCharOrigin(text_page, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(text_page, index, loose)
        box = (left.value, bottom.value, right.value, top.value)
        around = _box(loose)
        is_wide = around != box
        whole = around if is_wide else pieces.boxes.get(index, box)
        tight, wide = along(box, angle), along(whole, angle)
        start = x.value * across - y.value * up
        if sign.isspace() and wide[1] - wide[0] < LEAST_WIDTH:
            continue
        yield Glyph(
            text=" " if sign.isspace() else sign,
            box=box,
            start=start,
            left=min(wide[0], max(start, tight[0] - 2)),
            right=wide[1],
            foot=x.value * up + y.value * across,
            is_wide=is_wide,
        )


@lru_cache(maxsize=8192)
def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign[0]) in ("Cf", "Cc") and sign not in JOINERS


def _named(text: str) -> str:
    """A line with brackets as its file names them: PDFium turns round those that it takes to stand
    among words that run to the left.
    """
    kinds = [direction(sign) or (" " if _is_weak(sign) else "") for sign in text]
    runs = [kind for kind, _ in groupby(kinds)]
    way = "R" if runs.count("R") >= max(runs.count("L"), 1) else "L"
    named = []
    for sign, kind in zip(text, kinds, strict=True):
        way = kind.strip() or way
        named.append(MIRRORED.get(sign, sign) if way == "R" else sign)
    return "".join(named)


def _is_weak(sign: str) -> bool:
    """Whether PDFium takes a sign to run to the right wherever it stands."""
    return unicodedata.bidirectional(sign) in ("AN", "EN", "NSM", "CS", "ES", "ET", "BN")


JOINERS = "\u200c\u200d"
"""Signs without width that say how the letters beside them are joined."""


def size_of(text_page: pdfium.PdfTextPage, index: int) -> float:
    """The size of a letter on its page, in points."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(text_page, index, matrix)
    size = float(pdfium_c.FPDFText_GetFontSize(text_page, index))
    return size * math.hypot(matrix.c, matrix.d) or size


def _box(found: pdfium_c.FS_RECTF) -> Box:
    low, high = sorted((found.bottom, found.top))
    return found.left, low, found.right, high


def along(box: Box, angle: float) -> tuple[float, float]:
    """Where a box begins and ends along a line of this angle."""
    if not angle:
        return box[0], box[2]
    across, up = math.cos(angle), math.sin(angle)
    ends = [x * across - y * up for x in box[::2] for y in box[1::2]]
    return min(ends), max(ends)


def pieces_of(text_page: pdfium.PdfTextPage, count: int) -> Pieces:
    """The pieces of a page whose text has `count` signs.

    A letter with marks that is drawn in several pieces is where PDFium finds one of them; spaces
    that are drawn by themselves it passes over.
    """
    signs: dict[int, int] = {}
    for index in range(count):
        piece = pdfium_c.FPDFText_GetTextObject(text_page, index)
        if piece:
            signs.setdefault(ctypes.addressof(piece.contents), index)
    found = [
        (signs.get(ctypes.addressof(piece.contents)), piece)
        for number in range(pdfium_c.FPDFPage_CountObjects(text_page.page))
        if (piece := _text(text_page, number))
    ]
    boxes: dict[int, Box] = {}
    spaces: list[tuple[float, float]] = []
    before = None
    for (sign, piece), after in zip(found, _next_known(found), strict=True):
        if sign is not None:
            before = sign, piece
            continue
        box = _bounds(piece)
        if box[2] - box[0] < LEAST_WIDTH:
            spaces.append(box[:2])
            continue
        known = [(index, _bounds(other)) for index, other in filter(None, (before, after))]
        shared, index, other = max(
            ((_shared(one, box), index, one) for index, one in known), default=(0.0, 0, box)
        )
        if shared > 0:
            boxes[index] = _both(boxes.get(index, other), box)
    return Pieces(boxes, sorted(spaces, key=itemgetter(1)))


def _next_known(found: Sequence[tuple[int | None, Any]]) -> list[tuple[int, Any] | None]:
    """For each piece, the next one of which PDFium has the sign."""
    behind: list[tuple[int, Any] | None] = []
    known: tuple[int, Any] | None = None
    for sign, piece in reversed(found):
        behind.append(known)
        known = known if sign is None else (sign, piece)
    return behind[::-1]


def _text(text_page: pdfium.PdfTextPage, number: int) -> Any:
    """A page's piece of this number; None where it is no text."""
    piece = pdfium_c.FPDFPage_GetObject(text_page.page, number)
    return piece if pdfium_c.FPDFPageObj_GetType(piece) == pdfium_c.FPDF_PAGEOBJ_TEXT else None


def _bounds(piece: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium_c.FPDFPageObj_GetBounds(piece, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _shared(one: Box, other: Box) -> float:
    return min(one[2], other[2]) - max(one[0], other[0])


def _both(one: Box, other: Box) -> Box:
    left, bottom = min(one[0], other[0]), min(one[1], other[1])
    return left, bottom, max(one[2], other[2]), max(one[3], other[3])
