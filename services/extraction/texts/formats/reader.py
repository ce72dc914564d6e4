"""Reading a full text: the kind is told by the bytes first, by the name second."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath

from services.extraction.texts.formats.docx.reader import read_docx
from services.extraction.texts.formats.extracted import Extracted, UnreadableText
from services.extraction.texts.formats.html import read_html
from services.extraction.texts.formats.jats import read_jats
from services.extraction.texts.formats.pdf.reader import read_pdf
from services.extraction.texts.formats.plain import read_plain
from services.extraction.texts.formats.vtt import read_vtt
from services.extraction.texts.formats.web_archive import is_archive

READERS: Mapping[str, Callable[[bytes], Extracted]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "html": read_html,
    "jats": read_jats,
    "vtt": read_vtt,
    "text": read_plain,
}
OFFICE_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old Word files begin, and new ones that have a password."""
_OF_JATS = (b"<front", b"-meta>", b"jats", b"nlm", b"article-type")
"""What a web page that begins with `<article>` lacks."""
_SUBRIP = re.compile(rb"\d+\r?\n\d{1,2}:\d{2}:\d{2},\d{1,3} --> ")
"""How captions of SubRip begin."""
_SUFFIXES = {".pdf": "pdf", ".docx": "docx", ".vtt": "vtt", ".srt": "vtt"} | {
    ".htm": "html", ".html": "html", ".xhtml": "html", ".mht": "html", ".mhtml": "html",
    ".txt": "text", ".md": "text",
    ".xml": "jats", ".nxml": "jats", ".jats": "jats",
}  # fmt: skip


def kind_of(data: bytes, name: str) -> str:
    """`pdf`, `docx`, `html`, `jats`, `vtt` or `text`.

    A file named .pdf that is none stays `pdf`, so that the reader can say what it is.
    """
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = _SUFFIXES.get(PurePath(name).suffix.lower(), "")
    if head.startswith(b"%PDF-") or named == "pdf":
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if head.startswith(b"WEBVTT") or named == "vtt" or _SUBRIP.match(head):
        return "vtt"
    if is_archive(data):
        return "html"
    if head.startswith(b"<"):
        return _markup(head.lower(), named)
    return "text" if named in ("", "docx") else named


def _markup(head: bytes, named: str) -> str:
    if b"<article" in head and b"<html" not in head:
        is_page = named == "html" and not any(mark in head for mark in _OF_JATS)
        return "html" if is_page else "jats"
    if b"<html" in head or b"<!doctype html" in head:
        return "html"
    return named or "html"


def read_full_text(data: bytes, name: str) -> Extracted:
    """The text of a file; raises `UnreadableText` saying why there is none and what to do."""
    kind = kind_of(data, name)
    if not data:
        raise UnreadableText("The file is empty (0 bytes); fetch it again.")
    if data.startswith(OFFICE_97):
        raise UnreadableText(
            "The file is a Word file that has a password or is in the old format .doc; save it "
            "as .docx without a password and upload that, or paste the text."
        )
    return READERS[kind](data)
