"""Authors, groups and investigators of PubMed XML."""

from services.search.library.domain.record import Author
from services.search.pubmed.xml.text import Element, Parts, attribute, children, first, orcid, text


def authors(element: Element | None) -> tuple[Author, ...]:
    """Valid authors of an `AuthorList`, in order; a group carries its collective name."""
    return tuple(
        _author(each) for each in children(element, "Author") if each.get("ValidYN") != "N"
    )


def _author(element: Element) -> Author:
    said: Parts = {}
    affiliations: list[str] = []
    identifier = None
    for part in element:
        tag = part.tag
        if tag == "AffiliationInfo":
            affiliations += [text(each) for each in part if each.tag == "Affiliation"]
        elif tag == "Identifier":
            identifier = identifier or _orcid(part)
        else:
            said[tag] = part
    family = text(said.get("LastName"))
    suffix = text(said["Suffix"]) if "Suffix" in said else ""
    return Author(
        family=f"{family} {suffix}" if suffix else family,
        given=text(said.get("ForeName")) or text(said.get("Initials")),
        collective=text(said["CollectiveName"]) if "CollectiveName" in said else "",
        orcid=identifier,
        affiliations=tuple(affiliations),
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
