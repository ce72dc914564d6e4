"""Plain text as paragraphs."""

import re

from services.extraction.texts.formats.encodings import decoded, wide_encoding
from services.extraction.texts.formats.extracted import Extracted, Paragraph, UnreadableText
from services.extraction.texts.formats.speech import turns_of


def read_plain(data: bytes) -> Extracted:
    """Paragraphs between empty lines, or the turns of a transcript; raises `UnreadableText` for
    bytes that are no text.
    """
    if data.startswith(b"{\\rtf"):
        raise UnreadableText(
            "The file is RTF; save it as .docx and upload that, or paste the text."
        )
    if b"\x00" in data[:1024] and not wide_encoding(data):
        raise UnreadableText("The file is no text; upload a PDF, DOCX, HTML, JATS XML or VTT file.")
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    pieces = [piece.strip() for piece in re.split(r"\n[ \t]*\n", text)]
    paragraphs = [Paragraph(text=piece) for piece in pieces if piece]
    if not paragraphs:
        raise UnreadableText("The file is empty; upload another copy, or paste the text.")
    turns = turns_of([(p.text, p) for p in paragraphs]) or turns_of(
        [(line, Paragraph(text=line)) for line in map(str.strip, text.split("\n")) if line]
    )
    if turns:
        return Extracted(kind="text", paragraphs=turns)
    return Extracted(kind="text", paragraphs=paragraphs)
