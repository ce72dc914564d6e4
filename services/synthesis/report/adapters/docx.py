"""A document as DOCX, for journals; pictures are told in words beside their table."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx

from services.synthesis.report.domain.blocks import (
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Quote,
    Table,
)

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_TITLE = 255
"""Characters of a document's title among its properties."""


def docx_bytes(document: Document) -> bytes:
    """The document as the bytes of a .docx file."""
    target = docx.Document()
    target.core_properties.title = _plain(document.title)[:LONGEST_TITLE]
    for block in document.blocks:
        _ADD[type(block)](target, block)
    buffer = BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def _plain(text: str) -> str:
    """XML 1.0 has no control characters but tab and line ends."""
    return _ILLEGAL.sub("", text)


def _heading(target: Any, block: Heading) -> None:
    target.add_heading(_plain(block.text), level=min(block.level, 9) - 1)


def _table(target: Any, block: Table) -> None:
    target.add_paragraph(_plain(block.caption), style="Caption")
    made = target.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for cell, column in zip(made.rows[0].cells, block.columns, strict=True):
        cell.text = _plain(column)
    for row in block.rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = _plain(text)


def _facts(target: Any, block: Facts) -> None:
    rows = tuple((name, value) for name, value in block.pairs)
    _table(target, Table(block.title, ("Part", "Words"), rows))


def _bullets(target: Any, block: Bullets) -> None:
    for item in block.items:
        target.add_paragraph(_plain(item), style="List Bullet")


def _figure(target: Any, block: Figure) -> None:
    target.add_paragraph(_plain(block.caption), style="Caption")
    target.add_paragraph(_plain(block.words))


def _quote(target: Any, block: Quote) -> None:
    target.add_paragraph(_plain(f"{block.text} ({block.source})"), style="Quote")


_ADD: dict[type, Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraph: lambda target, block: target.add_paragraph(_plain(block.text)),
    Notice: lambda target, block: target.add_paragraph(_plain(block.text), style="Intense Quote"),
    Bullets: _bullets,
    Quote: _quote,
    Facts: _facts,
    Table: _table,
    Figure: _figure,
}
