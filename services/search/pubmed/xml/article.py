"""One `PubmedArticle` element as an `Article`."""

from collections.abc import Iterator
from datetime import date

from services.search.library.domain.record import Bibliography, Link, SourceRecord
from services.search.pubmed.domain.answers import Article
from services.search.pubmed.xml.extra import extra_of, trial_ids_of
from services.search.pubmed.xml.people import authors
from services.search.pubmed.xml.references import read_references
from services.search.pubmed.xml.text import (
    Element,
    Parts,
    abstract_of,
    attribute,
    children,
    day,
    doi,
    first,
    text,
    whole,
    year_in,
)


def read(element: Element) -> Article:
    """The article below a `PubmedArticle` element, with every field the review uses."""
    citation = first(element, "MedlineCitation")
    data = _parts(first(element, "PubmedData"))
    about = _parts(citation)
    article = _parts(about.get("Article"))
    pmid = about.get("PMID")
    history = dates(data.get("History"))
    references, referred = _references(data)
    links = tuple(_links(about))
    own_id = text(pmid) or None
    return Article(
        record=SourceRecord(
            source="pubmed",
            own_id=own_id,
            bibliography=_bibliography(own_id, about, article, data, history, links, references),
        ),
        version=whole(attribute(pmid, "Version", "1"), 1) if pmid is not None else 1,
        version_date="" if citation is None else attribute(citation, "VersionDate"),
        status="" if citation is None else attribute(citation, "Status"),
        indexing_method="" if citation is None else attribute(citation, "IndexingMethod"),
        crdt=history.get("entrez"),
        edat=history.get("pubmed"),
        mhda=_indexed(about, history),
        revised=day(about.get("DateRevised")),
        cites=cited(links, referred),
    )


def _bibliography(
    pmid: str | None,
    about: Parts,
    article: Parts,
    data: Parts,
    history: dict[str, date],
    links: tuple[Link, ...],
    references: tuple[str, ...],
) -> Bibliography:
    journal = _parts(article.get("Journal"))
    issue = _parts(journal.get("JournalIssue"))
    ids = article_ids(data.get("ArticleIdList"))
    abstract = abstract_of(article.get("Abstract"))
    extra = tuple(extra_of(about, article, ids, history))
    return Bibliography(
        title=text(article.get("ArticleTitle")) or text(article.get("VernacularTitle")),
        abstract=abstract,
        authors=authors(article.get("AuthorList")),
        year=_year(issue, article, history),
        journal=text(journal.get("Title")) or text(journal.get("ISOAbbreviation")),
        volume=text(issue.get("Volume")),
        issue=text(issue.get("Issue")),
        pages=pages(article.get("Pagination")),
        language="; ".join(text(each) for each in children(about.get("Article"), "Language"))
        or "eng",
        doi=doi(ids.get("doi", "")) or _located_doi(about),
        pmid=pmid,
        pmcid=ids.get("pmc"),
        issns=_issns(about, journal),
        keywords=keywords(about),
        mesh=_mesh(about.get("MeshHeadingList")),
        publication_types=_types(article),
        trial_ids=trial_ids_of(article, abstract),
        grants=_grants(article.get("GrantList")),
        links=links,
        references=references,
        extra=extra,
    )


def _parts(element: Element | None) -> Parts:
    """Children by tag; of repeated ones the first."""
    parts: Parts = {}
    if element is not None:
        for child in element:
            parts.setdefault(child.tag, child)
    return parts


def article_ids(element: Element | None) -> dict[str, str]:
    """An `ArticleIdList` by IdType, the first of each."""
    ids: dict[str, str] = {}
    if element is not None:
        for each in element.iterchildren("ArticleId"):
            ids.setdefault(attribute(each, "IdType", "pubmed"), text(each))
    return ids


def pages(element: Element | None) -> str:
    """Pages as printed (`123-9`)."""
    parts = _parts(element)
    if "MedlinePgn" in parts:
        return text(parts["MedlinePgn"])
    return "-".join(text(parts[tag]) for tag in ("StartPage", "EndPage") if tag in parts)


def dates(history: Element | None) -> dict[str, date]:
    """Every dated `PubStatus` of a History that names a real day."""
    found: dict[str, date] = {}
    for each in children(history, "PubMedPubDate"):
        when = day(each)
        if when is not None:
            found.setdefault(attribute(each, "PubStatus"), when)
    return found


def cited(links: tuple[Link, ...], referred: list[str]) -> tuple[str, ...]:
    """PMIDs of the reference list, from `Cites` links and from references, each once."""
    pmids = [link.pmid for link in links if link.kind == "Cites" and link.pmid]
    return tuple(dict.fromkeys(pmids + referred))


def keywords(about: Parts) -> tuple[str, ...]:
    """Author and owner keywords, each once."""
    owner = about.get("KeywordList")
    if owner is None:
        return ()
    lists = children(owner.getparent(), "KeywordList")
    words = (text(word) for each in lists for word in children(each, "Keyword"))
    return tuple(dict.fromkeys(word for word in words if word))


def _indexed(about: Parts, history: dict[str, date]) -> date | None:
    """When MeSH terms were added; PubMed sets the date early, so only if there are some."""
    if "MeshHeadingList" not in about:
        return None
    return history.get("medline") or day(about.get("DateCompleted"))


def _year(issue: Parts, article: Parts, history: dict[str, date]) -> int | None:
    published = issue.get("PubDate")
    found = year_in(text(first(published, "Year"))) or year_in(text(published))
    if found is None:
        found = year_in(text(first(article.get("ArticleDate"), "Year")))
    entered = history.get("pubmed")
    return found or (entered.year if entered else None)


def _located_doi(about: Parts) -> str | None:
    for each in children(about.get("Article"), "ELocationID"):
        if attribute(each, "EIdType") == "doi" and attribute(each, "ValidYN", "Y") != "N":
            return doi(text(each))
    return None


def _issns(about: Parts, journal: Parts) -> tuple[str, ...]:
    linking = first(about.get("MedlineJournalInfo"), "ISSNLinking")
    found = (text(journal.get("ISSN")), text(linking))
    return tuple(dict.fromkeys(issn for issn in found if issn))


def _mesh(element: Element | None) -> tuple[str, ...]:
    """Headings as MEDLINE writes them: `*` marks the major ones, `/` leads a qualifier."""
    return tuple(
        "/".join(
            [
                f"*{text(part)}" if part.get("MajorTopicYN") == "Y" else text(part)
                for part in heading
            ]
        )
        for heading in children(element, "MeshHeading")
    )


def _types(article: Parts) -> tuple[str, ...]:
    return tuple(text(each) for each in children(article.get("PublicationTypeList"), "*"))


def _grants(element: Element | None) -> tuple[str, ...]:
    """Grants as MEDLINE writes them: `number/acronym/agency/country`, what there is of it."""
    return tuple("/".join([text(part) for part in grant]) for grant in children(element, "Grant"))


def _links(about: Parts) -> Iterator[Link]:
    for each in children(about.get("CommentsCorrectionsList"), "CommentsCorrections"):
        pmid, citation, note = "", "", ""
        for part in each:
            tag = part.tag
            if tag == "PMID":
                pmid = text(part)
            elif tag == "RefSource":
                citation = text(part)
            elif tag == "Note":
                note = text(part)
        kind = attribute(each, "RefType")
        yield Link(kind=kind, pmid=pmid or None, citation=citation, note=note)


def _references(data: Parts) -> tuple[tuple[str, ...], list[str]]:
    owner = data.get("ReferenceList")
    if owner is None:
        return (), []
    return read_references(children(owner.getparent(), "ReferenceList"))
