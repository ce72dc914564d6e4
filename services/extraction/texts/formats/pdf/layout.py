"""From lines to paragraphs: margins, line numbers, hyphens."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from services.extraction.texts.formats.extracted import Paragraph, Part, words_of
from services.extraction.texts.formats.pdf.bidi import RIGHT_TO_LEFT
from services.extraction.texts.formats.pdf.lines import TextLine

EDGE = 0.09
"""Share of a page's height in which headers and footers stand."""
ENDS = (".", "?", "!", ":", "؟", "۔")
"""With what a paragraph's last line ends."""
INITIAL = 1.6
"""Times the size of the other letters that a large first letter has at least."""
LEAST_NUMBERED = 8
"""So many consecutive numbers before lines make line numbers."""

_NUMBER = re.compile(r"^(\d{1,4})(?:\s+|$)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BREAK = re.compile(r"([^\W\d_]+)[-\u2010\u2011]$")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis|et|ou)\b")
"""What follows a suspended hyphen, as in "hypo- and hyperactive"."""


def without_line_numbers(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines without the numbers that count them, where a page is numbered line by line."""
    numbers = [_NUMBER.match(line.text) for line in lines]
    values = [int(found[1]) if found else None for found in numbers]
    counted = [value for value in values if value is not None]
    steps = sum(1 for one, other in pairwise(counted) if other == one + 1)
    if steps < LEAST_NUMBERED or steps < 0.6 * len(lines):
        return list(lines)
    kept: list[TextLine] = []
    for line, found in zip(lines, numbers, strict=True):
        rest = line.text[found.end() :] if found and _is_in_run(int(found[1]), counted) else None
        if rest is None:
            kept.append(line)
        elif rest:
            kept.append(replace(line, text=rest, gaps=_shifted(line, len(line.text) - len(rest))))
    return kept


def _shifted(line: TextLine, cut: int) -> tuple[tuple[int, float, float], ...]:
    return tuple((at - cut, before, behind) for at, before, behind in line.gaps if at > cut)


def _is_in_run(number: int, counted: Sequence[int]) -> bool:
    return number - 1 in counted or number + 1 in counted


def repeated_margins(pages: Sequence[tuple[Sequence[TextLine], float]]) -> set[str]:
    """What stands at the same edge of several pages, with digits as `#`: headers and footers."""
    seen: Counter[str] = Counter()
    for lines, height in pages:
        seen.update({_shape(line) for line in lines if _is_at_edge(line, height)})
    least = max(2, min(3, len(pages) // 3))
    return {shape for shape, times in seen.items() if times >= least}


def _shape(line: TextLine) -> str:
    return re.sub(r"\d+", "#", line.text)


def _is_at_edge(line: TextLine, height: float) -> bool:
    return line.top > height * (1 - EDGE) or line.bottom < height * EDGE


def is_margin(line: TextLine, height: float, width: float, repeated: set[str]) -> bool:
    """Whether a line is a page's header, footer or number, or runs along its edge."""
    if line.angle:
        at_side = line.right < width * EDGE or line.left > width * (1 - EDGE)
        return at_side or _is_at_edge(line, height)
    if not _is_at_edge(line, height):
        return False
    return _shape(line) in repeated or _shape(line).strip(" -–—|·") == "#"


def vocabulary(pages: Sequence[Sequence[TextLine]]) -> Mapping[str, int]:
    """How often each word, or compound with its hyphens, stands unbroken in the document."""
    words: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            found = _WORD.findall(line.text)
            words.update(word.lower() for word in (found[:-1] if line.broken else found))
    return words


def joined(lines: Sequence[TextLine], words: Mapping[str, int]) -> str:
    """The text of one paragraph, with words broken at line ends made whole."""
    pieces: list[str] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        text = line.text
        hard = _BREAK.search(text) if following is not None else None
        if following is None or not (line.broken or hard):
            touches = following is not None and (
                _touches(line, following)
                or _is_unspaced(text, following.text)
                or (_is_initial(line, following) and _is_one_word(text, following.text, words))
            )
            pieces.append(text if touches else text + " ")
        elif _SUSPENDED.match(following.text):
            pieces.append((text if hard else text + "-") + " ")
        elif _keeps_hyphen(text, following.text, words):
            pieces.append(text if hard else text + "-")
        else:
            pieces.append(text[:-1] if hard else text)
    return words_of(pieces)


def _is_initial(one: TextLine, other: TextLine) -> bool:
    """Whether a line is the large first letter of the text that stands beside it."""
    is_letter = len(one.text) == 1 and one.text.isupper() and other.text[:1].isalpha()
    return is_letter and one.size >= INITIAL * other.size and _is_beside(one, other)


def _is_one_word(initial: str, text: str, words: Mapping[str, int]) -> bool:
    """Whether a large first letter begins a word; "A" and "I" may be words of their own."""
    tail = re.match(r"[^\W\d_]+", text)
    if initial not in ("A", "I") or tail is None or len(tail[0]) == 1:
        return True
    return words.get((initial + tail[0]).lower(), 0) > 0


def _is_unspaced(text: str, following: str) -> bool:
    """Whether both lines are in a script that has no spaces between words, where they meet."""
    return bool(_UNSPACED.match(text[-1:]) and _UNSPACED.match(following[:1]))


def _keeps_hyphen(text: str, following: str, words: Mapping[str, int]) -> bool:
    """Whether the hyphen between two lines belongs to the word, as in "self-publishing"."""
    head = re.search(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010\u2011]?$", text)
    tail = re.match(r"[^\W\d_]+", following)
    if head is None or tail is None or RIGHT_TO_LEFT.match(tail[0]):
        return True
    one, other = head[1].lower(), tail[0].lower()
    whole, compound = words.get(one + other, 0), words.get(f"{one}-{other}", 0)
    if whole or compound:
        return compound > whole
    return tail[0][0].isupper() or one in PREFIXES


_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")
"""Chinese and Japanese letters and their punctuation."""
PREFIXES = frozenset({"self", "well", "non", "semi", "quasi", "ex", "all", "half", "cross"})
"""First parts of compounds that keep their hyphen; other words are made whole."""


def with_words_whole(pages: list[list[TextLine]]) -> list[list[TextLine]]:
    """The lines of pages, where a word that is broken at a page's end is whole on that page."""
    for lines, following in pairwise(pages):
        if not lines or not following:
            continue
        last, first = lines[-1], following[0]
        rest = re.match(r"[^\W\d_]\S*", first.text)
        if (
            rest is None
            or not first.text[0].islower()
            or not (last.broken or _BREAK.search(last.text))
        ):
            continue
        lines.append(replace(last, text=rest[0], broken=False, gaps=()))
        words = first.text[rest.end() :].lstrip()
        following[:1] = [replace(first, text=words, gaps=())] if words else []
    return pages


def paragraphs_of(
    lines: Sequence[TextLine], page: int, words: Mapping[str, int], part: Part = Part.BODY
) -> list[Paragraph]:
    """The paragraphs of lines in reading order."""
    if not lines:
        return []
    leading = _leading(lines)
    groups: list[list[TextLine]] = [[lines[0]]]
    row = lines[0]
    for line in lines[1:]:
        is_beside = _is_beside(row, line)
        if row.broken or is_beside or not _begins_paragraph(row, line, leading):
            groups[-1].append(line)
        else:
            groups.append([line])
        row = _longer(row, line) if is_beside and not _is_initial(row, line) else line
    return [Paragraph(text=joined(group, words), page=page, part=part) for group in groups]


def _is_beside(one: TextLine, other: TextLine) -> bool:
    """Whether a line goes on in the row of the one before, as after a raised figure."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return other.left >= one.right - 1 and shared > -0.15 * max(one.size, other.size)


def _longer(row: TextLine, line: TextLine) -> TextLine:
    """A row with what stands beside it; the larger letters say its size."""
    main = row if row.size >= line.size else line
    return replace(main, text=line.text, left=row.left, right=line.right, broken=line.broken)


def _touches(one: TextLine, other: TextLine) -> bool:
    """Whether two pieces of a row stand side by side without a space."""
    return _is_beside(one, other) and other.left - one.right < 0.1 * max(one.size, other.size)


def _leading(lines: Sequence[TextLine]) -> float:
    gaps = [one.top - other.top for one, other in pairwise(lines) if one.top > other.top]
    return median(gaps) if gaps else 0.0


def _begins_paragraph(one: TextLine, other: TextLine, leading: float) -> bool:
    gap = one.top - other.top
    if gap < 0:  # the next column: a sentence may go on there
        return one.text.rstrip().endswith(ENDS)
    if leading and gap > 1.6 * leading:
        return True
    if abs(one.size - other.size) > 1.5:
        return True
    indented = other.left - one.left > 6 and one.text.rstrip().endswith(ENDS)
    return indented
