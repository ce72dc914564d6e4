"""From lines to paragraphs in reading order: margins, line numbers, columns, hyphens."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from services.extraction.texts.formats.extracted import Paragraph, Part, words_of
from services.extraction.texts.formats.pdf.lines import Line

EDGE = 0.09
"""Share of a page's height in which headers and footers stand."""
LEAST_NUMBERED = 8
"""So many consecutive numbers before lines make line numbers."""

_NUMBER = re.compile(r"^(\d{1,4})(?:\s+|$)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BREAK = re.compile(r"([^\W\d_]+)[-\u2010\u2011]$")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis|et|ou)\b")
"""What follows a suspended hyphen, as in "hypo- and hyperactive"."""


def without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines without the numbers that count them, where a page is numbered line by line."""
    numbers = [_NUMBER.match(line.text) for line in lines]
    values = [int(found[1]) if found else None for found in numbers]
    counted = [value for value in values if value is not None]
    steps = sum(1 for one, other in pairwise(counted) if other == one + 1)
    if steps < LEAST_NUMBERED or steps < 0.6 * len(lines):
        return list(lines)
    kept: list[Line] = []
    for line, found in zip(lines, numbers, strict=True):
        rest = line.text[found.end() :] if found and _is_in_run(int(found[1]), counted) else None
        if rest is None:
            kept.append(line)
        elif rest:
            kept.append(replace(line, text=rest))
    return kept


def _is_in_run(number: int, counted: Sequence[int]) -> bool:
    return number - 1 in counted or number + 1 in counted


def repeated_margins(pages: Sequence[tuple[Sequence[Line], float]]) -> set[str]:
    """What stands at the same edge of several pages, with digits as `#`: headers and footers."""
    seen: Counter[str] = Counter()
    for lines, height in pages:
        seen.update({_shape(line) for line in lines if _is_at_edge(line, height)})
    least = max(2, min(3, len(pages) // 3))
    return {shape for shape, times in seen.items() if times >= least}


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _is_at_edge(line: Line, height: float) -> bool:
    return line.top > height * (1 - EDGE) or line.bottom < height * EDGE


def is_margin(line: Line, height: float, repeated: set[str], upright: int) -> bool:
    """Whether a line is a page's header, footer or number, or runs along its edge."""
    if line.angle != upright:
        return True
    if not _is_at_edge(line, height):
        return False
    return _shape(line) in repeated or _shape(line).strip(" -–—|·") == "#"


def in_reading_order(lines: Sequence[Line], width: float) -> list[Line]:
    """Lines column by column.

    The order of the content is kept unless it jumps between the columns line by line,
    as in text layers of scans; then left comes before right, between full-width lines.
    """
    gutter = _gutter(lines, width)
    if gutter is None:
        return list(lines)
    sides = [_side(line, gutter) for line in lines]
    narrow = [side for side in sides if side]
    jumps = sum(1 for one, other in pairwise(narrow) if one != other)
    if jumps <= max(4, len(narrow) // 5):
        return list(lines)
    return _by_columns(lines, gutter)


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """Where two columns part, or None where there is one column."""
    for share in (0.5, 0.48, 0.52, 0.46, 0.54):
        middle = width * share
        left = sum(1 for line in lines if line.right <= middle)
        right = sum(1 for line in lines if line.left >= middle)
        if min(left, right) >= 5 and left + right >= 0.7 * len(lines):
            return middle
    return None


def _side(line: Line, gutter: float) -> int:
    """-1 left, 1 right, 0 across."""
    return -1 if line.right <= gutter else 1 if line.left >= gutter else 0


def _by_columns(lines: Sequence[Line], gutter: float) -> list[Line]:
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.left)):
        if _side(line, gutter) == 0:
            ordered += [*_columns(band, gutter), line]
            band = []
        else:
            band.append(line)
    return [*ordered, *_columns(band, gutter)]


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    return sorted(band, key=lambda line: _side(line, gutter))


def vocabulary(pages: Sequence[Sequence[Line]]) -> Mapping[str, int]:
    """How often each word, or compound with its hyphens, stands unbroken in the document."""
    words: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            found = _WORD.findall(line.text)
            words.update(word.lower() for word in (found[:-1] if line.broken else found))
    return words


def joined(lines: Sequence[Line], words: Mapping[str, int]) -> str:
    """The text of one paragraph, with words broken at line ends made whole."""
    pieces: list[str] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        text = line.text
        hard = _BREAK.search(text) if following is not None else None
        if following is None or not (line.broken or hard):
            pieces.append(text + " ")
        elif _SUSPENDED.match(following.text):
            pieces.append((text if hard else text + "-") + " ")
        elif _keeps_hyphen(text, following.text, words):
            pieces.append(text if hard else text + "-")
        else:
            pieces.append(text[:-1] if hard else text)
    return words_of(pieces)


def _keeps_hyphen(text: str, following: str, words: Mapping[str, int]) -> bool:
    """Whether the hyphen between two lines belongs to the word, as in "self-publishing"."""
    head = re.search(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010\u2011]?$", text)
    tail = re.match(r"[^\W\d_]+", following)
    if head is None or tail is None:
        return True
    one, other = head[1].lower(), tail[0].lower()
    whole, compound = words.get(one + other, 0), words.get(f"{one}-{other}", 0)
    if whole or compound:
        return compound > whole
    return tail[0][0].isupper() or one in PREFIXES


PREFIXES = frozenset({"self", "well", "non", "semi", "quasi", "ex", "all", "half", "cross"})
"""First parts of compounds that keep their hyphen; other words are made whole."""


def paragraphs_of(
    lines: Sequence[Line], page: int, words: Mapping[str, int], part: Part = Part.BODY
) -> list[Paragraph]:
    """The paragraphs of lines in reading order."""
    if not lines:
        return []
    leading = _leading(lines)
    groups: list[list[Line]] = [[lines[0]]]
    for one, other in pairwise(lines):
        if one.broken or not _begins_paragraph(one, other, leading):
            groups[-1].append(other)
        else:
            groups.append([other])
    return [Paragraph(text=joined(group, words), page=page, part=part) for group in groups]


def _leading(lines: Sequence[Line]) -> float:
    gaps = [one.top - other.top for one, other in pairwise(lines) if one.top > other.top]
    return median(gaps) if gaps else 0.0


def _begins_paragraph(one: Line, other: Line, leading: float) -> bool:
    gap = one.top - other.top
    if gap < 0:  # the next column: a sentence may go on there
        return one.text.rstrip().endswith((".", "?", "!", ":"))
    if leading and gap > 1.6 * leading:
        return True
    if abs(one.size - other.size) > 1.5:
        return True
    indented = other.left - one.left > 6 and one.text.rstrip().endswith((".", "?", "!", ":"))
    return indented
