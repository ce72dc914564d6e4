"""The order in which a page's lines are read: columns from left to right, footnotes last."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from services.extraction.texts.formats.pdf.lines import TextLine

LEAST_LINES = 5
"""So many lines in each make columns."""
LEAST_WIDTH = {2: 0.28, 3: 0.17}
"""Share of a page's width that two, or three, columns have where lines run across them."""
SMALL = 0.92
"""Share of the usual size below which lines at the foot of a column are footnotes."""
TWO = ((0.5,), (0.48,), (0.52,), (0.46,), (0.54,))
THREE = tuple((share, 1 - share) for share in (0.35, 0.36, 0.34, 0.37, 0.33, 0.38))
"""Where columns may part, in shares of a page's width."""

Gutters = tuple[float, ...]


def in_reading_order(lines: Sequence[TextLine], width: float) -> list[TextLine]:
    """Lines column by column.

    The order of the content is kept unless it begins on the right or jumps between the columns
    line by line, as in text layers of scans; then left comes before right, between full-width
    lines.
    """
    parted = _parted(lines, width)
    if parted is not None:
        return _by_columns(*parted)
    gutters = _gutters(lines, width)
    if not gutters:
        return list(lines)
    narrow = [column for line in lines if (column := _column(line, gutters))]
    jumps = sum(1 for one, other in pairwise(narrow) if one != other)
    if jumps <= max(4, len(narrow) // 5) and not _begins_right(narrow):
        return list(lines)
    return _by_columns(lines, gutters)


def _begins_right(narrow: Sequence[int]) -> bool:
    """Whether whole columns further right come before the left one."""
    first_left = narrow.index(1)
    return first_left >= LEAST_LINES and not {*narrow[first_left:]} - {1}


def _parted(lines: Sequence[TextLine], width: float) -> tuple[list[TextLine], Gutters] | None:
    """The lines cut where columns part, and where that is; None where no lines run across.

    Some files place the words of all columns line by line, so that a line holds a row of them.
    Columns part where most lines can be cut.
    """
    best: tuple[list[TextLine], Gutters] | None = None
    for shares in (*TWO, *THREE):
        gutters = tuple(width * share for share in shares)
        cut = [piece for line in lines for piece in _pieces(line, gutters)]
        least = len(lines) + LEAST_LINES if best is None else len(best[0]) + 1
        if len(cut) < least or not _gutters(cut, width, (shares,)):
            continue
        columns = range(1, len(shares) + 2)
        widths = [[p.right - p.left for p in cut if _column(p, gutters) == c] for c in columns]
        if min(map(median, widths)) >= LEAST_WIDTH[len(columns)] * width:
            best = cut, gutters
    return best


def _pieces(line: TextLine, gutters: Gutters) -> Iterator[TextLine]:
    """The line, or its parts on either side of wide spaces where columns part."""
    rest, begun = line, 0
    for gutter in gutters:
        for at, before, behind in line.gaps:
            if before <= gutter <= behind:
                left, right = line.text[begun:at].strip(), line.text[at:].lstrip()
                yield replace(rest, text=left, right=before, broken=False, gaps=())
                rest = replace(line, text=right, left=behind, gaps=())
                begun = at
                break
    yield rest if begun == 0 else replace(rest, text=line.text[begun:].strip())


def _gutters(
    lines: Sequence[TextLine], width: float, places: Sequence[Gutters] = (*TWO, *THREE)
) -> Gutters:
    """Where columns part, so that fewest lines run across; empty where there is one column."""
    best: Gutters = ()
    most = 0.7 * len(lines)
    for shares in places:
        gutters = tuple(width * share for share in shares)
        found = Counter(_column(line, gutters) for line in lines)
        filled = [found[column] for column in range(1, len(shares) + 2)]
        if min(filled) >= LEAST_LINES and sum(filled) >= most:
            best, most = gutters, sum(filled) + 1
            if most > len(lines):
                break
    return best


def _column(line: TextLine, gutters: Gutters) -> int:
    """The column of a line, from 1 on the left; 0 where it runs across."""
    first = sum(1 for gutter in gutters if line.left >= gutter)
    last = sum(1 for gutter in gutters if line.right > gutter)
    return first + 1 if first == last else 0


def _by_columns(lines: Sequence[TextLine], gutters: Gutters) -> list[TextLine]:
    ordered: list[TextLine] = []
    band: list[TextLine] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.left)):
        if _column(line, gutters) == 0:
            ordered += [*_columns(band, gutters), line]
            band = []
        else:
            band.append(line)
    return [*ordered, *_columns(band, gutters)]


def _columns(band: Sequence[TextLine], gutters: Gutters) -> list[TextLine]:
    return sorted(band, key=lambda line: _column(line, gutters))


def body_and_notes(
    lines: Sequence[TextLine], width: float
) -> tuple[list[TextLine], list[TextLine]]:
    """The lines in their order, parted from those in smaller letters at the foot of a column.

    So a sentence that goes on in the next column is not torn apart by a footnote.
    """
    usual = _usual_size(lines)
    gutters = _gutters(lines, width)
    sides = [_column(line, gutters) if gutters else 0 for line in lines]
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
