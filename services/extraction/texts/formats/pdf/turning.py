"""Pages as their text stands upright, however they are drawn or turned."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from services.extraction.texts.formats.pdf.fields import with_fields
from services.extraction.texts.formats.pdf.lines import TextLine, lines_of


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
    lines = with_fields(page, lines_of(page))
    angle = usual_angle(lines)
    turn = (360 - angle) % 360
    if lines and page.get_rotation() != turn:
        page.set_rotation(turn)
        lines = with_fields(page, lines_of(page))
    left, bottom, right, top = page.get_mediabox()
    width, height = right - left, top - bottom
    moved = [
        replace(
            line,
            left=line.left - left,
            right=line.right - left,
            bottom=line.bottom - bottom,
            top=line.top - bottom,
            gaps=line.gaps if angle == 0 else (),
        )
        for line in lines
    ]
    turned = [_turned(line, angle, width, height) for line in moved]
    if angle in (90, 270):
        width, height = height, width
    return UprightPage(lines=turned, width=width, height=height)


def usual_angle(lines: Sequence[TextLine]) -> int:
    """The quarter turn in which most letters stand, clockwise in degrees."""
    letters: Counter[int] = Counter()
    for line in lines:
        letters[line.angle] += len(line.text)
    usual = letters.most_common(1)[0][0] if letters else 0
    return round(usual / 90) * 90 % 360


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
        line, left=left, bottom=bottom, right=right, top=top, angle=(line.angle - angle) % 360
    )
