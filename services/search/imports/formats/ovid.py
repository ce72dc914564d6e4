"""Ovid's citation export: `<1>`, then field names on lines of their own, values indented."""

import re
from dataclasses import fields

from services.search.imports.domain.compose import Dialect, compose
from services.search.imports.formats.tagged import Pairs, Syntax, grouped
from services.search.library.domain.record import Bibliography
from services.search.library.domain.values import names_of

DIALECT = Dialect(
    kinds={},
    title=("Title",),
    abstract=("Abstract",),
    authors=("Authors", "Author", "Authors Full Name"),
    year=("Year of Publication", "Publication Year", "Date of Publication"),
    journal=("Journal Name", "NLM Journal Name", "Source"),
    volume=("Volume",),
    issue=("Issue", "Issue/Part"),
    pages=("Page", "Pages"),
    publisher=("Publisher",),
    language=("Language",),
    doi=("Digital Object Identifier", "DOI"),
    pmid=("PubMed ID", "PMID"),
    issns=("ISSN", "ISSN Print", "ISSN Linking", "ISBN"),
    keywords=("Keyword Heading", "Key Words", "Keywords"),
    mesh=("MeSH Subject Headings", "Subject Headings", "MeSH Headings"),
    publication_types=("Publication Type",),
    urls=("URL", "Link to the Ovid Full Text or citation"),
    own_id=("Unique Identifier", "Accession Number"),
)


def bibliography_of(pairs: Pairs) -> Bibliography:
    """The bibliography of one record; a cell with several names is taken apart."""
    values = grouped(pairs)
    for tag in DIALECT.authors:
        if tag in values:
            values[tag] = [name for cell in values[tag] for name in names_of(cell)]
    return compose(values, DIALECT)


_NAMES = frozenset(
    name
    for field in fields(DIALECT)
    if isinstance(names := getattr(DIALECT, field.name), tuple)
    for name in names
) | {"Status", "VI", "Institution", "Country of Publication", "Copyright", "Entry Date", "Database"}
OVID = Syntax(
    pattern=re.compile(r"^(?P<tag>[A-Z][A-Za-z/ -]{2,60}?)[.:]?(?P<value>)\s*$"),
    starts=frozenset(("Unique Identifier",)),
    listed=frozenset(("Keyword Heading", "Subject Headings", "MeSH Subject Headings")),
    indented=False,
    names=_NAMES,
    compose=bibliography_of,
    dialect=DIALECT,
)
