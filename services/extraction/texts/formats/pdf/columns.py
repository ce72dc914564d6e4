"""The order in which a page's lines are read: columns from left to right, footnotes last."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from services.extraction.texts.formats.pdf.lines import TextLine

LEAST_LINES = 5
"""So many lines on either side make two columns."""
LEAST_WIDTH = 0.28
"""Share of a page's width that the columns have where lines run on from one to the other."""
SMALL = 0.92
"""Share of the usual size below which lines at the foot of a column are footnotes."""
_SHARES = (0.5, 0.48, 0.52, 0.46, 0.54)


def in_reading_order(lines: Sequence[TextLine], width: float) -> list[TextLine]:
    """Lines column by column.

    The order of the content is kept unless it begins on the right or jumps between the columns
    line by line, as in text layers of scans; then left comes before right, between full-width
    lines.
    """
    parted = _parted(lines, width)
    if parted is not None:
        return _by_columns(*parted)
    gutter = _gutter(lines, width)
    if gutter is None:
        return list(lines)
    sides = [_side(line, gutter) for line in lines]
    narrow = [side for side in sides if side]
    jumps = sum(1 for one, other in pairwise(narrow) if one != other)
    if jumps <= max(4, len(narrow) // 5) and not _begins_right(narrow):
        return list(lines)
    return _by_columns(lines, gutter)


def _begins_right(narrow: Sequence[int]) -> bool:
    """Whether the whole right column comes before the left one."""
    first_left = narrow.index(-1)
    return first_left >= LEAST_LINES and 1 not in narrow[first_left:]


def _parted(lines: Sequence[TextLine], width: float) -> tuple[list[TextLine], float] | None:
    """The lines cut at the gutter, and where that is; None where no lines run across it.

    Some files place the words of both columns line by line, so that a line holds both.
    """
    for share in _SHARES:
        middle = width * share
        cut = [piece for line in lines for piece in _pieces(line, middle)]
        if len(cut) - len(lines) < LEAST_LINES or _gutter(cut, width, (share,)) is None:
            continue
        widths = [[p.right - p.left for p in cut if _side(p, middle) == side] for side in (-1, 1)]
        if min(map(median, widths)) >= LEAST_WIDTH * width:
            return cut, middle
    return None


def _pieces(line: TextLine, middle: float) -> Iterator[TextLine]:
    """The line, or its two parts on either side of a wide space in the middle."""
    for at, before, behind in line.gaps:
        if before <= middle <= behind:
            left, right = line.text[:at].rstrip(), line.text[at:].lstrip()
            yield replace(line, text=left, right=before, broken=False, gaps=())
            yield replace(line, text=right, left=behind, gaps=())
            return
    yield line


def _gutter(
    lines: Sequence[TextLine], width: float, shares: Sequence[float] = _SHARES
) -> float | None:
    """Where two columns part, or None where there is one column."""
    for share in shares:
        middle = width * share
        left = sum(1 for line in lines if line.right <= middle)
        right = sum(1 for line in lines if line.left >= middle)
        if min(left, right) >= LEAST_LINES and left + right >= 0.7 * len(lines):
            return middle
    return None


def _side(line: TextLine, gutter: float) -> int:
    """-1 left, 1 right, 0 across."""
    return -1 if line.right <= gutter else 1 if line.left >= gutter else 0


def _by_columns(lines: Sequence[TextLine], gutter: float) -> list[TextLine]:
    ordered: list[TextLine] = []
    band: list[TextLine] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.left)):
        if _side(line, gutter) == 0:
            ordered += [*_columns(band, gutter), line]
            band = []
        else:
            band.append(line)
    return [*ordered, *_columns(band, gutter)]


def _columns(band: Sequence[TextLine], gutter: float) -> list[TextLine]:
    return sorted(band, key=lambda line: _side(line, gutter))


def body_and_notes(
    lines: Sequence[TextLine], width: float
) -> tuple[list[TextLine], list[TextLine]]:
    """The lines in their order, parted from those in smaller letters at the foot of a column.

    So a sentence that goes on in the next column is not torn apart by a footnote.
    """
    usual = _usual_size(lines)
    gutter = _gutter(lines, width)
    sides = [0 if gutter is None else _side(line, gutter) for line in lines]
    foot = {
        side: min(
            (
                line.bottom
                for line, other in zip(lines, sides, strict=True)
                if other in (side, 0) and line.size >= SMALL * usual
            ),
            default=0.0,
        )
        for side in set(sides)
    }
    is_note = [
        line.size < SMALL * usual and line.top <= foot[side]
        for line, side in zip(lines, sides, strict=True)
    ]
    body = [line for line, note in zip(lines, is_note, strict=True) if not note]
    return body, [line for line, note in zip(lines, is_note, strict=True) if note]


def _usual_size(lines: Sequence[TextLine]) -> float:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0
