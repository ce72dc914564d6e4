"""How wide a text is in the interface's font, for drawings that wrap their words."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont

SPACE = " "
REGULAR, HEAVIER = 1.04, 1.07
"""The font file's own widths are those of its thinnest weight; regular and bold are wider."""


@cache
def _advances() -> tuple[dict[int, str], Any, int]:
    font = TTFont(
        BytesIO(files("fontpkg_public_sans").joinpath("files/PublicSans[wght].ttf").read_bytes())
    )
    return font.getBestCmap(), font["hmtx"], int(font["head"].unitsPerEm)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that `text` takes at `size` pixels; `bold` is the weight of a box's first line."""
    names, metrics, units = _advances()
    total = sum(metrics[names[ord(c)]][0] if ord(c) in names else units for c in text)
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
