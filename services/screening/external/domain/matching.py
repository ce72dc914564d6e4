"""Which record of the library a line of another tool's export is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class DecisionLine(Protocol):
    """What a line says of its record."""

    @property
    def line(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def doi(self) -> str: ...
    @property
    def pmid(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRecord:
    """A record of the library: `counts_as` is itself, or what absorbed it."""

    counts_as: str
    title: str
    doi: str
    pmid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """`line → record`, and the lines that fit several records equally well."""

    found: dict[int, str]
    several: frozenset[int]


def title_key(title: str) -> str:
    """Letters and digits alone, in lower case: the same however a tool writes a title."""
    return "".join(c for c in title.casefold() if c.isalnum())


def match_lines(lines: Sequence[DecisionLine], library: Iterable[LibraryRecord]) -> Matches:
    """By DOI, else by PubMed id, else by title, where exactly one record fits.

    A title alone never joins what two DOIs keep apart.
    """
    by_doi: dict[str, set[str]] = defaultdict(set)
    by_pmid: dict[str, set[str]] = defaultdict(set)
    by_title: dict[str, list[LibraryRecord]] = defaultdict(list)
    for held in library:
        by_doi[held.doi].add(held.counts_as)
        by_pmid[held.pmid].add(held.counts_as)
        by_title[title_key(held.title)].append(held)
    found: dict[int, str] = {}
    several: set[int] = set()
    for one in lines:
        fits = (by_doi.get(one.doi) if one.doi else None) or (
            by_pmid.get(one.pmid) if one.pmid else None
        )
        fits = fits or _titled(one, by_title)
        if len(fits) == 1:
            (found[one.line],) = fits
        elif fits:
            several.add(one.line)
    return Matches(found=found, several=frozenset(several))


def _titled(one: DecisionLine, by_title: dict[str, list[LibraryRecord]]) -> set[str]:
    key = title_key(one.title)
    return {
        held.counts_as
        for held in (by_title.get(key, []) if key else [])
        if not (one.doi and held.doi and one.doi != held.doi)
    }
