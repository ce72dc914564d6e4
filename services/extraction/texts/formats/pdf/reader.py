"""The text of a PDF, page by page, through PDFium."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    Part,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.pdf.columns import body_and_notes, in_reading_order
from services.extraction.texts.formats.pdf.layout import (
    is_margin,
    paragraphs_of,
    repeated_margins,
    vocabulary,
    with_words_whole,
    without_line_numbers,
)
from services.extraction.texts.formats.pdf.lines import TextLine
from services.extraction.texts.formats.pdf.turning import UprightPage, upright_page

MOST_PAGES = 5_000
LONGEST_LABEL = 40
MAY_COPY = 1 << 4
"""Bit 5 of a PDF's permissions (ISO 32000-2, table 22)."""
SCAN = (
    "The file holds pictures of its pages and no text (a scan). Recognise its text with an OCR "
    "program and upload the result, or paste the text."
)

GARBLED = (
    "The letters of the file have no meaning outside its own fonts, so its text cannot be read. "
    "Recognise it with an OCR program and upload the result, or paste the text."
)

_PICTURE = "a picture; recognise its text with an OCR program and upload the result"
_OTHERS = {
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\x00": _PICTURE,
    b"MM\x00*": _PICTURE,
    b"PK\x03\x04": "a Word document or an archive; give it its own ending, as .docx, and upload it",
    b"{\\rtf": "RTF; save it as .docx and upload that, or paste the text",
}
"""What begins so is no PDF."""


def read_pdf(data: bytes, password: str | None = None) -> Extracted:
    """The paragraphs of a PDF; raises `UnreadableText` saying what to do instead."""
    document = _opened(data, password)
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise UnreadableText(
                f"The file has {count} pages; files of up to {MOST_PAGES} are read."
            )
        pages = [_page(document, number) for number in range(count)]
        warnings = _warnings(document, pages)
        labels = [_label(document, number) for number in range(count)]
        paragraphs = [replace(one, label=labels[(one.page or 1) - 1]) for one in _paragraphs(pages)]
        if all(paragraph.part is Part.MARGIN for paragraph in paragraphs):
            raise UnreadableText(SCAN)
        return Extracted(kind="pdf", paragraphs=paragraphs, pages=count, warnings=warnings)
    finally:
        document.close()


def _opened(data: bytes, password: str | None) -> pdfium.PdfDocument:
    if not data:
        raise UnreadableText("The file is empty (0 bytes); fetch it again.")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableText(f"The file is named as a PDF but is {_what(data)}.")
    try:
        document = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        raise UnreadableText(_why(str(error), password)) from None
    document.init_forms()
    return document


def _what(data: bytes) -> str:
    """What bytes are that are no PDF, and what to do instead."""
    known = next((what for begin, what in _OTHERS.items() if data.startswith(begin)), "")
    if known:
        return known
    if b"<" in data[:200]:
        page = "a web page, often a publisher's sign-in page"
        return f"{page}; sign in there and fetch the article again"
    return "something else; fetch the article again, or paste the text"


def _why(error: str, password: str | None) -> str:
    if "password" in error.lower():
        wrong = "The password does not open the file" if password else "The file needs a password"
        return f"{wrong}; give the password, upload an unprotected copy, or paste the text."
    return "The PDF is damaged and cannot be opened; fetch it again, or paste the text."


def _page(document: pdfium.PdfDocument, number: int) -> UprightPage:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return UprightPage()
    try:
        found = upright_page(page)
        return replace(found, lines=without_line_numbers(found.lines))
    finally:
        page.close()


def _label(document: pdfium.PdfDocument, number: int) -> str:
    """What the file calls a page, where that is not its number among all pages."""
    label = words_of([document.get_page_label(number)])
    return "" if label == str(number + 1) else label[:LONGEST_LABEL]


def _warnings(document: pdfium.PdfDocument, pages: Sequence[UprightPage]) -> list[str]:
    """What people should know: a scan is refused, pages without text and forbidden copying told."""
    empty = [number for number, page in enumerate(pages, start=1) if not page.lines]
    if len(empty) == len(pages):
        raise UnreadableText(SCAN)
    _refuse_garbled(pages)
    warnings = []
    if empty:
        listed = ", ".join(map(str, empty[:20]))
        more = f" and {len(empty) - 20} more" if len(empty) > 20 else ""
        warnings.append(f"No text on page {listed}{more}: perhaps pictures of text.")
    permissions = pdfium_c.FPDF_GetDocPermissions(document)
    if not permissions & MAY_COPY:
        warnings.append("The file's author forbids copying its text; check that you may use it.")
    return warnings


def _refuse_garbled(pages: Sequence[UprightPage]) -> None:
    """Raise `UnreadableText` where most letters have no meaning outside the file's own fonts."""
    signs = [sign for page in pages for line in page.lines for sign in line.text if sign != " "]
    strange = sum(1 for sign in signs if unicodedata.category(sign) in ("Co", "Cn", "Cc", "Cs"))
    if strange + signs.count("\ufffd") > len(signs) / 2:
        raise UnreadableText(GARBLED)


def _paragraphs(pages: Sequence[UprightPage]) -> Iterator[Paragraph]:
    repeated = repeated_margins([(page.lines, page.height) for page in pages])
    words = vocabulary([page.lines for page in pages])
    parts = [_parts(page, repeated) for page in pages]
    bodies = with_words_whole([body for body, _, _ in parts])
    for number, (body, (_, asides, margins)) in enumerate(zip(bodies, parts, strict=True), start=1):
        yield from paragraphs_of(body, number, words)
        for aside in asides:
            yield from paragraphs_of(aside, number, words)
        for line in margins:
            yield from paragraphs_of([line], number, words, Part.MARGIN)


def _parts(
    page: UprightPage, repeated: set[str]
) -> tuple[list[TextLine], list[list[TextLine]], list[TextLine]]:
    """The lines of a page that run on, its footnotes and turned lines, and its margins."""
    margins = [line for line in page.lines if is_margin(line, page.height, page.width, repeated)]
    aside = {id(line) for line in margins}
    rest = [line for line in page.lines if id(line) not in aside]
    straight = [line for line in rest if not line.angle]
    ordered = in_reading_order(straight, page.width)
    body, notes = body_and_notes(ordered, page.width)
    return body, [notes, *([line] for line in rest if line.angle)], margins
