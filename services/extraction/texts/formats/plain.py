"""Plain text as paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.extraction.texts.formats.encodings import decoded, wide_encoding
from services.extraction.texts.formats.extracted import Extracted, Paragraph, UnreadableText
from services.extraction.texts.formats.speech import SENTENCE_ENDS, turns_of

_ENDS = (*SENTENCE_ENDS, ":", '"', "”", ")", "]")
"""With what a line ends where no sentence goes on."""


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
    turns = turns_of([(p.text, p) for p in paragraphs]) or _unwrapped(
        turns_of(
            [(line, Paragraph(text=line)) for line in map(str.strip, text.split("\n")) if line]
        )
    )
    if turns:
        return Extracted(kind="text", paragraphs=turns)
    return Extracted(kind="text", paragraphs=paragraphs)


def _unwrapped(turns: Sequence[Paragraph]) -> list[Paragraph]:
    """Turns whose sentences go on in the next line, each as one."""
    whole: list[Paragraph] = []
    for turn in turns:
        last = whole[-1] if whole else None
        if (
            last is not None
            and turn.speaker
            and (turn.speaker, turn.seconds) == (last.speaker, None)
            and not last.text.endswith(_ENDS)
        ):
            whole[-1] = replace(last, text=f"{last.text} {turn.text}")
        else:
            whole.append(turn)
    return whole
