"""Authors, groups and investigators of PubMed XML."""

from services.search.adapters.pubmed_xml_text import (
    Element,
    attribute,
    children,
    first,
    orcid,
    text,
)
from services.search.domain.record import Author


def authors(element: Element | None) -> tuple[Author, ...]:
    """Valid authors of an `AuthorList`, in order; a group carries its collective name."""
    return tuple(
        _author(each)
        for each in children(element, "Author")
        if attribute(each, "ValidYN", "Y") != "N"
    )


def _author(element: Element) -> Author:
    parts = {str(part.tag): part for part in element}
    family, suffix = text(parts.get("LastName")), text(parts.get("Suffix"))
    return Author(
        family=f"{family} {suffix}" if suffix else family,
        given=text(parts.get("ForeName")) or text(parts.get("Initials")),
        collective=text(parts.get("CollectiveName")),
        orcid=_orcid(element) if "Identifier" in parts else None,
        affiliations=tuple(
            text(each)
            for info in children(element, "AffiliationInfo")
            for each in children(info, "Affiliation")
        ),
    )


def _orcid(author: Element) -> str | None:
    for each in children(author, "Identifier"):
        if attribute(each, "Source") == "ORCID":
            return orcid(text(each))
    return None


def investigators(element: Element | None) -> tuple[str, ...]:
    """Members of study groups as `Family, Given`, of all `InvestigatorList`s beside `element`."""
    if element is None:
        return ()
    return tuple(
        f"{text(first(each, 'LastName'))}, {text(first(each, 'ForeName'))}".rstrip(", ")
        for group in children(element.getparent(), "InvestigatorList")
        for each in children(group, "Investigator")
        if attribute(each, "ValidYN", "Y") != "N"
    )
