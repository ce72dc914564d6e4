"""RefWorks' tagged format: `RT Journal Article`, `A1 Curie,Marie`, `T1 …`."""

import re

from services.search.imports.domain.compose import Dialect, compose
from services.search.imports.formats.endnote.enw import KINDS
from services.search.imports.formats.tagged import Pairs, Syntax, grouped
from services.search.library.domain.record import Bibliography

DIALECT = Dialect(
    kinds=KINDS,
    kind=("RT",),
    usual=frozenset(("Journal Article", "Book", "Book Section", "Thesis", "Report")),
    title=("T1",),
    abstract=("AB",),
    authors=("A1",),
    year=("YR", "FD"),
    journal=("JF", "JO", "T2"),
    volume=("VO",),
    issue=("IS",),
    start_page=("SP",),
    end_page=("OP",),
    publisher=("PB",),
    language=("LA",),
    doi=("DO",),
    doi_notes=("NO", "AN"),
    issns=("SN",),
    keywords=("K1",),
    urls=("LK", "UL"),
    own_id=("AN",),
)


def bibliography_of(pairs: Pairs) -> Bibliography:
    """The bibliography of one record."""
    return compose(grouped(pairs), DIALECT)


REFWORKS = Syntax(
    pattern=re.compile(r"^(?P<tag>[A-Z][A-Z0-9]) (?P<value>.*)$"),
    starts=frozenset(("RT",)),
    opens=frozenset(("RT",)),
    indented=False,
    compose=bibliography_of,
    dialect=DIALECT,
)
