"""How wide a text is in the interface's font, for drawings that wrap their words.

The widths are the font file's own (`static/public-sans.ttf`), read out once into a table.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("letter_widths.json")
SPACE = " "
REGULAR, HEAVIER = 1.04, 1.07
"""The font file's own widths are those of its thinnest weight; regular and bold are wider."""


@cache
def widths() -> tuple[Mapping[str, int], int]:
    """The width of every letter, and of the square that a letter is drawn in, in font units."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    letters = table["letters_of_width"].items()
    return {letter: int(width) for width, some in letters for letter in some}, table["units_per_em"]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that `text` takes at `size` pixels; `bold` is the weight of a box's first line."""
    of_letter, units = widths()
    total = sum(of_letter.get(letter, units) for letter in text)
    return float(total) * size / units * (HEAVIER if bold else REGULAR)


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most `room` pixels.

    A no-break space never breaks; a word that is wider than the room is cut.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, room, bold):
        longer = f"{line}{SPACE}{word}" if line else word
        if line and width(longer, size, bold=bold) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _pieces(text: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """Words, the too wide ones in pieces that fit."""
    for word in text.split(SPACE):
        piece = ""
        for letter in word:
            if piece and width(piece + letter, size, bold=bold) > room:
                yield piece
                piece = ""
            piece += letter
        yield piece
