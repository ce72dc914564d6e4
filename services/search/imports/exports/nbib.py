"""PubMed's NBIB as a writer: what the NBIB reader reads back as the same bibliography."""

import textwrap
from collections.abc import Iterable, Iterator

from services.search.imports.domain.restore import carried
from services.search.imports.formats.nbib import bibliography_of
from services.search.library.domain.record import Author, Bibliography

_TAGS = (
    ("PMC", "pmcid"),
    ("DP", "year"),
    ("TI", "title"),
    ("AB", "abstract"),
    ("JT", "journal"),
    ("VI", "volume"),
    ("IP", "issue"),
    ("PG", "pages"),
    ("PB", "publisher"),
    ("LA", "language"),
)
_LISTS = (
    ("IS", "issns"),
    ("ISBN", "isbns"),
    ("OT", "keywords"),
    ("MH", "mesh"),
    ("PT", "publication_types"),
    ("GR", "grants"),
    ("URL", "urls"),
    ("RE", "references"),
)
_CARRIED = ("links", "trial_ids", "extra")
_WIDTH = 84


def write_nbib(bibliographies: Iterable[Bibliography]) -> Iterator[str]:
    """One NBIB record a bibliography. What it has no tag for rides in `GN` notes."""
    for bibliography in bibliographies:
        yield "".join(_line(tag, value) for tag, value in _pairs(bibliography)) + "\n"


def _line(tag: str, value: str) -> str:
    folded = textwrap.wrap(
        value, _WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return f"{tag:<4}- " + "\n      ".join(folded or [""]) + "\n"


def _pairs(one: Bibliography) -> Iterator[tuple[str, str]]:
    pairs = list(_native(one))
    yield from pairs
    for note in carried(one, _lossy(one, pairs)):
        yield "GN", note


def _native(one: Bibliography) -> Iterator[tuple[str, str]]:
    yield "PMID", one.pmid or ""
    for tag, name in _TAGS:
        if getattr(one, name):
            yield tag, str(getattr(one, name))
    if one.doi:
        yield "LID", f"{one.doi} [doi]"
    for author in one.authors:
        yield from _person(author)
    for tag, name in _LISTS:
        for value in getattr(one, name):
            yield tag, value


def _person(author: Author) -> Iterator[tuple[str, str]]:
    yield ("CN", author.collective) if author.collective else ("FAU", author.name)
    if author.orcid:
        yield "AUID", f"ORCID: {author.orcid}"
    for affiliation in author.affiliations:
        yield "AD", affiliation


def _lossy(one: Bibliography, pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    """The fields that would not read back from their tags as they are."""
    again = bibliography_of([(tag, value) for tag, value in pairs if value])
    names = [name for _, name in (*_TAGS, *_LISTS)]
    names += ["authors", "kind", "doi"]
    lost = [name for name in names if getattr(again, name) != getattr(one, name)]
    return tuple(dict.fromkeys((*_CARRIED, *lost)))
