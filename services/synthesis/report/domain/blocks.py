"""A document as a list of blocks, the same for every format."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

Cell = str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title. On paper a `chapter` begins a new page."""

    level: int
    text: str
    chapter: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class NoticeBlock:
    """What a reader must not overlook."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short items."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source, and where they stand: source and locator."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """What a coder wrote of a passage: never a quotation, and never the source's words."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values: a theory box."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as there are columns.

    Columns named after a role (`ROLES`) are shown in its colour.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (SVG) with what it shows in words, for readers who do not see it."""

    caption: str
    svg: str
    words: str


Block = Heading | Paragraph | NoticeBlock | Bullets | Quote | Paraphrase | Facts | Table | Figure
ROLES = {"Context": "c", "Resource": "mr", "Response": "ms", "Outcome": "o"}
"""Columns of roles, and how the pages call their colours."""
TAGS = {"c": "C", "mr": "Mr", "ms": "Ms", "o": "O"}
"""What stands beside a colour, which never says anything alone."""


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of blocks."""

    title: str
    blocks: tuple[Block, ...]


def numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with a number before each caption, tables and figures apart."""
    counts = {Table: 0, Figure: 0}
    for block in blocks:
        if isinstance(block, Table | Figure):
            counts[type(block)] += 1
            name = type(block).__name__
            yield replace(block, caption=f"{name} {counts[type(block)]}. {block.caption}")
        else:
            yield block


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
