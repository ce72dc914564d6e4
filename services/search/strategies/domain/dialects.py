"""How each platform writes a search: words, phrases, fields, headings, nearness, lines.

Sources: the help pages of PubMed, Ovid, EBSCOhost, Web of Science, the Cochrane Library
and Scopus. What a platform cannot say is not in its dialect, and `translate` tells it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.search.strategies.domain.dates import (
    Years,
    years_ebsco,
    years_ovid,
    years_scopus,
    years_web_of_science,
)


def _ovid(name: str) -> Callable[[str], str]:
    return lambda words: f"{words}.{name}."


def _colon(name: str) -> Callable[[str], str]:
    return lambda words: f"{words}:{name}"


def _called(name: str) -> Callable[[str], str]:
    return lambda words: f"{name}({words.removeprefix('(').removesuffix(')')})"


def _tag(name: str) -> Callable[[str], str]:
    return lambda words: f"{words}[{name}]"


def _ebsco(*names: str) -> Callable[[str], str]:
    def write(words: str) -> str:
        parts = [f"{name} {words}" for name in names]
        return parts[0] if len(parts) == 1 else "(" + " OR ".join(parts) + ")"

    return write


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database on one platform.

    `fields` write words into a field (`text`, `title`, ...); a missing one cannot be
    asked. `heading` writes a subject heading, None where there are none; `thesaurus`
    is whose headings they are. `near` writes two nearness operators' distance.
    `stem` is the least number of letters before a `*`; `inner`: may `*` stand inside
    a word? `cut_phrases`: may a phrase in quotation marks hold `*`? `years` writes years of
    publication, "" for a span without an end it needs; None where they stand beside the search.
    """

    platform: str
    database: str
    fields: dict[str, Callable[[str], str]]
    thesaurus: str = ""
    heading: Callable[[str, bool, bool], str] | None = None
    near: Callable[[int], str] | None = None
    stem: int = 1
    inner: bool = False
    cut_phrases: bool = True
    years: Callable[[Years], str] | None = None
    loose_phrases: bool = False
    grouped: bool = True
    lower: bool = False
    line: str = "#{}"
    notes: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """The name by which the dialect is asked for."""
        return f"{self.platform}/{self.database}".lower().replace(" ", "_")


def _ovid_heading(name: str, exploded: bool, major: bool) -> str:
    star = "*" if major else ""
    return f"exp {star}{name}/" if exploded else f"{star}{name}/"


OVID_FIELDS = {"language": "lg", "words": "mp", "any": "af", "affiliation": "in", "journal": "jn"}


def _ovid_database(database: str, thesaurus: str, text: str) -> Dialect:
    fields = {"text": text, "title": "ti", "abstract": "ab", "author": "au", "type": "pt"}
    return Dialect(
        "Ovid",
        database,
        {name: _ovid(tag) for name, tag in (fields | OVID_FIELDS).items()},
        thesaurus,
        _ovid_heading,
        lambda between: f"adj{between + 1}",
        years=years_ovid,
        loose_phrases=True,
        lower=True,
        line="{}",
    )


def _mesh_pubmed(name: str, exploded: bool, major: bool) -> str:
    tag = "majr" if major else "mh"
    return f'"{name}"[{tag}]' if exploded else f'"{name}"[{tag}:noexp]'


def _mesh_cochrane(name: str, exploded: bool, major: bool) -> str:
    mark = "" if exploded else "^"
    return f'[mh {mark}"{name}"{"[mj]" if major else ""}]'


def _heading_ebsco(name: str, exploded: bool, major: bool) -> str:
    return f'({"MM" if major else "MH"} "{name}{"+" if exploded else ""}")'


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "PubMed",
        "PubMed",
        {
            **{"text": _tag("tiab"), "title": _tag("ti"), "abstract": _tag("ab")},
            **{"author": _tag("au"), "type": _tag("pt"), "language": _tag("la")},
        },
        "MeSH",
        _mesh_pubmed,
        stem=4,
        grouped=False,
    ),
    _ovid_database("Medline", "MeSH", "ti,ab,kf"),
    _ovid_database("Embase", "Emtree", "ti,ab,kf"),
    _ovid_database("PsycINFO", "APA Thesaurus", "ti,ab,id"),
    Dialect(
        "EBSCO",
        "CINAHL",
        {
            **{"text": _ebsco("TI", "AB"), "title": _ebsco("TI"), "abstract": _ebsco("AB")},
            **{"author": _ebsco("AU"), "type": _ebsco("PT"), "language": _ebsco("LA")},
            **{"any": _ebsco("TX"), "affiliation": _ebsco("AF"), "journal": _ebsco("SO")},
        },
        "CINAHL Headings",
        _heading_ebsco,
        lambda between: f"N{between}",
        years=years_ebsco,
        line="S{}",
    ),
    Dialect(
        "Web of Science",
        "Core Collection",
        {
            **{"text": _called("TS="), "title": _called("TI="), "abstract": _called("AB=")},
            **{"author": _called("AU="), "type": _called("DT="), "language": _called("LA=")},
            **{"any": _called("ALL="), "affiliation": _called("AD="), "journal": _called("SO=")},
        },
        near=lambda between: f"NEAR/{between}",
        years=years_web_of_science,
        stem=3,
        inner=True,
    ),
    Dialect(
        "Cochrane Library",
        "CENTRAL",
        {
            **{"text": _colon("ti,ab,kw"), "title": _colon("ti"), "abstract": _colon("ab")},
            **{"author": _colon("au"), "type": _colon("pt"), "language": _colon("la")},
            "journal": _colon("so"),
        },
        "MeSH",
        _mesh_cochrane,
        lambda between: f"NEAR/{between + 1}",
        inner=True,
        cut_phrases=False,
    ),
    Dialect(
        "Scopus",
        "Scopus",
        {
            **{"text": _called("TITLE-ABS-KEY"), "title": _called("TITLE")},
            **{"abstract": _called("ABS"), "author": _called("AUTH")},
            **{"type": _called("DOCTYPE"), "language": _called("LANGUAGE")},
            **{
                "any": _called("ALL"),
                "affiliation": _called("AFFIL"),
                "journal": _called("SRCTITLE"),
            },
        },
        near=lambda between: f"W/{between}",
        years=years_scopus,
        inner=True,
    ),
)
BY_KEY = {each.key: each for each in DIALECTS}
