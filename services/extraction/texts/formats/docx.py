"""The text of a DOCX: paragraphs, tables, and transcripts with speakers and times.

Inserted words count, deleted ones and reviewers' comments do not.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    Part,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.speech import spoken, turns_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_BYTES = 64 * 1024 * 1024
"""A document part that unpacks to more is refused."""
_SKIPPED = {W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "rPr", W + "pPr"}
_BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t"}


def read_docx(data: bytes) -> Extracted:
    """The paragraphs of a DOCX; raises `UnreadableText` saying what to do instead."""
    body = _body(data)
    paragraphs = [p for p in _blocks(body, "") if p.text]
    turns = turns_of([(p.text, p) for p in paragraphs])
    if turns:
        return Extracted(kind="docx", paragraphs=turns)
    whole = [
        p if p.speaker else Paragraph(text=words_of([p.text]), section=p.section, part=p.part)
        for p in paragraphs
    ]
    if not whole:
        raise UnreadableText("The document holds no text; upload another copy, or paste the text.")
    return Extracted(kind="docx", paragraphs=whole)


def _body(data: bytes) -> Any:
    try:
        with ZipFile(BytesIO(data)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.file_size > MOST_BYTES:
                raise UnreadableText("The document unpacks to more than 64 MB; split it.")
            with archive.open(part) as stream:
                xml = stream.read(MOST_BYTES + 1)
    except (BadZipFile, KeyError, RuntimeError, EOFError, OSError):
        raise UnreadableText(
            "The file is no DOCX that can be opened; save it anew as .docx, or paste the text."
        ) from None
    if len(xml) > MOST_BYTES:
        raise UnreadableText("The document unpacks to more than 64 MB; split it.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise UnreadableText("The DOCX is damaged; save it anew, or paste the text.") from None
    body = root.find(W + "body")
    if body is None:
        raise UnreadableText("The DOCX has no body; save it anew, or paste the text.")
    return body


def _blocks(parent: Any, section: str) -> Iterator[Paragraph]:
    for child in parent:
        if child.tag == W + "p":
            text = _text(child)
            if _is_heading(child):
                section = words_of([text])
                yield Paragraph(text=section, section=section, part=Part.HEADING)
            else:
                yield Paragraph(text=text.strip(), section=section)
        elif child.tag == W + "tbl":
            yield from _rows(child, section)
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, section)


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = "" if style is None else str(style.get(W + "val") or "")
    return name.lower().startswith(("heading", "title", "überschrift", "titre"))


def _rows(table: Any, section: str) -> Iterator[Paragraph]:
    """A table as one paragraph a row; a row of time, speaker and words as speech."""
    rows = [
        [" ".join(p.text for p in _blocks(cell, section) if p.text) for cell in row.iter(W + "tc")]
        for row in table.iter(W + "tr")
    ]
    for cells in rows:
        said = spoken(cells)
        if said is not None:
            yield said
        elif any(cells):
            yield Paragraph(
                text=words_of([" | ".join(cell for cell in cells if cell)]),
                section=section,
                part=Part.TABLE,
            )


def _text(node: Any) -> str:
    """The words of a paragraph with its line breaks and tabs."""
    if node.tag in _SKIPPED or not isinstance(node.tag, str):
        return ""
    if node.tag == W + "t":
        return node.text or ""
    if node.tag in _BREAKS:
        return _BREAKS[node.tag]
    return "".join(_text(child) for child in node)
