"""Brackets as they look: PDFs name them by look or by meaning, and PDFium turns some round."""

from collections.abc import Iterator, Sequence

from services.extraction.texts.formats.pdf.bidi import CLOSING, MIRRORED, OPENING, OTHERS, direction

_OUTSIDE = frozenset(" \t.,;:!?،؛؟…")
"""What stands before an opening bracket, or behind a closing one."""


def are_turned(lines: Sequence[Sequence[str]]) -> bool:
    """Whether most brackets of which spaces tell how they look are named otherwise."""
    told = [
        (line[at], look)
        for line in lines
        for at, look in _looks(line)
        if look and not _is_among_latin(line, at)
    ]
    return 2 * sum(1 for name, look in told if name != look) > len(told)


def as_seen(line: Sequence[str], turned: bool) -> list[str]:
    """The signs of a line, from left to right, with every bracket as it looks.

    An opening one has its space before it, a closing one behind it; where spaces do not tell,
    brackets make pairs, and what is left is `turned` or not as others of the page.
    """
    seen = list(line)
    looks = dict(_looks(line))
    open_: list[str] = []
    for at, sign in enumerate(line):
        if sign in OTHERS and turned and not _is_among_latin(line, at):
            seen[at] = MIRRORED[sign]
        if at not in looks:
            continue
        seen[at] = looks[at] or _paired(line, at, open_, turned)
        if seen[at] in CLOSING:
            open_.append(seen[at])
        elif OPENING[seen[at]] in open_:
            open_.remove(OPENING[seen[at]])
    return seen


def _paired(line: Sequence[str], at: int, open_: Sequence[str], turned: bool) -> str:
    opening = OPENING.get(line[at], line[at])
    if opening in open_:
        return CLOSING[opening]
    if any(sign in (opening, CLOSING[opening]) for sign in line[at + 1 :]):
        return opening
    return MIRRORED[line[at]] if turned else line[at]


def _looks(line: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The place of each bracket and how it looks; empty where that cannot be told."""
    for at, sign in enumerate(line):
        if sign not in CLOSING and sign not in OPENING:
            continue
        opening = OPENING.get(sign, sign)
        before = at == 0 or line[at - 1] in _OUTSIDE
        behind = at + 1 == len(line) or line[at + 1] in _OUTSIDE
        if _is_among_latin(line, at):
            yield at, sign
        elif before == behind:
            yield at, ""
        else:
            yield at, opening if before else CLOSING[opening]


def _is_among_latin(line: Sequence[str], at: int) -> bool:
    """Whether Latin letters stand on both sides of a sign, or a figure behind one that compares:
    then it is named as it looks.
    """
    compares = line[at] in OTHERS
    before = next((way for sign in reversed(line[:at]) if (way := direction(sign))), "")
    behind = next(
        (
            direction(sign) or "L"
            for sign in line[at + 1 :]
            if direction(sign) or (compares and sign.isdecimal())
        ),
        "",
    )
    return before == behind == "L"
