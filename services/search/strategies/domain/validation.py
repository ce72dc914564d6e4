"""Which block of a strategy loses which of the records it must find.

A validation set (gold set, PRESS 2015) are records that are known to belong: each is
looked at with every block, in its title, abstract, keywords and headings, as a
database would.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.search.living.domain.strategy import Breadth, Concept, Expression, Word
from services.search.strategies.domain.terms import SearchTerm, read_term

CHECKED = frozenset({"text", "words", "any", "title", "abstract", "heading", "author"})


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record that the strategy must find: what a database would search of it."""

    record_id: str
    title: str
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one record is found, and which blocks lose it. `bare`: it has no abstract."""

    record_id: str
    title: str
    lost_by: tuple[str, ...]
    bare: bool

    @property
    def found(self) -> bool:
        """Found by every block."""
        return not self.lost_by


@dataclass(frozen=True, slots=True)
class Validation:
    """The verdicts, and per block how many it loses, alone and together with others."""

    verdicts: tuple[Verdict, ...]
    lost: tuple[tuple[str, int, int], ...]
    unchecked: tuple[str, ...]


def validate(
    concepts: Sequence[Concept], known: Iterable[KnownRecord], breadth: Breadth = "broad"
) -> Validation:
    """Look for every known record with every applied block.

    `lost` are (block, lost by it, lost by it alone); `unchecked` are terms that ask for
    what a record here does not tell (publication types, dates): they count as found.
    """
    blocks = [
        (concept.name, expression)
        for concept in concepts
        if concept.applied and (expression := concept.chosen(breadth)) is not None
    ]
    unchecked: dict[str, None] = {}
    verdicts = tuple(
        Verdict(
            record.record_id,
            record.title,
            tuple(name for name, block in blocks if not _finds(block, record, unchecked)),
            not record.abstract,
        )
        for record in known
    )
    lost = tuple(
        (
            name,
            sum(name in verdict.lost_by for verdict in verdicts),
            sum(verdict.lost_by == (name,) for verdict in verdicts),
        )
        for name, _ in blocks
    )
    return Validation(verdicts, lost, tuple(unchecked))


def _finds(expression: Expression, record: KnownRecord, unchecked: dict[str, None]) -> bool:
    if isinstance(expression, Word):
        term = read_term(expression.text)
        if term.field not in CHECKED:
            unchecked[expression.text] = None
            return True
        return _found(term, record)
    found = [_finds(part, record, unchecked) for part in expression.parts]
    return any(found) if expression.operator == "OR" else all(found)


def _found(term: SearchTerm, record: KnownRecord) -> bool:
    if term.field == "heading":
        wanted = term.text.casefold()
        return any(
            heading.casefold().split("/")[0].strip(" *") == wanted for heading in record.headings
        )
    text = (record.title, record.abstract, *record.keywords)
    where = {
        "title": (record.title,),
        "abstract": (record.abstract,),
        "author": record.authors,
        "words": (*text, *record.headings),
        "any": (*text, *record.headings, *record.authors),
    }.get(term.field, text)
    pattern = _pattern(term.words, term.near)
    return any(pattern.search(text.casefold()) for text in where if text)


@lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...], near: int | None) -> re.Pattern[str]:
    """Words in order with blanks or hyphens between; near: in any order, so many between."""
    parts = [
        re.escape(word.casefold()).replace(r"\*", r"\w*").replace(r"\-", r"[\W_]?")
        for word in words
    ]
    if near is None:
        return re.compile(r"\b" + r"[\W_]+".join(parts) + r"(?!\w)")
    gap = rf"[\W_]+(?:\w+[\W_]+){{0,{near}}}?"
    ways = {gap.join(parts), gap.join(reversed(parts))}
    return re.compile("|".join(rf"\b{way}(?!\w)" for way in sorted(ways)))
