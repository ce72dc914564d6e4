"""A document's text: normalised once, never changed, pointed into by code points.

Offsets are Unicode code points (Python indexes), end-exclusive. A passage is kept with its
quote and the characters around it (a W3C TextPosition and a TextQuote selector), so that a
pointer which no longer fits its text is noticed instead of believed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

KINDS = (
    *("literature", "policy", "workshop", "staff", "service_user", "carer"),
    *("interview", "audit", "evaluation", "note", "other"),
)
"""Suggested kinds of sources; a team may use words of its own."""

CONTEXT = 32
"""Code points kept on either side of a quote."""


class PassageMismatch(ValueError):
    """What a passage claims to quote is not what stands there in the text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a text: offsets in code points, the quote, and what stands around it."""

    start: int
    end: int
    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks in a transcript, as whom they count: participant, kind of source, case."""

    speaker: str
    participant: str
    kind: str = ""
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What people say of a document; `text`, `confidential`, `participant`, `speakers` or
    `retain_until` None leave what is stored; a `participant` "" is nobody.

    Without a `study_id` the document is a study of its own. `participant` is who speaks in all
    of it; `speakers` who speaks where in a transcript. `places` are the paragraphs of `text`.
    """

    document_id: str
    kind: str = "literature"
    title: str = ""
    record_id: str | None = None
    study_id: str = ""
    case_id: str | None = None
    confidential: bool | None = None
    opening_reason: str = ""
    year: int | None = None
    text: str | None = None
    participant: str | None = None
    speakers: tuple[Speaker, ...] | None = None
    retain_until: datetime | None = None
    places: Sequence[Mapping[str, Any]] | None = None


def normalise(text: str) -> str:
    r"""The one form in which a text is stored: NFC, `\n` as the only line end, no U+0000."""
    lines = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a normalised text in UTF-8: the identity of a text version."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def passage(text: str, start: int, end: int, quote: str) -> Passage:
    """The passage of `text` from `start` to `end`, with its context.

    Raises `PassageMismatch` where the offsets leave the text or the quote (normalised like
    the text) is not exactly what stands there; the message says where the quote does stand.
    """
    if not 0 <= start < end <= len(text):
        raise PassageMismatch(
            f"offsets {start} to {end} leave the text, which has {len(text)} code points; "
            "send 0 <= start < end <= length, in code points and end-exclusive"
        )
    stands = text[start:end]
    if stands != normalise(quote):
        raise PassageMismatch(
            f"the text has {_short(stands)} at {start} to {end}, not {_short(quote)}; "
            f"{_where(text, normalise(quote))}"
        )
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return Passage(start, end, stands, before, after)


def stands_in(text: str, place: Passage) -> bool:
    """Whether the passage, context included, stands in `text` where it says."""
    try:
        found = passage(text, place.start, place.end, place.quote)
    except PassageMismatch:
        return False
    return not place.before or (found.before, found.after) == (place.before, place.after)


def relocate(text: str, place: Passage) -> Passage | None:
    """The passage in another version of its text, or None where its quote does not stand there
    exactly once: then a person says which place is meant.
    """
    starts = occurrences(text, place.quote)
    if len(starts) != 1:
        return None
    return passage(text, starts[0], starts[0] + len(place.quote), place.quote)


def occurrences(text: str, quote: str) -> list[int]:
    """Every start (in code points) at which `quote` stands in `text`; none for an empty quote."""
    found: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def _where(text: str, quote: str) -> str:
    starts = occurrences(text, quote)
    if not starts:
        return "the quote stands nowhere in this version of the text; select the passage again"
    places = ", ".join(str(start) for start in starts[:5])
    return f"the quote starts at {places}; were offsets counted in UTF-16 units?"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
