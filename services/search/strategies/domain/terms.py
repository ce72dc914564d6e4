"""One search term taken apart: its words, its field, whether it is a heading, how near they stand.

Terms are written as people write them for PubMed, which is the review's own dialect:
`smok*`, `"dual diagnosis"`, `"Smoking"[mh]`, `"primary care team"[tiab:~3]`, `Smith J[au]`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from services.search.living.domain.strategy import QUOTES

Field = Literal[
    "text",
    "words",
    "any",
    "title",
    "abstract",
    "heading",
    "author",
    "type",
    "language",
    "affiliation",
    "journal",
    "date",
    "other",
]
"""`words` are PubMed's text words, in more than title and abstract; `any` is any field."""

_TAG = re.compile(r"\s*\[([^\[\]:]+)(?::\s*(~?\w+))?\]\s*$")
_FIELDS: dict[str, Field] = {
    **dict.fromkeys(("tiab", "title/abstract"), "text"),
    **dict.fromkeys(("tw", "text word", "text words", "word"), "words"),
    **dict.fromkeys(("all", "all fields"), "any"),
    **dict.fromkeys(("ti", "title"), "title"),
    **dict.fromkeys(("ab", "abstract"), "abstract"),
    **dict.fromkeys(("mh", "mesh", "mesh terms", "majr", "mesh major topic"), "heading"),
    **dict.fromkeys(("au", "author", "1au", "fau"), "author"),
    **dict.fromkeys(("pt", "publication type", "ptyp"), "type"),
    **dict.fromkeys(("ad", "affiliation"), "affiliation"),
    **dict.fromkeys(("ta", "jour", "journal"), "journal"),
    **dict.fromkeys(("la", "lang", "language"), "language"),
    **dict.fromkeys(("dp", "pdat", "date - publication", "publication date"), "date"),
}


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A term: its words in order, where it is looked for, and what its tag said.

    `near`: at most so many words may stand between (None: a phrase). `exploded`:
    a heading with everything below it. `tag` is the tag as written, "" without;
    `written` is the whole term.
    """

    words: tuple[str, ...]
    field: Field = "text"
    near: int | None = None
    exploded: bool = False
    major: bool = False
    tag: str = ""
    written: str = ""

    @property
    def text(self) -> str:
        """The words with single blanks."""
        return " ".join(self.words)


def read_term(text: str) -> SearchTerm:
    """A term as written for PubMed; without a tag it is looked for in title and abstract."""
    text = text.translate(QUOTES)
    found = _TAG.search(text)
    body = (text[: found.start()] if found else text).strip().strip('"')
    words = tuple(body.replace('"', " ").split())
    if found is None:
        return SearchTerm(words, written=text)
    tag, more = found[1].strip().lower(), found[2] or ""
    apart = more[1:] if more.startswith("~") else ""
    near = int(apart) if apart.isdecimal() and len(apart) < 10 else None
    return SearchTerm(
        words,
        _FIELDS.get(tag, "other"),
        near,
        exploded=more.lower() != "noexp",
        major=tag.startswith(("majr", "mesh major")),
        tag=found[0].strip(),
        written=text,
    )
