"""Lines of a PDF's page with their geometry, as PDFium finds them."""

import ctypes
import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.pdf.bidi import RIGHT_TO_LEFT
from services.extraction.texts.formats.pdf.rows import Row, rows_of

SOFT_HYPHEN = "\ufffe"
"""PDFium writes this where it joins a word that was broken at a line's end."""
WIDE = 9.0
"""Points between words from which columns may part there."""
ABOUT = ((0.31, 0.39), (0.46, 0.54), (0.61, 0.69))
"""Shares of a page's width between which such places are looked for: two columns, or three."""


Between = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One line: its text, box in points from the page's lower left, size and angle.

    `angle` is clockwise, in degrees. `broken`: the last word goes on in the next line. `gaps`
    are wide spaces of the line where columns may part, about the middle of the page and about
    its thirds: index in the text, where the words before end and those behind begin.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    angle: int
    broken: bool = False
    gaps: tuple[tuple[int, float, float], ...] = ()


def box_of(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a page, also where the file says them of all pages at once."""
    own = page.get_mediabox(fallback_ok=False)
    left, bottom, right, top = own or page.get_bbox()
    return left, bottom, right, top


def lines_of(page: pdfium.PdfPage) -> list[TextLine]:
    """The lines of a page in the order of its content; empty ones are left out."""
    text_page = page.get_textpage()
    left, _, right, _ = box_of(page)
    try:
        across = [(left + a * (right - left), left + b * (right - left)) for a, b in ABOUT]
        return list(_lines(text_page, across))
    finally:
        text_page.close()


def _lines(text_page: pdfium.PdfTextPage, across: Sequence[Between]) -> Iterator[TextLine]:
    text = _characters(text_page)
    spans = list(_spans(text))
    rows = _rows(text_page, text, spans) if RIGHT_TO_LEFT.search(text) else {}
    for number, (first, end, broken) in enumerate(spans):
        if number in rows:
            row = rows[number]
            if row is not None:
                yield _line_of(row, _line(text_page, text[first:end], first, broken))
            continue
        line = _line(text_page, text[first:end], first, broken)
        if len(line.text) == end - first:
            line = replace(line, gaps=tuple(_gaps(text_page, line, first, across)))
        yield line


def _spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where lines begin and end, without the spaces about them, and whether a word is broken."""
    start = 0
    for end, mark in [*_ends(text), (len(text), "")]:
        words = text[start:end]
        kept = words.strip()
        if kept:
            first = start + len(words) - len(words.lstrip())
            yield first, first + len(kept), mark == SOFT_HYPHEN
        start = end + 1


def _rows(
    text_page: pdfium.PdfTextPage, text: str, spans: Sequence[tuple[int, int, bool]]
) -> Mapping[int, Row | None]:
    return rows_of(text_page, text, [(first, end) for first, end, _ in spans])


def _line_of(row: Row, line: TextLine) -> TextLine:
    """A row as a line, at the angle of the line with which it begins."""
    left, bottom, right, top = row.box
    return replace(
        line, text=row.text, left=left, bottom=bottom, right=right, top=top, gaps=row.gaps
    )


def _characters(text_page: pdfium.PdfTextPage) -> str:
    """One character per index of PDFium, so that an index of the text is an index of a box."""
    count = text_page.count_chars()
    get = pdfium_c.FPDFText_GetUnicode
    codes = (get(text_page, index) for index in range(count))
    return "".join(SOFT_HYPHEN if c in (2, 0xFFFE) else chr(c) if c else " " for c in codes)


def _ends(text: str) -> Iterator[tuple[int, str]]:
    for index, character in enumerate(text):
        if character in ("\r", "\n", SOFT_HYPHEN):
            yield index, character


def _line(text_page: pdfium.PdfTextPage, text: str, first: int, broken: bool) -> TextLine:
    left, bottom, right, top = _box(text_page, first)
    last_left, last_bottom, last_right, last_top = _box(text_page, first + len(text) - 1)
    radians = pdfium_c.FPDFText_GetCharAngle(text_page, first)
    return TextLine(
        text=_whole(text),
        left=min(left, last_left),
        bottom=min(bottom, last_bottom),
        right=max(right, last_right),
        top=max(top, last_top),
        size=float(pdfium_c.FPDFText_GetFontSize(text_page, first)),
        angle=round(math.degrees(radians)) % 360,
        broken=broken,
    )


def _gaps(
    text_page: pdfium.PdfTextPage, line: TextLine, first: int, across: Sequence[Between]
) -> Iterator[tuple[int, float, float]]:
    """Spaces of at least `WIDE` points that reach into these parts of the page's width."""

    def behind(index: int) -> float:
        return _box(text_page, first + index + 1)[0]

    spaces: list[int] | None = None
    found = -1
    for begin, end in across:
        if not (line.left < begin and end < line.right):
            continue
        if spaces is None:
            spaces = [index for index in range(1, len(line.text) - 1) if line.text[index] == " "]
        for index in spaces[bisect_left(spaces, begin, key=behind) :]:
            before = _box(text_page, first + index - 1)[2]
            if before > end:
                break
            if index > found and behind(index) - before >= WIDE:
                found = index
                yield index, before, behind(index)


def _box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _whole(text: str) -> str:
    """Surrogate pairs, which PDFium gives as two characters, as one code point."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
