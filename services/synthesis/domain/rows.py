"""Rows: the active fragments of a theory, read through its codebook, with what they count for.

A row counts once for every study among its active cited or inferred sources. Summaries and
fragments without a source give rows that count 0: they fill slots and open pairs, no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.synthesis.domain.presence import Codex, Reading, read
from services.synthesis.domain.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Citation,
    Element,
    Fragment,
    Pair,
    Source,
    Unit,
)
from shared.review.studies import canonical_studies

Kind = Literal["CMO", "CM", "MO", "CO", "RR", "single"]
MECHANISMS = frozenset({RESOURCE, RESPONSE})
KINDS: dict[tuple[bool, bool, bool], Kind] = {
    (True, True, True): "CMO",
    (True, True, False): "CM",
    (False, True, True): "MO",
    (True, False, True): "CO",
}


class Entry(NamedTuple):
    """One counted source: canonical study, case (global id), participant or null."""

    study: str
    case: str
    participant: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One active fragment. Group sets per role; contradictory groups are in none."""

    fragment: str
    version: int
    entries: frozenset[Entry]
    studies: frozenset[str]
    cases: frozenset[str]
    mechanisms: frozenset[Unit]
    mechanisms_absent: frozenset[Unit]
    contexts: frozenset[str]
    contexts_absent: frozenset[str]
    occurred: frozenset[str]
    failed: frozenset[str]
    kind: Kind

    @property
    def states_mechanism(self) -> bool:
        """Whether any mechanism group is stated, present or absent."""
        return bool(self.mechanisms or self.mechanisms_absent)


def kind_of(elements: Iterable[Element]) -> Kind:
    """CMO, CM, MO, CO, RR (resource with response) or single, by the roles that are stated.

    An outcome that is named without a state is not stated.
    """
    roles = {item.role for item in elements if item.state != "not_stated"}
    linked = KINDS.get((CONTEXT in roles, bool(roles & MECHANISMS), OUTCOME in roles))
    if linked:
        return linked
    return "RR" if roles >= MECHANISMS else "single"


class SourceReader:
    """Resolves citations: duplicates to what they repeat, sources, canonical studies."""

    def __init__(
        self,
        fragments: Mapping[str, Fragment],
        sources: Mapping[str, Source],
        links: Iterable[Pair],
    ) -> None:
        self._fragments = fragments
        self._sources = sources
        self._canonical = canonical_studies(links)

    def citations(self, fragment: Fragment) -> tuple[Citation, ...]:
        """The citations of a fragment; of a duplicate, those of the fragment it repeats.

        Where the repeated fragment is unknown, or the chain is a circle, its own stand.
        """
        seen = {fragment.id}
        current = fragment
        while current.duplicate_of is not None:
            repeated = self._fragments.get(current.duplicate_of)
            if repeated is None or repeated.id in seen:
                return fragment.citations
            seen.add(repeated.id)
            current = repeated
        return current.citations

    def source(self, key: str) -> Source:
        """The source of a key; a key without one is its own study without a record."""
        return self._sources.get(key) or Source(key=key, study=key)

    def active(self, fragment: Fragment) -> bool:
        """The fragment is active and, if it has sources, at least one of them is."""
        if not fragment.active:
            return False
        citations = self.citations(fragment)
        return not citations or any(self.source(item.source).active for item in citations)

    def entries(self, fragment: Fragment) -> frozenset[Entry]:
        """What the fragment counts for: its active cited or inferred sources."""
        found = []
        for item in self.citations(fragment):
            source = self.source(item.source)
            if item.attribution != "summary" and source.active:
                found.append(self._entry(item, source))
        return frozenset(found)

    def _entry(self, citation: Citation, source: Source) -> Entry:
        """Case of a citation, else of its source, else the study itself, before merging."""
        case = citation.case or source.case or source.study
        study = self._canonical.get(source.study, source.study)
        return Entry(study, case, citation.participant)


def rows_of(fragments: Iterable[Fragment], codex: Codex, sources: SourceReader) -> list[Row]:
    """Rows of the active ones among `fragments`, sorted by id."""
    active = (fragment for fragment in fragments if sources.active(fragment))
    return [
        _row(fragment, read(fragment.elements, codex), sources.entries(fragment))
        for fragment in sorted(active, key=lambda item: item.id)
    ]


def _row(fragment: Fragment, reading: Reading, entries: frozenset[Entry]) -> Row:
    present, absent = _by_role(reading.present), _by_role(reading.absent)
    return Row(
        fragment=fragment.id,
        version=fragment.version,
        entries=entries,
        studies=frozenset([entry.study for entry in entries]),
        cases=frozenset([entry.case for entry in entries]),
        mechanisms=present.mechanisms,
        mechanisms_absent=absent.mechanisms,
        contexts=present.contexts,
        contexts_absent=absent.contexts,
        occurred=present.outcomes,
        failed=absent.outcomes,
        kind=kind_of(fragment.elements),
    )


class _Split(NamedTuple):
    mechanisms: frozenset[Unit]
    contexts: frozenset[str]
    outcomes: frozenset[str]


def _by_role(units: frozenset[Unit]) -> _Split:
    mechanisms, contexts, outcomes = [], [], []
    for unit in units:
        if unit.role == CONTEXT:
            contexts.append(unit.group)
        elif unit.role == OUTCOME:
            outcomes.append(unit.group)
        else:
            mechanisms.append(unit)
    return _Split(frozenset(mechanisms), frozenset(contexts), frozenset(outcomes))


def studies_of(rows: Iterable[Row]) -> set[str]:
    """Distinct canonical studies of rows."""
    found: set[str] = set()
    for row in rows:
        found |= row.studies
    return found


def cases_of(rows: Iterable[Row]) -> set[str]:
    """Distinct cases of rows: the sites column."""
    found: set[str] = set()
    for row in rows:
        found |= row.cases
    return found


def participants_of(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Distinct (study, participant) of rows, those whose participant is known."""
    return {
        (entry.study, entry.participant)
        for row in rows
        for entry in row.entries
        if entry.participant
    }
