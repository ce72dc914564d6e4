"""Which column of a table is which field, over the exports of thirty-odd tools.

Names are compared without case, blanks and punctuation; a column that is not
listed keeps its own name and goes to `extra`.
"""

import re

from services.search.imports.domain.compose import Dialect

_SYNONYMS = {
    "title": "title primarytitle articletitle itemtitle documenttitle titleprimary papertitle "
    "publicationtitlearticle referencetitle studytitle",
    "abstract": "abstract briefsummary abstractnote abstracts abstracttext notesabstract summary",
    "authors": "authors author authorss authorsprimary authornames firstauthors authorlist "
    "creators creator authorsprimaryauthors itemauthors",
    "authors_full": "authorfullnames authorsfullnames",
    "year": "year publicationyear publishedyear pubyear py yearpublished dateyear "
    "yearofpublication date publicationdate datepublished coverdate",
    "journal": "journal publicationtitle sourcetitle journaltitle journalname secondarytitle "
    "journalbook periodicalfull publication containertitle primarylocationsourcedisplayname "
    "hostvenuedisplayname t2 booktitle alternatetitle3 publicationname pubtitle",
    "volume": "volume vol journalvolume bibliovolume",
    "issue": "issue issuenumber number journalissue issueno biblioissue no",
    "pages": "pages page pagerange pagenumbers pagination",
    "start_page": "startpage pagestart firstpage bibliofirstpage beginningpage sp",
    "end_page": "endpage pageend lastpage bibliolastpage endingpage otherpages ep",
    "publisher": "publisher publishername",
    "language": "language languages languageoforiginaldocument la articlelanguage",
    "doi": "doi dois itemdoi digitalobjectidentifier doilink idsdoi doinumber",
    "pmid": "pmid pubmedid medlinepmid pubmed pmids idspmid medlineid",
    "pmcid": "pmcid pmc pmcids pubmedcentralid idspmcid",
    "issns": "issn issns isbn eissn printissn issnisbn isbns onlineissn primarylocationsourceissn "
    "issnl",
    "keywords": "keywords keyword authorkeywords keywordsauthor keywordsplus manualtags subjects "
    "indexkeywords emtreemedicalindexterms emtreemedicalindextermsmajorfocus "
    "emtreedrugindexterms emtreedrugindextermsmajorfocus fieldsofstudy automatictags tagskeywords",
    "mesh": "mesh meshterms meshheadings meshdisplay",
    "publication_types": "publicationtype publicationtypes documenttype doctype articletype",
    "trial_ids": "nctnumber clinicaltrialnumbers trialids trialregistration",
    "grants": "grants fundingdetails",
    "references": "references",
    "urls": "url urls link links sourceurls externalurl openurllink articleurl fulltexturl plink "
    "embaselink fulltextlink itemurl primarylocationlandingpageurl pdfurl pdflink documenturl",
    "own_id": "accessionnumber eid ut lensid centralid recordid uniquewosid utuniquewosid "
    "utuniqueid key openalexid workid storeid",
    "kind": "kind typeofreference referencetype itemtype type contenttype",
}
FIELD_OF = {name: field for field, names in _SYNONYMS.items() for name in names.split()}

_WHERE_NONE_ELSE = {
    "source": "journal",
    "displayname": "title",
    "name": "title",
    "brieftitle": "title",
    "authorshipsauthordisplayname": "authors",
    "authorshipsrawauthorname": "authors",
}
_WEB_OF_SCIENCE = {
    "PT": "kind",
    "AU": "authors",
    "AF": "authors_full",
    "CA": "collectives",
    "TI": "title",
    "SO": "journal",
    "LA": "language",
    "DT": "publication_types",
    "DE": "keywords",
    "ID": "keywords",
    "AB": "abstract",
    "CR": "references",
    "FU": "grants",
    "PU": "publisher",
    "SN": "issns",
    "EI": "issns",
    "BN": "issns",
    "PY": "year",
    "VL": "volume",
    "IS": "issue",
    "BP": "start_page",
    "EP": "end_page",
    "DI": "doi",
    "UT": "own_id",
    "PM": "pmid",
}

EXPORTED_ID = "retroduct_id"
"""The column of our own exports that names the record; it says nothing bibliographic."""

DIALECT = Dialect(
    kinds={
        "j": "article",
        "b": "book",
        "s": "book",
        "c": "conference",
        "jour": "article",
        "ejour": "article",
        "article": "article",
        "journal article": "article",
        "journalarticle": "article",
        "magazinearticle": "article",
        "newspaperarticle": "article",
        "book": "book",
        "booksection": "chapter",
        "book section": "chapter",
        "book chapter": "chapter",
        "chapter": "chapter",
        "inbook": "chapter",
        "incollection": "chapter",
        "conf": "conference",
        "conference": "conference",
        "conferencepaper": "conference",
        "conference paper": "conference",
        "inproceedings": "conference",
        "proceedings": "conference",
        "proceedings-article": "conference",
        "thesis": "thesis",
        "thes": "thesis",
        "phdthesis": "thesis",
        "mastersthesis": "thesis",
        "dissertation": "thesis",
        "report": "report",
        "rprt": "report",
        "techreport": "report",
        "preprint": "preprint",
        "unpublished": "preprint",
        "posted-content": "preprint",
        "dataset": "dataset",
        "webpage": "web",
        "web page": "web",
        "abstract": "abstract",
        "other": "other",
        "misc": "other",
        "gen": "other",
        "generic": "other",
    },
    kind=("kind",),
    title=("title",),
    abstract=("abstract",),
    authors=("authors",),
    collectives=("collectives",),
    year=("year",),
    journal=("journal",),
    volume=("volume",),
    issue=("issue",),
    pages=("pages",),
    start_page=("start_page",),
    end_page=("end_page",),
    publisher=("publisher",),
    language=("language",),
    doi=("doi",),
    pmid=("pmid",),
    pmcid=("pmcid",),
    issns=("issns",),
    keywords=("keywords",),
    mesh=("mesh",),
    publication_types=("publication_types",),
    trial_ids=("trial_ids",),
    grants=("grants",),
    references=("references",),
    urls=("urls",),
    own_id=("own_id",),
)
PEOPLE = frozenset(("authors", "authors_full"))
LISTED = frozenset(
    ("keywords", "mesh", "publication_types", "trial_ids", "grants", "references", "urls")
)


def field_of(header: str) -> str | None:
    """The field a column holds, or None when its name is not known."""
    return FIELD_OF.get(_bare(header))


def fields_of(headers: list[str]) -> list[str | None]:
    """The field of each column, seen together: some names are clear only beside the others."""
    if _is_web_of_science(headers):
        return [_WEB_OF_SCIENCE.get(header) for header in headers]
    fields = [field_of(header) for header in headers]
    for index, header in enumerate(headers):
        field = _WHERE_NONE_ELSE.get(_bare(header))
        if field is not None and field not in fields:
            fields[index] = field
    return fields


def known_headers(row: list[str]) -> int:
    """How many different fields the cells of a row name: a header row names several."""
    return len(set(fields_of([cell for cell in row if len(cell) < 60])) - {None})


def _is_web_of_science(row: list[str]) -> bool:
    return {"AU", "TI", "PY"} <= set(row)


def _bare(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())
