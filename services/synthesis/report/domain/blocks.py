"""A document as a list of blocks, the same for every format."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must not overlook."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short items."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source, and whose."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values: a theory box."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as there are columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (SVG) with what it shows in words, for readers who do not see it."""

    caption: str
    svg: str
    words: str


Block = Heading | Paragraph | Notice | Bullets | Quote | Facts | Table | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of blocks."""

    title: str
    blocks: tuple[Block, ...]


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table of anything, each cell as text; empty where there is nothing."""
    texts = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
    return Table(caption, tuple(columns), texts)


def with_rows(made: Table, otherwise: str) -> Iterator[Block]:
    """The table, or a sentence where it would be empty."""
    if made.rows:
        yield made
    else:
        yield Paragraph(otherwise)
