"""Which record a file reports: told by its DOI, its title, or its author and year.

What is found is proposed; a person confirms it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from rapidfuzz import fuzz

MOST_PROPOSALS = 5
HEAD = 6000
"""Characters of a file's beginning in which its own DOI, title and authors are looked for."""
SHORTEST_TITLE = 20
"""Letters of a title that are enough to tell it from other words."""
ALIKE = 90.0
BY = ("doi", "title", "author_year")
DOI, TITLE, AUTHOR_YEAR = BY
CERTAINTY = {DOI: 100, TITLE: 95, AUTHOR_YEAR: 60}
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>{}|\\^`]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that a file may be the text of."""

    document_id: str
    title: str = ""
    doi: str | None = None
    authors: Sequence[str] = ()
    year: int | None = None
    has_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A document that a file seems to be the text of; `by` says how it was told."""

    document_id: str
    by: str
    certainty: int


def proposals(name: str, head: str, candidates: Iterable[Candidate]) -> list[Proposal]:
    """The documents that a file seems to report, the most certain first, at most five.

    `name` is the file's, `head` the beginning of its text. Of documents told equally well
    those without a text come first.
    """
    told = _Told.of(name, head[:HEAD])
    found = [(one, told.by(one)) for one in candidates]
    ranked = sorted(
        ((one, by) for one, by in found if by is not None),
        key=lambda pair: (-CERTAINTY[pair[1]], pair[0].has_text, pair[0].document_id),
    )
    return [
        Proposal(document_id=one.document_id, by=by, certainty=CERTAINTY[by])
        for one, by in ranked[:MOST_PROPOSALS]
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file says of itself."""

    dois: frozenset[str]
    head: str
    name: str
    words: frozenset[str]
    years: frozenset[int]

    @classmethod
    def of(cls, name: str, head: str) -> "_Told":
        stem = unquote(name.rpartition(".")[0] or name)
        said = f"{_as_doi(stem)}\n{head}"
        return cls(
            dois=frozenset(_bare(found) for found in _DOI.findall(said)),
            head=_letters(head),
            name=_letters(stem),
            words=frozenset(_words(stem)),
            years=frozenset(int(year) for year in _YEAR.findall(stem.replace("_", " "))),
        )

    def by(self, one: Candidate) -> str | None:
        if one.doi and _bare(one.doi) in self.dois:
            return DOI
        title = _letters(one.title)
        if len(title) >= SHORTEST_TITLE and (title in self.head or _alike(title, self.name)):
            return TITLE
        if self._names_author_and_year(one):
            return AUTHOR_YEAR
        return None

    def _names_author_and_year(self, one: Candidate) -> bool:
        if one.year is None or one.year not in self.years or not one.authors:
            return False
        surname = _words(_surname(one.authors[0]))
        return bool(surname) and self.words.issuperset(surname)


def _alike(title: str, name: str) -> bool:
    """Whether a file's name is the title, perhaps cut off or with a year before it."""
    if len(name) < SHORTEST_TITLE:
        return False
    return fuzz.partial_ratio(title, name) >= ALIKE


def _as_doi(stem: str) -> str:
    """A file's name in which `_` or `-` stands for the slash of a DOI."""
    return re.sub(r"(10\.\d{4,9})[_-]", r"\1/", stem)


def _bare(doi: str) -> str:
    """A DOI as it is compared: lower case, without what ends a sentence."""
    return doi.lower().rstrip(".,;:)]")


def _surname(author: str) -> str:
    return author.partition(",")[0] if "," in author else _before_initials(author)


def _before_initials(author: str) -> str:
    """`van Dijk` of `van Dijk A B`, `Smith` of `John Smith`."""
    parts = author.split()
    while len(parts) > 1 and re.fullmatch(r"[A-Z]{1,3}\.?", parts[-1]):
        parts.pop()
        if not re.fullmatch(r"[A-Z]{1,3}\.?", parts[-1]):
            return " ".join(parts)
    return parts[-1] if parts else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", _plain(text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _plain(text))


def _plain(text: str) -> str:
    """Without accents, ligatures and case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
