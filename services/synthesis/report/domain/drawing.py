"""Boxes and arrows as SVG: readable text, one title, no script, no outside resource."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

LINE = 16
PAD = 10
CHARACTER = 6.2
"""Width of a character at 12 px, on average."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box at (x, y) with wrapped lines; its height follows from them."""

    x: int
    y: int
    width: int
    lines: tuple[str, ...]
    kind: str = "plain"

    @property
    def height(self) -> int:
        """Height in pixels."""
        return LINE * max(1, len(self.lines)) + 2 * PAD

    @property
    def right(self) -> tuple[int, int]:
        """Middle of the right edge."""
        return self.x + self.width, self.y + self.height // 2

    @property
    def left(self) -> tuple[int, int]:
        """Middle of the left edge."""
        return self.x, self.y + self.height // 2

    @property
    def bottom(self) -> tuple[int, int]:
        """Middle of the lower edge."""
        return self.x + self.width // 2, self.y + self.height

    @property
    def top(self) -> tuple[int, int]:
        """Middle of the upper edge."""
        return self.x + self.width // 2, self.y


def boxed(x: int, y: int, width: int, text: str, kind: str = "plain") -> Box:
    """A box with its text wrapped to its width; line breaks stay."""
    room = max(8, int((width - 2 * PAD) / CHARACTER))
    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, room) or [""]]
    return Box(x, y, width, tuple(lines), kind)


FILLS = {
    "plain": "#ffffff",
    "context": "#eef3ee",
    "resource": "#eef1f6",
    "response": "#f6f1ea",
    "outcome": "#f3eef4",
    "head": "#f2f2ef",
}


def box_svg(box: Box) -> str:
    """A box with its lines."""
    fill = FILLS.get(box.kind, FILLS["plain"])
    lines = "".join(
        f'<text x="{box.x + PAD}" y="{box.y + PAD + LINE * (n + 1) - 4}">{escape(line)}</text>'
        for n, line in enumerate(box.lines)
    )
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="3" '
        f'fill="{fill}" stroke="#555"/>{lines}'
    )


def arrow_svg(start: tuple[int, int], end: tuple[int, int], width: float = 1.2) -> str:
    """An arrow from point to point, in a gentle curve where they are side by side."""
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) // 2 if abs(x2 - x1) > abs(y2 - y1) / 3 else 0
    return (
        f'<path d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" fill="none" '
        f'stroke="#555" stroke-width="{width:g}" marker-end="url(#tip)"/>'
    )


def drawing(title: str, boxes: Sequence[Box], arrows: Iterable[str]) -> str:
    """The whole picture; as large as its boxes need."""
    width = max((box.x + box.width for box in boxes), default=0) + PAD
    height = max((box.y + box.height for box in boxes), default=0) + PAD
    marker = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>'
    )
    parts = "".join((*arrows, *(box_svg(box) for box in boxes)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" font-family="sans-serif" font-size="12">'
        f"<title>{escape(title)}</title>{marker}{parts}</svg>"
    )
