"""EndNote's refer format (ENW): `%0 Journal Article`, `%A`, `%T`, …"""

import re

from services.search.imports.domain.compose import Dialect, compose
from services.search.imports.formats.tagged import Pairs, Syntax, grouped
from services.search.library.domain.record import Bibliography

KINDS = {
    "journal article": "article",
    "electronic article": "article",
    "magazine article": "article",
    "newspaper article": "article",
    "book": "book",
    "edited book": "book",
    "electronic book": "book",
    "book section": "chapter",
    "electronic book section": "chapter",
    "conference paper": "conference",
    "conference proceedings": "conference",
    "thesis": "thesis",
    "report": "report",
    "government document": "report",
    "unpublished work": "preprint",
    "manuscript": "preprint",
    "dataset": "dataset",
    "web page": "web",
    "blog": "web",
    "generic": "other",
}
DIALECT = Dialect(
    kinds=KINDS,
    kind=("%0",),
    usual=frozenset(("Journal Article", "Book", "Book Section", "Thesis", "Report")),
    title=("%T",),
    abstract=("%X",),
    authors=("%A",),
    year=("%D", "%8"),
    journal=("%J", "%B"),
    volume=("%V",),
    issue=("%N",),
    pages=("%P",),
    publisher=("%I",),
    language=("%G",),
    doi=("%R",),
    issns=("%@",),
    keywords=("%K",),
    urls=("%U", "%>"),
    own_id=("%M",),
)


def bibliography_of(pairs: Pairs) -> Bibliography:
    """The bibliography of one record."""
    return compose(grouped(pairs), DIALECT)


ENW = Syntax(
    pattern=re.compile(r"^(?P<tag>%(?!\d\d)[0-9A-Za-z@!#$&*^~+>(<=?\[]) ?(?P<value>.*)$"),
    starts=frozenset(("%0", "%T")),
    opens=frozenset(("%0",)),
    listed=frozenset(("%K", "%A")),
    indented=False,
    upper=True,
    title_within=re.compile(r"(?P<tag>%T) (?P<value>.+)$"),
    compose=bibliography_of,
    dialect=DIALECT,
)
