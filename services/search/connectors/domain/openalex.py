"""Works as OpenAlex gives them (https://developers.openalex.org/api-reference/works)."""

from services.search.connectors.domain.reading import Json, listed, number, objects, part, text
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from services.search.library.domain.retraction import RetractionFlag
from services.search.library.domain.values import author_of, doi_of, orcid_of, pmcid_of, pmid_of

KINDS = {"book": "book", "book-chapter": "chapter", "preprint": "preprint"}
LONGEST_ABSTRACT = 100_000


def work_id(work: Json) -> str:
    """`W123` of a work, or of its address; empty where there is none."""
    return text(work, "id").rpartition("/")[2]


def record_of(work: Json) -> SourceRecord:
    """A work as a source record; its own id is `W…`."""
    return SourceRecord(source="openalex", own_id=work_id(work) or None, bibliography=_read(work))


def _read(work: Json) -> Bibliography:
    pages = [text(work, "biblio", name) for name in ("first_page", "last_page")]
    return Bibliography(
        kind=KINDS.get(text(work, "type"), "article"),
        title=text(work, "title") or text(work, "display_name"),
        abstract=abstract_of(part(work, "abstract_inverted_index")),
        authors=tuple(_author(one) for one in objects(work, "authorships")),
        year=number(work, "publication_year"),
        journal=text(work, "primary_location", "source", "display_name"),
        volume=text(work, "biblio", "volume"),
        issue=text(work, "biblio", "issue"),
        pages="-".join(dict.fromkeys(page for page in pages if page)),
        language=text(work, "language"),
        doi=doi_of(text(work, "doi")),
        pmid=pmid_of(text(work, "ids", "pmid").rpartition("/")[2]),
        pmcid=_pmcid(work),
        keywords=tuple(text(one, "display_name") for one in objects(work, "keywords")),
        mesh=tuple(dict.fromkeys(text(one, "descriptor_name") for one in objects(work, "mesh"))),
        publication_types=("Retracted Publication",) if is_retracted(work) else (),
    )


def is_retracted(work: Json) -> bool | None:
    """What OpenAlex says; None where it does not say."""
    said = part(work, "is_retracted")
    return said if isinstance(said, bool) else None


def flags_of(work: Json) -> tuple[RetractionFlag, ...]:
    """A retraction, if OpenAlex says so; it names no notice."""
    return (
        (RetractionFlag(kind="retraction", citation="is_retracted"),) if is_retracted(work) else ()
    )


def references_of(work: Json) -> tuple[str, ...]:
    """The ids (`W…`) of what a work cites, as far as OpenAlex knows it."""
    found = (text(one).rpartition("/")[2] for one in listed(work, "referenced_works"))
    return tuple(dict.fromkeys(one for one in found if one))


def abstract_of(index: object) -> str:
    """An abstract from its inverted index (word to its places)."""
    if not isinstance(index, dict):
        return ""
    words = {
        place: word
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    }
    return text(" ".join(words[place] for place in sorted(words))[:LONGEST_ABSTRACT])


def _pmcid(work: Json) -> str | None:
    said = text(work, "ids", "pmcid").rpartition("/")[2]
    return pmcid_of(said if said.upper().startswith("PMC") else f"PMC{said}") if said else None


def _author(one: Json) -> Author:
    name = text(one, "raw_author_name") or text(one, "author", "display_name")
    read = author_of(name)
    orcid = orcid_of(text(one, "author", "orcid"))
    return Author(family=read.family, given=read.given, collective=read.collective, orcid=orcid)
