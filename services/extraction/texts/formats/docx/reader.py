"""The text of a DOCX: paragraphs, tables, and transcripts with speakers and times.

Inserted words count; deleted and hidden ones and reviewers' comments do not. Footnotes stand
after the text, text boxes after the paragraph that holds them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.extraction.texts.formats.docx.package import HEADINGS, W, opened
from services.extraction.texts.formats.docx.symbols import symbol
from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    Part,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.speech import spoken, spoken_rows, turns_of

_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = W + "txbxContent"
_SKIPPED = {W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "rPr", W + "pPr"} | {
    W + "rt", W + "sdtPr", _FALLBACK, _BOX
}  # fmt: skip
_SIGNS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "ptab": "\t"} | {
    W + "noBreakHyphen": "-"
}
_ELSEWHERE = (
    "Parts of the document are files of their own within it (inserted as such) and were not read; "
    "copy their text into the document and upload it again."
)


def read_docx(data: bytes) -> Extracted:
    """The paragraphs of a DOCX; raises `UnreadableText` saying what to do instead."""
    package = opened(data)
    reader = _Reader(package.styles)
    paragraphs = [p for p in reader.blocks(package.body, "") if p.text]
    notes = [p for note in package.notes for p in reader.blocks(note, "Footnotes") if p.text]
    turns = turns_of([(p.text, p) for p in paragraphs])
    whole = turns or [_in_one_line(p) for p in paragraphs]
    whole += map(_in_one_line, notes)
    if not whole:
        raise UnreadableText("The document holds no text; upload another copy, or paste the text.")
    has_more = package.body.find(f".//{W}altChunk") is not None
    return Extracted(kind="docx", paragraphs=whole, warnings=[_ELSEWHERE] if has_more else [])


def _in_one_line(p: Paragraph) -> Paragraph:
    if p.speaker:
        return p
    return Paragraph(text=words_of([p.text]), section=p.section, part=p.part)


class _Reader:
    """Walks a part of the document."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles
        self._open = ""

    def blocks(self, parent: Any, section: str) -> Iterator[Paragraph]:
        """The paragraphs below an element; `section` is the heading before them."""
        for child in parent:
            if child.tag == W + "p":
                found = self._paragraph(child, section)
                section = found.section
                yield found
                for box in _boxes(child):
                    yield from self.blocks(box, section)
            elif child.tag == W + "tbl":
                yield from self._rows(child, section)
            elif not _is_left_out(child):
                yield from self.blocks(child, section)

    def _paragraph(self, node: Any, section: str) -> Paragraph:
        text = self._open + _text(node)
        self._open = ""
        if node.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self._open, text = text, ""  # its end was deleted: the next paragraph goes on
        if text and self._is_heading(node):
            section = words_of([text])
            return Paragraph(text=section, section=section, part=Part.HEADING)
        return Paragraph(text=text.strip(), section=section)

    def _is_heading(self, paragraph: Any) -> bool:
        level = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if level is not None and level.get(W + "val") != "9":
            return True
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        key = "" if style is None else str(style.get(W + "val") or "")
        return self._styles.get(key, key).lower().startswith(HEADINGS)

    def _rows(self, table: Any, section: str) -> Iterator[Paragraph]:
        """A table as one paragraph a row; rows with a speaker and words as speech."""
        rows = [
            [" ".join(p.text for p in self.blocks(cell, section) if p.text) for cell in cells]
            for cells in (list(_inside(row, W + "tc")) for row in _inside(table, W + "tr"))
        ]
        talk = spoken_rows(rows)
        for number, cells in enumerate(rows):
            said = talk.get(number) or spoken(cells)
            if said is not None:
                yield said
            elif any(cells):
                yield _row(cells, section)


def _row(cells: Sequence[str], section: str) -> Paragraph:
    words = words_of([" | ".join(cell for cell in cells if cell)])
    return Paragraph(text=words, section=section, part=Part.TABLE)


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, without those of tables within."""
    for child in parent:
        if child.tag == tag:
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag not in (W + "tbl", W + "tc") and not _is_left_out(child):
            yield from _inside(child, tag)


def _boxes(node: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, each once."""
    for child in node:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _boxes(child)


def _text(node: Any) -> str:
    """The words of a paragraph with its line breaks and tabs."""
    if _is_left_out(node) or _is_hidden(node):
        return ""
    if node.tag == W + "sym":
        return symbol(str(node.get(W + "font") or ""), str(node.get(W + "char") or ""))
    if node.tag in (W + "t", _MATHS):
        return node.text or ""
    if node.tag in _SIGNS:
        return _SIGNS[node.tag]
    return "".join(_text(child) for child in node)


def _is_left_out(node: Any) -> bool:
    """Whether an element is no part of the text, as what a form says where nobody has written."""
    return (
        not isinstance(node.tag, str)
        or node.tag in _SKIPPED
        or node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    )


def _is_hidden(run: Any) -> bool:
    """Whether a run's letters are set as hidden."""
    vanish = run.find(f"{W}rPr/{W}vanish") if run.tag == W + "r" else None
    return vanish is not None and vanish.get(W + "val") not in ("0", "false", "off")
