"""What reading a file of a full text yields: paragraphs with their places, and what is odd."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.extraction.texts.domain import normalise


class Part(StrEnum):
    """What a paragraph is in its document."""

    BODY = "body"
    HEADING = "heading"
    QUOTE = "quote"
    TABLE = "table"
    MARGIN = "margin"  # a page's header or footer, or text along its edge
    ATTACHED = "attached"  # what stands after the article: decision letters, replies


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph: its words, page (from 1; None where there are none), section and speaker.

    `label` is what the file calls the page (iv, S12), where that is not its number; `seconds`
    when it was said, from the start of a recording.
    """

    text: str
    page: int | None = None
    label: str = ""
    section: str = ""
    speaker: str = ""
    seconds: float | None = None
    part: Part = Part.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphSpan:
    """Where a paragraph stands in the document's text: code points, end-exclusive."""

    start: int
    end: int
    paragraph: Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A full text: its paragraphs in reading order, number of pages, and warnings for people."""

    kind: str
    paragraphs: Sequence[Paragraph]
    pages: int = 0
    warnings: Sequence[str] = field(default=())

    def speakers(self) -> list[str]:
        """Everybody who speaks, in order of their first words."""
        return list(dict.fromkeys(p.speaker for p in self.paragraphs if p.speaker))

    def text(self) -> tuple[str, list[ParagraphSpan]]:
        """The document's text, normalised, and the place of every paragraph in it.

        Paragraphs are parted by an empty line; margins of pages are left out.
        """
        pieces: list[str] = []
        places: list[ParagraphSpan] = []
        at = 0
        for paragraph in self.paragraphs:
            words = normalise(paragraph.text)
            if paragraph.part is Part.MARGIN or not words:
                continue
            if pieces:
                pieces.append("\n\n")
                at += 2
            pieces.append(words)
            places.append(ParagraphSpan(start=at, end=at + len(words), paragraph=paragraph))
            at += len(words)
        return "".join(pieces), places

    def page_texts(self) -> list[str]:
        """The text of each page, margins last; one text where there are no pages."""
        if not self.pages:
            return ["\n\n".join(p.text for p in self.paragraphs)]
        return [
            "\n\n".join(
                p.text
                for p in sorted(
                    (p for p in self.paragraphs if p.page == number),
                    key=lambda p: p.part is Part.MARGIN,
                )
            )
            for number in range(1, self.pages + 1)
        ]


class UnreadableText(ValueError):
    """A file from which no text can be taken; the message says why and what to do instead."""


_FORMS = (*range(0xFB00, 0xFB07), *range(0xFB1D, 0xFDFE), *range(0xFE70, 0xFEFD))
"""Latin ligatures, Hebrew and Arabic presentation forms."""
LETTERS = {
    sign: letters
    for sign in map(chr, _FORMS)
    if (letters := unicodedata.normalize("NFKC", sign).lstrip(" ")) not in ("", sign)
}
"""Letters by the forms in which fonts show them: ligatures, beginnings, ends, marks alone."""
_FOLD = str.maketrans(
    {**LETTERS, "\u00a0": " ", "\u2009": " ", "\u202f": " "}
    | dict.fromkeys(("\u00ad", "\u200b", "\u2060", "\ufeff"), None)
)
"""How signs are written: odd spaces as usual ones, not signs that nobody sees."""


def words_of(pieces: Iterable[str]) -> str:
    """Pieces of one paragraph as one line: ligatures as letters, odd spaces as single ones."""
    return " ".join("".join(pieces).translate(_FOLD).split())
