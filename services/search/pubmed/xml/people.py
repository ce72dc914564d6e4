"""Authors, groups and investigators of PubMed XML."""

from services.search.library.domain.record import Author
from services.search.pubmed.xml.text import Element, attribute, children, first, orcid, text


def authors(element: Element | None) -> tuple[Author, ...]:
    """Valid authors of an `AuthorList`, in order; a group carries its collective name."""
    return tuple(
        _author(each) for each in children(element, "Author") if each.get("ValidYN") != "N"
    )


def _author(element: Element) -> Author:
    said: dict[str, str] = {}
    affiliations: list[str] = []
    identifier = initials = None
    for part in element:
        tag = part.tag
        if tag == "AffiliationInfo":
            affiliations += [text(each) for each in part if each.tag == "Affiliation"]
        elif tag == "Identifier":
            identifier = identifier or _orcid(part)
        elif tag == "Initials":
            initials = part
        else:
            said[tag] = text(part)
    family = said.get("LastName", "")
    return Author(
        f"{family} {said['Suffix']}" if said.get("Suffix") else family,
        said.get("ForeName") or text(initials),
        said.get("CollectiveName", ""),
        identifier,
        tuple(affiliations),
    )


def _orcid(identifier: Element) -> str | None:
    return orcid(text(identifier)) if attribute(identifier, "Source") == "ORCID" else None


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
