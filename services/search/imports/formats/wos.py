"""Web of Science field-tagged exports (CIW, ISI, savedrecs.txt).

Tags: https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
"""

import re

from services.search.imports.domain.compose import Dialect, compose
from services.search.imports.formats.tagged import Pairs, Syntax, grouped
from services.search.library.domain.record import Bibliography

_KINDS = {"j": "article", "b": "book", "s": "book", "c": "conference", "p": "patent"}
DIALECT = Dialect(
    kinds=_KINDS,
    kind=("PT",),
    usual=frozenset("JBCP"),
    title=("TI",),
    abstract=("AB",),
    authors=("AF", "AU"),
    collectives=("CA", "GP"),
    year=("PY", "EY"),
    journal=("SO", "JI", "J9"),
    volume=("VL",),
    issue=("IS",),
    start_page=("BP", "AR"),
    end_page=("EP",),
    publisher=("PU",),
    language=("LA",),
    doi=("DI", "D2"),
    pmid=("PM",),
    issns=("SN", "EI", "BN"),
    keywords=("DE", "ID"),
    publication_types=("DT",),
    grants=("FU",),
    references=("CR",),
    own_id=("UT",),
)
_SPLIT = frozenset(("DE", "ID", "DT", "FU"))


def bibliography_of(pairs: Pairs) -> Bibliography:
    """The bibliography of one record; full names are preferred to short ones."""
    values = grouped(pairs)
    for tag in _SPLIT & values.keys():
        parts = (part.strip() for value in values[tag] for part in value.split(";"))
        values[tag] = [part for part in parts if part]
    short = values.pop("AU", []) if "AF" in values else []

    if short:
        values["AU (short)"] = short
    return compose(values, DIALECT)


CIW = Syntax(
    pattern=re.compile(r"^(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*)|(?<=E[RF])(?P<none>)\s*)$"),
    starts=frozenset(("PT",)),
    opens=frozenset(("PT",)),
    ends=frozenset(("ER",)),
    apart=frozenset(("FN", "VR", "EF")),
    listed=frozenset(("AU", "AF", "BA", "BF", "BE", "CA", "GP", "CR", "C1")),
    compose=bibliography_of,
    dialect=DIALECT,
)
