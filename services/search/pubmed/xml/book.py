"""One `PubmedBookArticle` element (a book or a chapter of one) as an `Article`."""

from services.search.library.domain.record import Author, Bibliography, SourceRecord
from services.search.pubmed.domain.answers import Article
from services.search.pubmed.xml.article import article_ids, dates, keywords, pages
from services.search.pubmed.xml.people import authors
from services.search.pubmed.xml.text import (
    Element,
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
    """The book or chapter below a `PubmedBookArticle`; books have no MeSH."""
    document = first(element, "BookDocument")
    book = first(document, "Book")
    pmid = first(document, "PMID")
    history = dates(first(first(element, "PubmedBookData"), "History"))
    references = tuple(_references(document))
    own_id = text(pmid) or None
    return Article(
        record=SourceRecord(
            source="pubmed",
            own_id=own_id,
            bibliography=_bibliography(own_id, document, book, references),
        ),
        version=whole(attribute(pmid, "Version", "1"), 1) if pmid is not None else 1,
        crdt=history.get("entrez") or day(first(document, "ContributionDate")),
        edat=history.get("pubmed"),
        revised=day(first(document, "DateRevised")),
    )


def _bibliography(
    pmid: str | None,
    document: Element | None,
    book: Element | None,
    references: tuple[str, ...],
) -> Bibliography:
    ids = article_ids(first(document, "ArticleIdList"))
    chapter, title = text(first(document, "ArticleTitle")), text(first(book, "BookTitle"))
    return Bibliography(
        kind="chapter" if chapter else "book",
        title=chapter or title,
        abstract=abstract_of(first(document, "Abstract")),
        authors=_authors(document) or _authors(book),
        year=_year(document, book),
        journal=title if chapter else "",
        volume=text(first(book, "Volume")),
        pages=pages(first(document, "Pagination")),
        publisher=text(first(first(book, "Publisher"), "PublisherName")),
        language="; ".join(text(each) for each in children(document, "Language")) or "eng",
        doi=doi(ids.get("doi", "")) or _located_doi(book),
        pmid=pmid,
        pmcid=ids.get("pmc"),
        isbns=tuple(text(each) for each in children(book, "Isbn")),
        keywords=_keywords(document),
        publication_types=tuple(text(each) for each in children(document, "PublicationType")),
        references=references,
        extra=tuple(("id_" + kind, each) for kind, each in ids.items() if kind == "bookaccession"),
    )


def _authors(owner: Element | None) -> tuple[Author, ...]:
    """Authors of the document or the book; its editors where no author is named."""
    lists = list(children(owner, "AuthorList"))
    chosen = [each for each in lists if attribute(each, "Type", "authors") != "editors"] or lists
    return tuple(author for each in chosen for author in authors(each))


def _year(document: Element | None, book: Element | None) -> int | None:
    published = year_in(text(first(book, "PubDate")))
    return published or year_in(text(first(document, "ContributionDate")))


def _located_doi(book: Element | None) -> str | None:
    for each in children(book, "ELocationID"):
        if attribute(each, "EIdType") == "doi" and attribute(each, "ValidYN", "Y") != "N":
            return doi(text(each))
    return None


def _keywords(document: Element | None) -> tuple[str, ...]:
    listed = first(document, "KeywordList")
    return () if listed is None else keywords({"KeywordList": listed})


def _references(document: Element | None) -> list[str]:
    listed = children(document, "ReferenceList")
    return [text(first(each, "Citation")) for outer in listed for each in outer.iter("Reference")]
