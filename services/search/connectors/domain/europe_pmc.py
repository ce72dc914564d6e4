"""Articles as Europe PMC gives them (https://europepmc.org/RestfulWebService, all fields)."""

from services.search.connectors.domain.reading import Json, objects, text, texts
from services.search.library.domain.record import Author, Bibliography, Link, SourceRecord
from services.search.library.domain.values import (
    author_of,
    doi_of,
    issns_of,
    orcid_of,
    people_of,
    pmcid_of,
    pmid_of,
    year_of,
)

MEDLINE = "MED"


def own_id(article: Json) -> str:
    """`MED:123`, as Europe PMC names an article: its source and its id there."""
    source, number = text(article, "source"), text(article, "id")
    return f"{source}:{number}" if source and number else ""


def record_of(article: Json) -> SourceRecord:
    """An article as a source record; also one from a list of citations or references."""
    return SourceRecord(
        source="europe_pmc", own_id=own_id(article) or None, bibliography=bibliography_of(article)
    )


def bibliography_of(article: Json) -> Bibliography:
    """What Europe PMC says of an article."""
    journal = text(article, "journalInfo", "journal", "title")
    issns = [text(article, "journalInfo", "journal", name) for name in ("issn", "essn")]
    return Bibliography(
        title=text(article, "title").rstrip("."),
        abstract=text(article, "abstractText"),
        authors=_authors(article),
        year=year_of(text(article, "journalInfo", "yearOfPublication") or text(article, "pubYear")),
        journal=journal or text(article, "journalAbbreviation"),
        volume=text(article, "journalInfo", "volume") or text(article, "volume"),
        issue=text(article, "journalInfo", "issue") or text(article, "issue"),
        pages=text(article, "pageInfo"),
        language=text(article, "language"),
        doi=doi_of(text(article, "doi")),
        pmid=_pmid(article),
        pmcid=pmcid_of(text(article, "pmcid")),
        issns=issns_of(" ".join(filter(None, issns))),
        keywords=texts(article, "keywordList", "keyword"),
        mesh=tuple(
            text(one, "descriptorName")
            for one in objects(article, "meshHeadingList", "meshHeading")
        ),
        publication_types=texts(article, "pubTypeList", "pubType"),
        links=tuple(
            _link(one) for one in objects(article, "commentCorrectionList", "commentCorrection")
        ),
    )


def _pmid(article: Json) -> str | None:
    if text(article, "pmid"):
        return pmid_of(text(article, "pmid"))
    return pmid_of(text(article, "id")) if text(article, "source") == MEDLINE else None


def _authors(article: Json) -> tuple[Author, ...]:
    found = objects(article, "authorList", "author")
    if found:
        return tuple(_author(one) for one in found)
    names = [one.strip() for one in text(article, "authorString").rstrip(".").split(",")]
    return tuple(person for one in names if one for person in people_of(one))


def _author(one: Json) -> Author:
    if text(one, "collectiveName"):
        return Author(collective=text(one, "collectiveName"))
    family, given = text(one, "lastName"), text(one, "firstName") or text(one, "initials")
    if not family:
        return author_of(text(one, "fullName"))
    return Author(family=family, given=given, orcid=orcid_of(text(one, "authorId", "value")))


def _link(one: Json) -> Link:
    """`Retraction in` is PubMed's `RetractionIn`, and so are the others."""
    kind = "".join(word.capitalize() for word in text(one, "type").split())
    kind = kind.replace("RetractedAnd", "Retractedand").replace("CorrectedAnd", "Correctedand")
    return Link(
        kind=kind,
        pmid=pmid_of(text(one, "id")) if text(one, "source") == MEDLINE else None,
        citation=text(one, "reference"),
        note=text(one, "note"),
    )
