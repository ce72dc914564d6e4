"""The text of a PDF, page by page, through PDFium."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.extracted import Extracted, Paragraph, Part, UnreadableText
from services.extraction.texts.formats.pdf.layout import (
    in_reading_order,
    is_margin,
    paragraphs_of,
    repeated_margins,
    vocabulary,
    without_line_numbers,
)
from services.extraction.texts.formats.pdf.lines import Line, lines_of

MOST_PAGES = 5_000
MAY_COPY = 1 << 4
"""Bit 5 of a PDF's permissions (ISO 32000-2, table 22)."""
SCAN = (
    "The file holds pictures of its pages and no text (a scan). Recognise its text with an OCR "
    "program and upload the result, or paste the text."
)


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
        return Extracted(
            kind="pdf",
            paragraphs=list(_paragraphs(pages)),
            pages=count,
            warnings=warnings,
        )
    finally:
        document.close()


def _opened(data: bytes, password: str | None) -> pdfium.PdfDocument:
    if not data:
        raise UnreadableText("The file is empty (0 bytes); fetch it again.")
    if b"%PDF-" not in data[:1024]:
        what = "a web page" if b"<" in data[:200] else "something else"
        raise UnreadableText(
            f"The file is named as a PDF but is {what}, often a publisher's sign-in page; "
            "sign in there and fetch the article again."
        )
    try:
        return pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        raise UnreadableText(_why(str(error), password)) from None


def _why(error: str, password: str | None) -> str:
    if "password" in error.lower():
        wrong = "The password does not open the file" if password else "The file needs a password"
        return f"{wrong}; give the password, upload an unprotected copy, or paste the text."
    return "The PDF is damaged and cannot be opened; fetch it again, or paste the text."


Page = tuple[list[Line], float, float]
"""Lines, height and width in points."""


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return [], 0.0, 0.0
    try:
        width, height = page.get_size()
        return without_line_numbers(lines_of(page)), height, width
    finally:
        page.close()


def _warnings(document: pdfium.PdfDocument, pages: Sequence[Page]) -> list[str]:
    """What people should know: a scan is refused, pages without text and forbidden copying told."""
    empty = [number for number, (lines, _, _) in enumerate(pages, start=1) if not lines]
    if len(empty) == len(pages):
        raise UnreadableText(SCAN)
    warnings = []
    if empty:
        listed = ", ".join(map(str, empty[:20]))
        warnings.append(f"No text on page {listed}: perhaps pictures of text.")
    permissions = pdfium_c.FPDF_GetDocPermissions(document)
    if not permissions & MAY_COPY:
        warnings.append("The file's author forbids copying its text; check that you may use it.")
    return warnings


def _paragraphs(pages: Sequence[Page]) -> Iterator[Paragraph]:
    repeated = repeated_margins([(lines, height) for lines, height, _ in pages])
    words = vocabulary([lines for lines, _, _ in pages])
    for number, (lines, height, width) in enumerate(pages, start=1):
        upright = _usual_angle(lines)
        margins = [line for line in lines if is_margin(line, height, repeated, upright)]
        aside = set(map(id, margins))
        body = [line for line in lines if id(line) not in aside]
        yield from paragraphs_of(in_reading_order(body, width), number, words)
        for line in margins:
            yield from paragraphs_of([line], number, words, Part.MARGIN)


def _usual_angle(lines: Sequence[Line]) -> int:
    letters: Counter[int] = Counter()
    for line in lines:
        letters[line.angle] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0
