"""RIS as a writer: what `ris.RisReader` reads back as the same bibliography."""

from collections.abc import Iterable, Iterator

from services.search.imports.domain.compose import compose
from services.search.imports.domain.restore import carried
from services.search.imports.formats.ris.tags import RIS
from services.search.library.domain.record import Bibliography
from services.search.library.domain.values import people_of

_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "conference": "CONF",
    "abstract": "ABST",
    "thesis": "THES",
    "report": "RPRT",
    "preprint": "UNPB",
    "dataset": "DATA",
    "web": "ELEC",
    "other": "GEN",
}
_TAGS = (
    ("TI", "title"),
    ("AB", "abstract"),
    ("JF", "journal"),
    ("VL", "volume"),
    ("IS", "issue"),
    ("PB", "publisher"),
    ("LA", "language"),
    ("DO", "doi"),
    ("PMID", "pmid"),
    ("PMCID", "pmcid"),
)
_LISTS = (("SN", "issns"), ("SN", "isbns"), ("KW", "keywords"), ("UR", "urls"))
_CARRIED = ("mesh", "publication_types", "trial_ids", "grants", "links", "references", "extra")


def write_ris(bibliographies: Iterable[Bibliography]) -> Iterator[str]:
    """One RIS record a bibliography. What RIS has no tag for rides in `N1` notes."""
    for bibliography in bibliographies:
        yield "".join(f"{tag}  - {value}\n" for tag, value in _pairs(bibliography)) + "ER  - \n\n"


def _pairs(one: Bibliography) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(one.kind, "GEN")
    for author in one.authors:
        yield "AU", author.name
    if one.year is not None:
        yield "PY", str(one.year)
    for tag, name in _TAGS:
        value = getattr(one, name)
        if value:
            yield tag, value
    yield from _pages(one.pages)
    for tag, name in _LISTS:
        for value in getattr(one, name):
            yield tag, value
    for note in carried(one, _lossy(one)):
        yield "N1", note


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    start, _, end = pages.partition("-")
    if start:
        yield "SP", start
    if end:
        yield "EP", end


def _lossy(one: Bibliography) -> tuple[str, ...]:
    """The fields that would not read back from their tags as they are."""
    names = list(_CARRIED)
    if one.kind not in _TYPES:
        names.append("kind")
    if tuple(read for author in one.authors for read in people_of(author.name)) != one.authors:
        names.append("authors")
    written: dict[str, list[str]] = {}
    for tag, name in _LISTS:
        written.setdefault(tag, []).extend(getattr(one, name))
    for tag, name in _TAGS:
        if getattr(one, name):
            written.setdefault(tag, []).append(getattr(one, name))
    for tag, value in _pages(one.pages):
        written[tag] = [value]
    again = compose(written, RIS)
    checked = ("pages", *(name for _, name in (*_TAGS, *_LISTS)))
    names += [name for name in checked if getattr(again, name) != getattr(one, name)]
    return tuple(dict.fromkeys(names))
