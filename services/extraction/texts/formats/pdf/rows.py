"""Rows of a page whose words run from right to left, put together from where their letters stand.

PDFium puts such lines in order by a rule of its own, and tears them where marks are raised; where
each letter stands is certain, so a row is read anew from that.
"""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from operator import itemgetter
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.extracted import LETTERS
from services.extraction.texts.formats.pdf.bidi import RIGHT_TO_LEFT, direction, logical
from services.extraction.texts.formats.pdf.glyphs import (
    JOINERS,
    Box,
    Glyph,
    Pieces,
    glyphs_of,
    pieces_of,
    size_of,
)
from services.extraction.texts.formats.pdf.mirroring import are_turned, as_seen

SAME_ROW = 0.4
"""Share of the letters' size by which the feet of one row's letters differ at most."""
BESIDE = 0.8
"""Share of the letters' size that parts of one row stand apart at most."""
SAME_GLYPH = 0.05
"""Points between the beginnings of what one glyph shows."""
SPACE = 0.16
"""Share of the letters' size from which a gap is a space; twice that in a row that has others."""
LEAST = 0.08
"""Share of the letters' size from which a gap is a space where the file has one."""
BEARING = 0.06
"""Share of the letters' size that a letter may be wider than it looks."""
GAP = 1.2
"""Times the letters' size from which a gap parts columns or cells."""
ABOUT = 3
"""So many rows before and behind say in which direction a row of both scripts runs."""
FORMS = frozenset(LETTERS.values())
"""What presentation forms stand for."""
_POINTS = frozenset(".,;:!?،؛؟")

