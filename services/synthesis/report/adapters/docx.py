"""A document as DOCX, for journals: A4, captions above, drawings as pictures."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt, RGBColor

from services.synthesis.report.adapters.png import png_bytes
from services.synthesis.report.domain.blocks import (
    ROLES,
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

MARGIN, LINE_WIDTH = Cm(1.9), Cm(17.2)
TABLE_TEXT = "TableText"
COLOURS = {"c": "1c5aa6", "mr": "8a4b00", "ms": "8b2a6b", "o": "1d6b3a"}
"""Heads of columns of roles, in the colours of the pages."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_TITLE = 255
"""Characters of a document's title among its properties."""


def docx_bytes(document: Document) -> bytes:
    """The document as the bytes of a .docx file."""
    target = docx.Document()
    target.core_properties.title = _plain(document.title)[:LONGEST_TITLE]
    _set_up(target)
    for block in document.blocks:
        _ADD[type(block)](target, block)
    buffer = BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def _plain(text: str) -> str:
    """XML 1.0 has no control characters but tab and line ends."""
    return _ILLEGAL.sub("", text)


def _heading(target: Any, block: Heading) -> None:
    made = target.add_heading(_plain(block.text), level=min(block.level, 9) - 1)
    made.paragraph_format.page_break_before = block.chapter


def _set_up(target: Any) -> None:
    """A4 with narrow margins; the fonts of the pages, which a reader's machine may replace."""
    section = target.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, MARGIN)
    for name, font, size in (("Normal", "Newsreader", 11), ("Caption", "Public Sans", 9)):
        style = target.styles[name]
        style.font.name, style.font.size = font, Pt(size)
    cells = target.styles.add_style(TABLE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    cells.font.name, cells.font.size = "Public Sans", Pt(8)
    cells.paragraph_format.space_after = Pt(0)
    target.styles["Caption"].font.color.rgb = RGBColor.from_string("1b2023")
    target.styles["Caption"].paragraph_format.keep_with_next = True


def _table(target: Any, block: Table) -> None:
    """A table, its rows written at once: one by one a chapter of 600 rows takes half a minute."""
    target.add_paragraph(_plain(block.caption), style="Caption")
    made = target.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    head = "".join(_head_cell(column) for column in block.columns)
    repeated = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = [f"<w:tr {nsdecls('w')}>{repeated}{head}</w:tr>"]
    rows += [f"<w:tr {nsdecls('w')}>{''.join(map(_cell, row))}</w:tr>" for row in block.rows]
    for row in rows:
        made._tbl.append(parse_xml(row))


def _cell(text: str, of_run: str = "") -> str:
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _lines(text)]
    run = f"<w:r>{of_run}{'<w:br/>'.join(lines)}</w:r>"
    style = f'<w:pPr><w:pStyle w:val="{TABLE_TEXT}"/></w:pPr>'
    return f"<w:tc><w:p>{style}{run}</w:p></w:tc>"


def _lines(text: str) -> list[str]:
    return _plain(text).replace("\r", "").replace("\t", " ").split("\n")


def _head_cell(text: str) -> str:
    """Bold; the head of a column of a role in its colour."""
    kind = ROLES.get(text)
    colour = f'<w:color w:val="{COLOURS[kind]}"/>' if kind else ""
    return _cell(text, f"<w:rPr><w:b/>{colour}</w:rPr>")


def _facts(target: Any, block: Facts) -> None:
    rows = tuple((name, value) for name, value in block.pairs)
    _table(target, Table(block.title, ("Part", "Words"), rows))


def _bullets(target: Any, block: Bullets) -> None:
    for item in block.items:
        target.add_paragraph(_plain(item), style="List Bullet")


def _figure(target: Any, block: Figure) -> None:
    target.add_paragraph(_plain(block.caption), style="Caption")
    shape = target.add_picture(BytesIO(png_bytes(block.svg)))
    if shape.width > LINE_WIDTH:
        shape.height = int(shape.height * LINE_WIDTH / shape.width)
        shape.width = LINE_WIDTH
    shape._inline.docPr.set("descr", _plain(block.words))
    target.add_paragraph(f"In words: {_plain(block.words)}")


def _quote(target: Any, block: Quote) -> None:
    target.add_paragraph(_plain(f"{block.text} ({block.source})"), style="Quote")


def _paraphrase(target: Any, block: Paraphrase) -> None:
    target.add_paragraph(_plain(f"Paraphrase: {block.text} [{block.source}]"))


_ADD: dict[type, Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraph: lambda target, block: target.add_paragraph(_plain(block.text)),
    NoticeBlock: lambda target, block: target.add_paragraph(
        _plain(block.text), style="Intense Quote"
    ),
    Bullets: _bullets,
    Quote: _quote,
    Paraphrase: _paraphrase,
    Facts: _facts,
    Table: _table,
    Figure: _figure,
}
