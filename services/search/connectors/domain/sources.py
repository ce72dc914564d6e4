"""The optional sources, what each can be asked, and how asking fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.search.library.domain.record import SourceRecord

Name = Literal["crossref", "europe_pmc", "openalex"]
LABELS: Mapping[str, str] = {
    "crossref": "Crossref",
    "europe_pmc": "Europe PMC",
    "openalex": "OpenAlex",
}
SETTING: Mapping[str, str] = {
    "crossref": "RETRODUCT_CROSSREF_URL",
    "europe_pmc": "RETRODUCT_EUROPE_PMC_URL",
    "openalex": "RETRODUCT_OPENALEX_URL",
}
"""The setting that switches each of them on."""


class NoAnswer(Exception):
    """A source gave no answer; asking later can help, in `wait` seconds if it named them."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class BudgetSpent(NoAnswer):
    """What may be asked of a source today is used up; it answers again in `wait` seconds."""


class NotTaken(Exception):
    """A source refuses the question as it is; asking it again cannot help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article by its identifiers; `doi` is lower case without a resolver."""

    doi: str | None = None
    pmid: str | None = None

    @property
    def key(self) -> str:
        """One of them, the DOI first, as `doi:10.1000/x` or `pmid:123`; empty without any."""
        if self.doi:
            return f"doi:{self.doi}"
        return f"pmid:{self.pmid}" if self.pmid else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them."""
        both = (Named(doi=self.doi).key, Named(pmid=self.pmid).key)
        return tuple(key for key in both if key)


def named_by(key: str) -> Named:
    """The identifiers that a key names."""
    kind, _, value = key.partition(":")
    return Named(doi=value) if kind == "doi" else Named(pmid=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Articles that cite one, or that it cites.

    `total` is how many the source says there are (None: it does not say);
    where `records` are fewer, `notes` says why: a bound, or references that
    the source could not identify. `known` is false where the source does not
    know the article or holds no citation data of it: that is not "none".
    """

    records: tuple[SourceRecord, ...] = ()
    total: int | None = None
    known: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of a search: its records, how many there are in all, and how to ask for the next.

    `cursor` is None at the end.
    """

    records: tuple[SourceRecord, ...]
    total: int
    cursor: str | None