Span = tuple[int, int]
"""Where a line of PDFium begins and ends in its text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is read: its text and its box.

    `gaps` are those from which columns may part where the row runs to the left: index in the
    text, where the words before it end and those behind it begin, in points.
    """

    text: str
    box: Box
    gaps: tuple[tuple[int, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in a row, by which lines of PDFium; where it lies along the row and across."""

    numbers: tuple[int, ...]
    glyphs: tuple[Glyph, ...]
    size: float
    angle: float
    left: float
    right: float
    foot: float


def rows_of(
    text_page: pdfium.PdfTextPage, text: str, spans: Sequence[Span]
) -> Mapping[int, Row | None]:
    """Rows with words that run to the left, by the number of their first line in `spans`; None
    for other lines that are parts of such rows. Lines that are not named are as they were.
    """
    pieces = pieces_of(text_page, len(text))
    found_parts = (_part(text_page, text, n, span, pieces) for n, span in enumerate(spans))
    parts = [part for part in found_parts if part is not None]
    rows = sorted(_joined(parts), key=lambda part: part.numbers)
    lines = [list(_signs(part, _spaces(part, pieces))) for part in rows]
    signs = [[sign for sign, _, _ in line] for line in lines]
    turned = are_turned(signs)
    ways = [Counter(map(direction, names)) for names in signs]
    found: dict[int, Row | None] = {}
    for number, (part, line, names) in enumerate(zip(rows, lines, signs, strict=True)):
        if any(RIGHT_TO_LEFT.search(sign) for sign in names):
            about = ways[max(0, number - ABOUT) : number + ABOUT + 1]
            found |= dict.fromkeys(part.numbers)
            found[part.numbers[0]] = _row(part, line, as_seen(names, turned), _is_rtl(names, about))
    return found


def _part(
    text_page: pdfium.PdfTextPage, text: str, number: int, span: Span, pieces: Pieces
) -> _Part | None:
    angle = float(pdfium_c.FPDFText_GetCharAngle(text_page, span[0]))
    first = len(text[: span[0]].rstrip(" "))
    end = len(text) - len(text[span[1] :].lstrip(" "))
    glyphs = tuple(glyphs_of(text_page, text, first, end, angle, pieces))
    if not glyphs:
        return None
    return _measured((number,), glyphs, size_of(text_page, span[0]), angle)


def _measured(
    numbers: tuple[int, ...], glyphs: tuple[Glyph, ...], size: float, angle: float
) -> _Part:
    left, right = min(one.left for one in glyphs), max(one.right for one in glyphs)
    foot = median(one.foot for one in glyphs)
    return _Part(numbers, glyphs, size, angle, left, right, foot)


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Parts of one row as one, where any of it runs to the left."""
    rows: list[_Part] = []
    for part in sorted(parts, key=lambda part: (-part.foot, part.left)):
        at = 0
        while at < len(rows):
            if rows[at].foot - part.foot > 2 * max(rows[at].size, part.size):
                at += 1
                continue
            if _is_one_row(rows[at], part):
                part, at = _both(rows.pop(at), part), 0
            else:
                at += 1
        rows.append(part)
    return rows


def _is_one_row(one: _Part, other: _Part) -> bool:
    size = max(one.size, other.size)
    apart = max(one.left, other.left) - min(one.right, other.right)
    return (
        abs(one.angle - other.angle) < 0.02
        and abs(one.foot - other.foot) <= SAME_ROW * size
        and apart <= BESIDE * size
    )


def _both(one: _Part, other: _Part) -> _Part:
    main = one if len(one.glyphs) >= len(other.glyphs) else other
    numbers = tuple(sorted(one.numbers + other.numbers))
    return replace(
        _measured(numbers, one.glyphs + other.glyphs, main.size, one.angle), foot=main.foot
    )


Sign = tuple[str, float, float]
"""A letter with its marks, a space, or a tab for a gap; where it begins and ends."""


def _spaces(part: _Part, pieces: Pieces) -> list[float]:
    """Where the spaces of a row begin along it."""
    across, up = math.cos(part.angle), math.sin(part.angle)
    near, found = SAME_ROW * part.size, pieces.spaces
    if not part.angle:
        first = bisect_left(found, part.foot - near, key=itemgetter(1))
        found = found[first : bisect_right(found, part.foot + near, key=itemgetter(1))]
    drawn = [x * across - y * up for x, y in found if abs(x * up + y * across - part.foot) <= near]
    return sorted(drawn + [one.start for one in part.glyphs if one.text == " "])


def _signs(part: _Part, spaces: Sequence[float]) -> Iterator[Sign]:
    """What is seen of a row, from left to right."""
    letters = _whole(
        sorted(
            (one for one in part.glyphs if one.text != " " and not _is_mark(one.text)),
            key=lambda one: (round(one.start, 1), one.left + one.right),
        )
    )
    for mark in part.glyphs if letters else ():
        if _is_mark(mark.text):
            _put_on(min(letters, key=partial(_distance, mark)), mark)
    for last, one in pairwise([None, *letters]):
        between = _between(last, one, spaces, part.size) if last and one else ""
        if last and one and between:
            yield between, last.right, one.left
        if one:
            yield unicodedata.normalize("NFC", one.text + one.marks), one.left, one.right


def _between(one: Glyph, other: Glyph, spaces: Sequence[float], size: float) -> str:
    """A tab, a space or nothing between two letters of a row with spaces at these places."""
    apart = other.left - one.right
    if apart >= GAP * size:
        return "\t"
    at = bisect_right(spaces, one.start)
    if at < len(spaces) and spaces[at] < other.start:
        return " " if apart >= LEAST * size else ""
    least = SPACE if one.is_wide else SPACE + BEARING
    return " " if apart >= (2 if spaces else 1) * least * size else ""


def _whole(letters: Sequence[Glyph]) -> list[Glyph]:
    """Letters of one glyph that run to the left as one: PDFium gives those of a presentation form
    as they are read, those that a font names in the order in which it turned them.
    """
    whole: list[Glyph] = []
    for one in letters:
        before = whole[-1] if whole else one
        if before is not one and before.box == one.box and direction(one.text) == "R":
            whole[-1] = replace(before, text=before.text + one.text)
        else:
            whole.append(one)
    return [
        one if len(one.text) == 1 or one.text in FORMS else replace(one, text=one.text[::-1])
        for one in whole
    ]


def _is_mark(sign: str) -> bool:
    return sign in JOINERS or unicodedata.category(sign[0]) in ("Mn", "Me")


def _distance(mark: Glyph, base: Glyph) -> tuple[bool, float, float]:
    """How far a mark is from a letter: one of its own glyph is nearest, first that on its right."""
    off = base.left + base.right - mark.left - mark.right
    if abs(base.start - mark.start) < SAME_GLYPH:
        return False, off if off >= -0.01 else 1e6 - off, 0.0
    apart = max(base.left, mark.left) - min(base.right, mark.right)
    return True, max(apart, 0.0), abs(off)


def _put_on(base: Glyph, mark: Glyph) -> None:
    base.marks += mark.text
    if abs(base.start - mark.start) < SAME_GLYPH:
        base.left, base.right = min(base.left, mark.left), max(base.right, mark.right)


def _row(part: _Part, line: Sequence[Sign], seen: Sequence[str], is_rtl: bool) -> Row:
    text = logical(seen, is_rtl)
    boxes = [one.box for one in part.glyphs]
    left, bottom = (min(box[side] for box in boxes) for side in (0, 1))
    right, top = (max(box[side] for box in boxes) for side in (2, 3))
    gaps = [(behind, before) for sign, before, behind in reversed(line) if sign == "\t"]
    places = [at for at, sign in enumerate(text) if sign == "\t"]
    is_even = is_rtl and abs(part.angle) < 0.02
    return Row(
        text=text.replace("\t", " "),
        box=(left, bottom, right, top),
        gaps=tuple((at, *gap) for at, gap in zip(places, gaps, strict=True)) if is_even else (),
    )


def _is_rtl(line: Sequence[str], about: Sequence[Mapping[str, int]]) -> bool:
    """Whether a row with words that run to the left does so as a whole.

    The full stop at its end tells; else letters of one direction at both ends, unless those are
    Latin and the rows about it are not; else what most letters about it are.
    """
    ends = line[0] in _POINTS, line[-1] in _POINTS
    if ends[0] != ends[1]:
        return ends[0]
    ways = [way for sign in line if (way := direction(sign))]
    if not ways or ways[0] == ways[-1] == "R":
        return True
    return sum(one["R"] for one in about) > sum(one["L"] for one in about)
