"""A document as Markdown; pictures are told in words."""

from collections.abc import Callable
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    NoticeBlock,
    Paragraph,
    Paraphrase,
    Quote,
    Table,
)


def text(document: Document) -> str:
    """The document; cells and words are escaped where Markdown would read them otherwise."""
    return "\n\n".join(_RENDER[type(block)](block) for block in document.blocks) + "\n"


def _safe(words: str) -> str:
    flat = " ".join(words.split())
    for character in "\\`*_[]<>|":
        flat = flat.replace(character, f"\\{character}")
    return flat


def _table(block: Table) -> str:
    lines = [
        f"**{_safe(block.caption)}**",
        "",
        f"| {' | '.join(_safe(column) for column in block.columns)} |",
        f"|{'---|' * len(block.columns)}",
        *(f"| {' | '.join(_safe(cell) for cell in row)} |" for row in block.rows),
    ]
    return "\n".join(lines)


def _facts(block: Facts) -> str:
    pairs = [f"- **{_safe(name)}**: {_safe(value)}" for name, value in block.pairs]
    return "\n".join([f"**{_safe(block.title)}**", "", *pairs])


def _bullets(block: Bullets) -> str:
    return "\n".join(f"- {_safe(item)}" for item in block.items)


def rendered(block: Block) -> str:
    """One block."""
    return _RENDER[type(block)](block)


_RENDER: dict[type, Callable[[Any], str]] = {
    Heading: lambda block: f"{'#' * block.level} {_safe(block.text)}",
    Paragraph: lambda block: _safe(block.text),
    NoticeBlock: lambda block: f"> **Note.** {_safe(block.text)}",
    Bullets: _bullets,
    Quote: lambda block: f"> {_safe(block.text)}\n>\n> ({_safe(block.source)})",
    Paraphrase: lambda block: f"Paraphrase: {_safe(block.text)} [{_safe(block.source)}]",
    Facts: _facts,
    Table: _table,
    Figure: lambda block: f"**{_safe(block.caption)}**\n\n{_safe(block.words)}",
}
