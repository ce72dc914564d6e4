"""The corpus that the stand-ins know: works that cite and update one another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Update:
    """A notice against a work: its kind in Crossmark's words, its DOI, its day, who says it."""

    kind: str
    notice: str
    day: str = "2026-03-01"
    source: str = "publisher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work; `only` names the services that know it (all without)."""

    number: int
    doi: str = ""
    pmid: str = ""
    title: str = "Trust and workload"
    year: int = 2024
    updates: tuple[Update, ...] = ()
    retracted: bool = False
    cites: tuple[int, ...] = ()
    unnamed_references: int = 0
    orcid: str = "0000-0001-2345-6789"
    author: str = "Ada Curie"
    grants: tuple[str, ...] = ()
    trial: str = ""
    only: tuple[str, ...] = ()

    def is_known_to(self, service: str) -> bool:
        return not self.only or service in self.only


def known(works: "list[Work]", service: str) -> "list[Work]":
    return [work for work in works if work.is_known_to(service)]
