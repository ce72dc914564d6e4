"""PubMed NBIB (MEDLINE tagged display), with the dialects of PMC, ERIC, Ovid.

Field descriptions: https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

import re
from dataclasses import replace

from services.search.imports.domain.compose import Dialect, compose
from services.search.imports.formats.tagged import Pairs, Syntax, grouped
from services.search.library.domain.record import Author, Bibliography, Link
from services.search.library.domain.values import author_of, doi_of, orcid_of, pmid_of

_KINDS = {
    "journal article": "article",
    "book": "book",
    "books": "book",
    "book chapter": "chapter",
    "preprint": "preprint",
    "academic dissertation": "thesis",
    "dissertation": "thesis",
    "technical report": "report",
    "dataset": "dataset",
    "web page": "web",
}
DIALECT = Dialect(
    kinds=_KINDS,
    title=("TI", "BTI", "CTI"),
    abstract=("AB", "OAB"),
    year=("DP", "YR", "DEP"),
    journal=("JT", "TA", "JN", "SO_JOURNAL"),
    volume=("VI", "VIP", "VO"),
    issue=("IP",),
    pages=("PG",),
    publisher=("PB", "PU"),
    language=("LA", "LG"),
    doi=("DOI", "DO"),
    pmid=("PMID", "PM"),
    pmcid=("PMC",),
    issns=("IS", "ISSN", "ISBN"),
    keywords=("OT", "KW", "ID"),
    mesh=("MH", "SH"),
    publication_types=("PT",),
    trial_ids=("SI_TRIAL",),
    grants=("GR",),
    references=("RE",),
    urls=("URL", "UR", "4099", "4100"),
    own_id=("PMID", "UI", "OID", "AN"),
)
_LINKS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "EIN": "ErratumIn",
    "EFR": "ErratumFor",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPI": "RepublishedIn",
    "RPF": "RepublishedFrom",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
    "SPIN": "SummaryForPatientsIn",
    "ORI": "OriginalReportIn",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
    "CRI": "CorrectedandRepublishedIn",
    "CRF": "CorrectedandRepublishedFrom",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "DDIN": "DatasetDescribedIn",
    "DRIN": "DatasetUseReportedIn",
}
_CITED_PMID = re.compile(r"\bPMID: ?(\d{1,8})\b")
_TRIAL = re.compile(r"\b(?:NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|EudraCT[\w/-]+|ChiCTR[\w-]+)\b")


def bibliography_of(pairs: Pairs) -> Bibliography:
    """The bibliography of one NBIB record; people keep their addresses and ORCIDs."""
    authors, rest = _people(pairs)
    links: list[Link] = []
    kept: Pairs = []
    for tag, value in rest:
        if tag in _LINKS:
            links.append(_link(_LINKS[tag], value))
        else:
            kept.append(_relabelled(tag, value))
    composed = compose(grouped(kept), DIALECT, authors)
    types = (kind.lower() for kind in composed.publication_types)
    kind = next((_KINDS[word] for word in types if word in _KINDS), "article")
    return replace(composed, kind=kind, links=tuple(links))


def _relabelled(tag: str, value: str) -> tuple[str, str]:
    """Splits by content the tags that hold several kinds of identifiers."""
    if tag in ("LID", "AID") and doi_of(value):
        return "DOI", value.removesuffix(" [doi]")
    if tag == "LID" and value.startswith("http"):
        return "URL", value
    if tag == "SI" and _TRIAL.search(value):
        return "SI_TRIAL", value
    if tag == "PMID":
        return tag, pmid_of(value) or value
    return tag, value


def _people(pairs: Pairs) -> tuple[tuple[Author, ...], Pairs]:
    """Authors with what the lines after each of them say, and all the other lines."""
    authors: list[Author] = []
    rest: Pairs = []
    full = any(tag == "FAU" for tag, _ in pairs)
    editor = False
    for tag, value in pairs:
        if tag in ("FAU", "CN") or (tag == "AU" and not full):
            authors.append(Author(collective=value) if tag == "CN" else author_of(value))
            editor = False
        elif tag in ("AD", "AUID") and authors and not editor:
            told = _told(authors[-1], tag, value)
            if told is None:
                rest.append((tag, value))
            else:
                authors[-1] = told
        else:
            editor = editor or tag in ("FED", "ED", "FIR", "IR")
            rest.append((tag, value))
    return tuple(authors), rest


def _told(author: Author, tag: str, value: str) -> Author | None:
    """The author with an address or ORCID more; None when the line says neither."""
    if tag == "AD":
        return replace(author, affiliations=(*author.affiliations, value))
    orcid = orcid_of(value)
    return replace(author, orcid=orcid) if orcid and author.orcid is None else None


def _link(kind: str, value: str) -> Link:
    found = _CITED_PMID.search(value)
    return Link(kind=kind, pmid=found[1] if found else None, citation=value)


NBIB = Syntax(
    pattern=re.compile(r"^(?P<tag>[A-Z0-9]{2,4}) *-(?P<value>(?: .*)?)$"),
    starts=frozenset(("PMID", "PMC", "UI", "OWN")),
    opens=frozenset(("PMID",)),
    addresses=frozenset(("LID", "AID", "URL", "4099", "4100")),
    compose=bibliography_of,
    dialect=DIALECT,
)
