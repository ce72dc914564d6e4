"""How wide a text is in the interface's font, for drawings that wrap their words."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont

SPACE = " "


@cache
def _advances() -> tuple[dict[int, str], Any, int]:
    font = TTFont(
        BytesIO(files("fontpkg_public_sans").joinpath("files/PublicSans[wght].ttf").read_bytes())
    )
    return font.getBestCmap(), font["hmtx"], int(font["head"].unitsPerEm)


def width(text: str, size: float) -> float:
    """Pixels that `text` takes at `size` pixels."""
    names, metrics, units = _advances()
    total = sum(metrics[names[ord(c)]][0] if ord(c) in names else units * 0.56 for c in text)
    return float(total) * size / units


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines of at most `room` pixels; a no-break space never breaks."""
    lines: list[str] = []
    line = ""
    for word in text.split(SPACE):
        longer = f"{line}{SPACE}{word}" if line else word
        if line and width(longer, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
