"""The record of one search run by the sixteen items of PRISMA-S.

Rethlefsen et al., PRISMA-S, Systematic Reviews 2021;10:39. An item that does
not apply to the run says so instead of being left out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from shared.review.numbers import counted

NOT_USED = "not used in this run"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What is known about a run when it has ended. Counts are of records; times are UTC."""

    database: str
    platform: str
    query: str
    started: datetime
    found: int
    new: int
    duplicates: int
    searched_terms: tuple[str, ...] = ()
    translation: str = ""
    limits: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    prior_work: str = ""
    schedule: str = ""
    previous: datetime | None = None
    peer_review: str = ""
    multi_database: str = ""
    registries: tuple[str, ...] = ()
    browsing: tuple[str, ...] = ()
    citation_searching: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    other_methods: tuple[str, ...] = ()
    deduplication: str = "on arrival, by identifiers and by compared bibliographic fields"
    remarks: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Item:
    """One item of PRISMA-S: its number and name, and what this run has to say."""

    number: int
    name: str
    text: str


def prisma_s(facts: RunFacts) -> tuple[Item, ...]:
    """All sixteen items for one run, in order."""
    texts = (
        ("Database name", f"{facts.database}, through {facts.platform}"),
        ("Multi-database searching", facts.multi_database),
        ("Study registries", _listed(facts.registries)),
        ("Online resources and browsing", _listed(facts.browsing)),
        ("Citation searching", _listed(facts.citation_searching)),
        ("Contacts", _listed(facts.contacts)),
        ("Other methods", _listed(facts.other_methods)),
        ("Full search strategies", _strategies(facts)),
        ("Limits and restrictions", _listed(facts.limits)),
        ("Search filters", _listed(facts.filters)),
        ("Prior work", facts.prior_work),
        ("Updates", _updates(facts)),
        ("Dates of searches", facts.started.isoformat(timespec="seconds")),
        ("Peer review", facts.peer_review),
        ("Total records", f"{facts.found} found, {facts.new} of them new to the review"),
        ("Deduplication", f"{facts.deduplication}; {counted(facts.duplicates, 'duplicate')}"),
    )
    return tuple(
        Item(number, name, text or NOT_USED) for number, (name, text) in enumerate(texts, start=1)
    )


def _listed(parts: tuple[str, ...]) -> str:
    return "; ".join(parts)


def _strategies(facts: RunFacts) -> str:
    lines = list(facts.searched_terms) or [facts.query]
    if facts.translation:
        lines.append(f"as translated by the database: {facts.translation}")
    lines += [f"remark: {remark}" for remark in facts.remarks]
    return "\n".join(lines)


def _updates(facts: RunFacts) -> str:
    if not facts.schedule:
        return ""
    last = f", last run {facts.previous.isoformat(timespec='seconds')}" if facts.previous else ""
    return f"rerun by schedule '{facts.schedule}'{last}"
