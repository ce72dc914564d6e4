"""What people wrote into the fields of a PDF's form, as lines where the fields stand."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.extraction.texts.formats.pdf.lines import TextLine

WRITTEN = (
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
)
"""Kinds of fields that hold words; ticks and signatures hold none."""


def fields_of(page: pdfium.PdfPage) -> list[TextLine]:
    """What is written into the fields of a page, in the order of the form."""
    return list(_fields(page))


def with_fields(lines: Sequence[TextLine], fields: Sequence[TextLine]) -> list[TextLine]:
    """The lines of a page with those of its fields, each after the line it stands beside."""
    merged = list(lines)
    for field in fields:
        if any(line.text == field.text and _covers(field, line) for line in lines):
            continue
        at = _place(field, merged)
        beside = merged[at - 1] if at else field
        merged.insert(at, replace(field, size=beside.size, angle=beside.angle))
    return merged


def _covers(field: TextLine, line: TextLine) -> bool:
    """Whether a line stands in the field's box: written into the page as well."""
    return (
        field.left - 2 <= line.left <= field.right and field.bottom - 2 <= line.bottom <= field.top
    )


def _place(field: TextLine, lines: Sequence[TextLine]) -> int:
    """Behind the lowest line that stands above the field, or in its row to the left of it."""
    middle = (field.bottom + field.top) / 2
    before = [
        (line.bottom, -line.right, -number)
        for number, line in enumerate(lines)
        if line.bottom > middle or (line.top > middle and line.left <= field.left)
    ]
    return 1 - min(before)[2] if before else 0


def _fields(page: pdfium.PdfPage) -> Iterator[TextLine]:
    form = page.formenv
    if form is None:
        return
    for number in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            if pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation) in WRITTEN:
                yield from _line(annotation, _value(form, annotation))
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _line(annotation: object, value: str) -> Iterator[TextLine]:
    box = pdfium_c.FS_RECTF()
    words = " ".join(value.split())
    if not words or not pdfium_c.FPDFAnnot_GetRect(annotation, box):
        return
    low, high = sorted((box.bottom, box.top))
    yield TextLine(
        text=words, left=box.left, right=box.right, bottom=low, top=high, size=high - low, angle=0
    )


def _value(form: object, annotation: object) -> str:
    """The field's value, which PDFium gives in UTF-16 with a closing zero."""
    size = pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    buffer = ctypes.create_string_buffer(size)
    given = ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR))
    pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, given, size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")
