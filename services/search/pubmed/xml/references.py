"""Reference lists of PubMed XML, often the greater part of an article.

A list in its usual form is read from its text at once, which takes two thirds of the time of
handing its elements to Python. Any other list is walked, element by element.
"""

import re
from collections.abc import Iterable

from lxml import etree

from services.search.pubmed.xml.text import Element, clean, text

_REFERENCE = re.compile(
    r"<Reference>\s*<Citation>([^<]*)</Citation>\s*(?:<ArticleIdList>\s*"
    r'<ArticleId IdType="(\w+)">([^<]*)</ArticleId>'
    r'((?:\s*<ArticleId IdType="\w+">[^<]*</ArticleId>)*)\s*</ArticleIdList>\s*)?</Reference>'
)
_ID = re.compile(r'IdType="(\w+)">([^<]*)<')
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_LABELS = {"Citation": "", "pubmed": "pmid:", "pmc": "pmcid:", "doi": "doi:"}
"""What a reference is led by, in this order."""


def read_references(lists: Iterable[Element]) -> tuple[tuple[str, ...], list[str]]:
    """Each reference as its citation, `pmid:...` and `doi:...`, as far as known; and the PMIDs."""
    references: list[str] = []
    pmids: list[str] = []
    for outer in lists:
        written, numbers = _usual(outer) or _walked(outer)
        references += written
        pmids += filter(None, numbers)
    return tuple(references), pmids


References = tuple[list[str], list[str]]


def _walked(outer: Element) -> References:
    found: list[dict[str, str]] = []
    for part in outer.iter("Reference", "Citation", "ArticleId"):
        if part.tag == "Reference":
            found.append({})
        elif found:
            kind = "Citation" if part.tag == "Citation" else part.get("IdType", "pubmed")
            found[-1].setdefault(kind, text(part))
    return list(map(_reference, found)), [said.get("pubmed", "") for said in found]


def _reference(said: dict[str, str]) -> str:
    return " ".join([label + said[key] for key, label in _LABELS.items() if said.get(key)])


def _usual(outer: Element) -> References | None:
    """As `_walked`; None unless every tag in the list belongs to a reference in its usual form."""
    written = etree.tostring(outer, encoding="unicode", with_tail=False)
    escapes = written.count("&")
    if escapes and escapes != sum(written.count(sign) for sign, _ in _ESCAPED):
        return None
    references: list[str] = []
    pmids: list[str] = []
    tags = 2 + 2 * written.count("<Title>")
    for citation, kind, number, others in _REFERENCE.findall(written):
        citation = _plain(citation)
        tags += 8 if kind else 4
        if kind == "pubmed" and citation and number.isalnum() and not others:
            references.append(f"{citation} pmid:{number}")
            pmids.append(number)
        elif kind:
            said = {"Citation": citation, kind: _plain(number)}
            for kind, number in _ID.findall(others):
                said.setdefault(kind, _plain(number))
                tags += 2
            references.append(_reference(said))
            pmids.append(said.get("pubmed", ""))
        else:
            references.append(citation)
    return (references, pmids) if tags == written.count("<") else None


def _plain(written: str) -> str:
    if "&" in written:
        for sign, letter in _ESCAPED:
            written = written.replace(sign, letter)
    if "  " in written or "\n" in written or "\t" in written or not written.isascii():
        return clean(written)
    return written.strip()
