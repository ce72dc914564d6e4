"""Plain text as paragraphs."""

import re

from services.extraction.texts.formats.extracted import Extracted, Paragraph, UnreadableText

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 where its mark stands first, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_plain(data: bytes) -> Extracted:
    """Paragraphs between empty lines; raises `UnreadableText` for bytes that are no text."""
    if b"\x00" in data[:1024] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableText("The file is no text; upload a PDF, DOCX, HTML, JATS XML or VTT file.")
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    pieces = [piece.strip() for piece in re.split(r"\n[ \t]*\n", text)]
    paragraphs = [Paragraph(text=piece) for piece in pieces if piece]
    if not paragraphs:
        raise UnreadableText("The file is empty; upload another copy, or paste the text.")
    return Extracted(kind="text", paragraphs=paragraphs)
