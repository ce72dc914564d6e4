"""What comparison needs of one source record, computed once and kept beside it."""

from functools import lru_cache
from hashlib import blake2b

import msgspec

from services.search.library.domain.dedup import identifiers, journals, locators, names, titles
from services.search.library.domain.dedup.citation import repaired
from services.search.library.domain.dedup.text import plain, words
from services.search.library.domain.record import Bibliography

ABSTRACT_HEAD = 160
BRIEF = 20  # letters of a title
_MEETING = frozenset({"meeting abstract", "conference abstract", "congress", "abstract"})
_TYPES = (
    ("retraction of publication", "retraction"),
    ("retraction notice", "retraction"),
    ("expression of concern", "concern"),
    ("erratum", "erratum"),
    ("corrigendum", "erratum"),
    ("correction", "erratum"),
    ("comment", "comment"),
)


class Features(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One source record folded for comparison; see `normalise`.

    `year` 0 and "" elsewhere mean unknown. `doi` is without the punctuation after
    its prefix. `registration`: the number of the trial register's entry that the
    record is. `meeting`: the source calls it a
    conference abstract, or its pages, issue or journal look like one.
    """

    doi: str = ""
    pmid: str = ""
    title: str = ""
    notice: str = ""
    parts: tuple[str, ...] = ()
    digits: str = ""
    generic: bool = False
    authors: tuple[str, ...] = ()
    givens: tuple[str, ...] = ()
    initial: str = ""
    year: int = 0
    volume: str = ""
    issue: str = ""
    first: str = ""
    last: str = ""
    journal: str = ""
    issns: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    meeting: bool = False
    supplement: bool = False
    kind: str = ""
    abstract: str = ""
    registration: str = ""

    @property
    def squeezed(self) -> str:
        """The title without blanks: `follow-up` and `followup` agree."""
        return self.title.replace(" ", "")

    @property
    def brief(self) -> bool:
        """Is the title so short that others may well have it (`Anxious interactions`)?"""
        return len(self.squeezed) < BRIEF

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that equal features share."""
        return blake2b(self.encode(), digest_size=8).hexdigest()

    def encode(self) -> bytes:
        """MessagePack bytes, for a store."""
        return _ENCODER.encode(self)

    @staticmethod
    def decode(data: bytes) -> "Features":
        """The features that `encode` wrote; raises `msgspec.DecodeError` on other bytes.

        Bytes of earlier versions hold a registry number where `pmid` is.
        """
        found = _DECODER.decode(data)
        if found.pmid and not found.pmid.isdecimal():
            return msgspec.structs.replace(found, pmid="", registration=found.pmid)
        return found


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Features)


VERSION = 2
"""Of the rules by which `normalise` and `candidate_keys` read a record. Raise it with every change
of theirs: what was read by other rules is then read anew when the service starts.
"""


def normalise(source: Bibliography) -> Features:
    """Fold a bibliography into the values that `compare` and `candidate_keys` read."""
    meeting = _called_meeting(source)
    source = repaired(source)
    title = titles.fold(source.title)
    people = tuple(names.people(source.authors))
    volume = locators.volume(source.volume, source.issue)
    pages = locators.pages(source.pages or _article_number(source))
    return Features(
        doi=identifiers.folded_doi(source.doi),
        pmid=identifiers.pmid(source.pmid),
        title=title.text,
        notice=title.notice or _typed(source),
        parts=title.parts,
        digits=title.digits,
        generic=title.generic,
        authors=names.families(people),
        givens=names.givens(people),
        initial=names.initial(people),
        year=source.year or 0,
        volume=volume.number,
        issue=volume.issue,
        first=pages.first,
        last=pages.last,
        journal=journals.journal(source.journal),
        issns=identifiers.issns(source.issns),
        isbns=identifiers.isbns(source.isbns),
        meeting=meeting or _single_abstract(pages),
        supplement=_supplementary(source, volume, pages),
        kind=source.kind,
        abstract=_head(source.abstract),
        registration=identifiers.registration(source),
    )


def _article_number(source: Bibliography) -> str:
    """Ovid's `10 (11) (no pagination)` has the article number where the issue should be."""
    return source.issue if "(" in source.volume and "pagination" in source.volume else ""


def _typed(source: Bibliography) -> str:
    """The notice that publication types or an abstract declare, when the title does not.

    PubMed's `Published Erratum`; PsycInfo's `Reports an error in ...`.
    """
    for raw in source.publication_types:
        lowered = raw.lower()
        for mark, notice in _TYPES:
            if mark in lowered:
                return notice
    start = source.abstract[:40].lower()
    if start.startswith("reports an error"):
        return "erratum"
    return "retraction" if start.startswith("reports the retraction") else ""


def _called_meeting(source: Bibliography) -> bool:
    """Does the source itself, its journal, issue or volume say `conference abstract`?"""
    if any(t.lower() in _MEETING for t in source.publication_types):
        return True
    return _gathering(source.journal) or _gathering(f"{source.issue} {source.volume}")


@lru_cache(maxsize=65536)
def _gathering(text: str) -> bool:
    told = text.lower()
    if "conference:" in told or "meeting" in told:
        return True
    return "abstract" in told and "disser" not in told


def _single_abstract(pages: locators.Pages) -> bool:
    """`S45`, `A12-A13`: an abstract; `S417-S429` is an article of a supplement."""
    letter, number = pages.first[:1], pages.first[1:]
    if letter not in {"a", "s"} or not number.isdecimal():
        return False
    if not pages.last:
        return letter == "s" or len(number) < 4
    return int(pages.last) - int(number) <= 1


def _supplementary(source: Bibliography, volume: locators.Volume, pages: locators.Pages) -> bool:
    """A supplement by its volume or issue, its journal's name, or pages like `S417-S429`."""
    if volume.supplement or "supplement" in source.journal.lower():
        return True
    return pages.first[:1] == "s" or source.pages[:4].lower() == "supp"


def _head(abstract: str) -> str:
    """The first 160 letters and digits of the abstract."""
    return "".join(words(plain(abstract[: ABSTRACT_HEAD * 2])))[:ABSTRACT_HEAD] if abstract else ""
