"""Pages as their text stands upright, however they are drawn or turned."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from services.extraction.texts.formats.pdf.bidi import RIGHT_TO_LEFT, direction
from services.extraction.texts.formats.pdf.fields import fields_of, with_fields
from services.extraction.texts.formats.pdf.lines import TextLine, box_of, lines_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UprightPage:
    """Lines as if most of the text ran from left to right; width and height in points."""

    lines: Sequence[TextLine] = ()
    width: float = 0.0
    height: float = 0.0


def upright_page(page: pdfium.PdfPage) -> UprightPage:
    """The lines of a page turned so that most of its letters stand upright.

    A page is also read in the turn in which it is read by people: PDFium orders lines by it.
    """
    lines, fields = lines_of(page), fields_of(page)
    angle = usual_angle(lines or fields)
    turn = (360 - angle) % 360
    if (lines or fields) and page.get_rotation() != turn:
        page.set_rotation(turn)
        lines = lines_of(page)
    left, bottom, right, top = box_of(page)
    width, height = right - left, top - bottom
    lines, fields = (
        [_turned(_moved(line, left, bottom), angle, width, height) for line in found]
        for found in (lines, fields)
    )
    if angle in (90, 270):
        width, height = height, width
    if runs_left(lines):
        lines, fields = ([_mirrored(line, width) for line in found] for found in (lines, fields))
    return UprightPage(lines=with_fields(lines, fields), width=width, height=height)


def runs_left(lines: Sequence[TextLine]) -> bool:
    """Whether most letters of a page are of scripts that run from right to left."""
    if not any(RIGHT_TO_LEFT.search(line.text) for line in lines):
        return False
    ways = Counter(way for line in lines for sign in line.text if (way := direction(sign)))
    return ways["R"] > ways["L"]


def _mirrored(line: TextLine, width: float) -> TextLine:
    """A line as if its page were seen in a mirror, so that all that runs to the left runs to the
    right; where columns part is known of such lines alone.
    """
    gaps = [(at, width - before, width - behind) for at, before, behind in line.gaps]
    is_ordered = all(before < behind for _, before, behind in gaps)
    return replace(
        line,
        left=width - line.right,
        right=width - line.left,
        gaps=tuple(gaps) if is_ordered else (),
    )


def usual_angle(lines: Sequence[TextLine]) -> int:
    """The quarter turn in which most letters stand, clockwise in degrees."""
    letters: Counter[int] = Counter()
    for line in lines:
        letters[line.angle] += len(line.text)
    usual = letters.most_common(1)[0][0] if letters else 0
    return round(usual / 90) * 90 % 360


def _moved(line: TextLine, left: float, bottom: float) -> TextLine:
    """A line with its place counted from the page's lower left corner."""
    return replace(
        line,
        left=line.left - left,
        right=line.right - left,
        bottom=line.bottom - bottom,
        top=line.top - bottom,
        gaps=tuple((at, before - left, behind - left) for at, before, behind in line.gaps),
    )


def _turned(line: TextLine, angle: int, width: float, height: float) -> TextLine:
    """The line on a page of this width and height after turning it back."""
    left, bottom, right, top = line.left, line.bottom, line.right, line.top
    boxes = {
        90: (height - top, left, height - bottom, right),
        180: (width - right, height - top, width - left, height - bottom),
        270: (bottom, width - right, top, width - left),
    }
    left, bottom, right, top = boxes.get(angle, (left, bottom, right, top))
    return replace(
        line,
        left=left,
        bottom=bottom,
        right=right,
        top=top,
        angle=(line.angle - angle) % 360,
        gaps=() if angle else line.gaps,
    )
