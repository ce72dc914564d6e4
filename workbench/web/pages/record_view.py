"""A record as the screening page shows it: paragraphs, and terms to be marked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_HEADS = (
    "Background|Introduction|Objectives?|Aims?|Purpose|Design|Setting|Participants|Methods?|"
    "Interventions?|Results?|Findings|Discussion|Conclusions?|Interpretation|Implications"
)
_HEADED = re.compile(rf"(?:^|(?<=[.?!])\s+|\n)({_HEADS}):\s*", re.IGNORECASE)


def paragraphs(abstract: str) -> list[tuple[str, str]]:
    """The abstract as (heading, text); the heading is empty where there is none.

    Splits at line breaks and at the usual headings ("Methods: ...") at the
    start of a sentence; no word is lost. Takes time in proportion to the text.
    """
    pieces = _HEADED.split(abstract.strip())
    found = [("", part) for part in pieces[0].split("\n")]
    found += [
        (head.capitalize() if index == 0 else "", part)
        for head, text in zip(pieces[1::2], pieces[2::2], strict=True)
        for index, part in enumerate(text.split("\n"))
    ]
    return [(head, text.strip()) for head, text in found if head or text.strip()]


def marked(text: str, terms: Sequence[str]) -> Markup:
    """The text with every word that begins with one of `terms` marked, safe for a page."""
    words = {term.strip().rstrip("*") for term in terms}
    stems = sorted(words - {""}, key=len, reverse=True)
    if not stems:
        return escape(text)
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(s) for s in stems)})\w*", re.IGNORECASE)
    parts, at = [], 0
    for hit in pattern.finditer(text):
        parts += [escape(text[at : hit.start()]), Markup("<mark>{}</mark>").format(hit.group())]
        at = hit.end()
    return Markup("").join([*parts, escape(text[at:])])


def title_of(record: Mapping[str, Any]) -> str:
    """The title, or the label of a record whose report gives none."""
    return str(record["title"] or record["label"] or "Title not given in the report")


def byline(record: Mapping[str, Any]) -> str:
    """First authors, journal and year."""
    authors = list(record.get("authors") or ())
    names = "; ".join(authors[:3]) + ("; et al." if len(authors) > 3 else "")
    place = ", ".join(str(p) for p in (record.get("journal"), record.get("year")) if p)
    return ". ".join(part for part in (names.rstrip("."), place) if part)


def reasons(body: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """(id, words) of every reason to exclude, from a stage's criteria as screening gives them.

    An inclusion criterion excludes when it is not met.
    """
    return [
        (c["id"], c["text"] if c["kind"] == "exclude" else f"Not met: {c['text']}")
        for c in (body or {}).get("criteria", [])
    ]
