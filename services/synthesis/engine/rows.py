"""Rows: the active fragments of a theory, read through its codebook, with what they count for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.synthesis.engine.presence import Codex, Reading, read
from services.synthesis.engine.sets import Bits
from services.synthesis.engine.sources import CountedSource, SourceReader
from services.synthesis.engine.values import CONTEXT, OUTCOME, Fragment, Unit

Place = tuple[str, str]
"""A case in its study: (canonical study, case)."""


class Counted(NamedTuple):
    """Sets of studies, of cases in their studies, of participants, of known cases."""

    studies: int
    places: int
    participants: int
    sites: int


@dataclass(frozen=True, slots=True)
class Index:
    """Numberings of what the rows of one theory count for."""

    studies: Bits[str] = field(default_factory=Bits)
    places: Bits[Place] = field(default_factory=Bits)
    participants: Bits[Place] = field(default_factory=Bits)
    sites: Bits[str] = field(default_factory=Bits)
    _masks: dict[CountedSource, Counted] = field(default_factory=dict)

    def counted(self, entries: Iterable[CountedSource]) -> Counted:
        """What entries count for, as sets."""
        studies = places = participants = sites = 0
        for entry in entries:
            masks = self._masks.get(entry)
            if masks is None:
                masks = self._masks[entry] = self._counted(entry)
            studies |= masks.studies
            places |= masks.places
            participants |= masks.participants
            sites |= masks.sites
        return Counted(studies, places, participants, sites)

    def _counted(self, entry: CountedSource) -> Counted:
        person = [(entry.study, entry.participant)] if entry.participant else []
        return Counted(
            self.studies.mask([entry.study]),
            self.places.mask([(entry.study, entry.case)]),
            self.participants.mask(person),
            self.sites.mask([entry.case] if entry.known else []),
        )

    def studies_of(self, places: int) -> int:
        """The studies of cases in their studies."""
        return self.studies.mask(study for study, _ in self.places.members(places))


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One active fragment; contradictory groups are in none of its sets.

    `entries` is K, `inferred_entries` I. `studies`, `inferred` (studies of I), `places`,
    `participants` and `sites` are sets of an `Index`. `occurred` and `failed` speak of what
    people wish for: an undesired group is in the other one; `signs` are as coded. `stated` are
    outcome groups stated with or without a sign. `linked` have their sign by `opposite_of` only.
    """

    fragment: str
    version: int
    entries: frozenset[CountedSource]
    inferred_entries: frozenset[CountedSource]
    studies: int
    inferred: int
    places: int
    participants: int
    sites: int
    mechanisms: frozenset[Unit]
    mechanisms_absent: frozenset[Unit]
    contexts: frozenset[str]
    contexts_absent: frozenset[str]
    occurred: frozenset[str]
    failed: frozenset[str]
    stated: frozenset[str]
    linked: frozenset[Unit]
    signs: Mapping[Unit, bool]

    @property
    def only_fails(self) -> bool:
        """Whether it states a failed outcome and no occurred one."""
        return bool(self.failed) and not self.occurred

    def own(self, *units: Unit) -> bool:
        """Whether none of the groups has its sign by `opposite_of` only."""
        return not self.linked or self.linked.isdisjoint(units)


def rows_of(
    fragments: Iterable[Fragment],
    theory: str,
    codexes: Mapping[str, Codex],
    sources: SourceReader,
    index: Index,
) -> list[Row]:
    """Rows of the active ones among the `fragments` of a theory, sorted by id."""
    codex = codexes[theory]
    return [
        _row(
            fragment,
            read(fragment.elements, codex, other_codexes(fragment, theory, codexes)),
            codex,
            sources,
            index,
        )
        for fragment in sorted(fragments, key=lambda item: item.id)
        if sources.active(fragment)
    ]


def other_codexes(fragment: Fragment, theory: str, codexes: Mapping[str, Codex]) -> Sequence[Codex]:
    """Codebooks of the other theories that a fragment speaks to."""
    if len(fragment.theories) == 1:
        return ()
    return [codexes[name] for name in fragment.theories if name != theory and name in codexes]


def _row(
    fragment: Fragment, reading: Reading, codex: Codex, sources: SourceReader, index: Index
) -> Row:
    entries = sources.entries(fragment, "cited")
    inferred = sources.entries(fragment, "inferred")
    counted = index.counted(entries)
    mechanisms: tuple[list[Unit], list[Unit]] = ([], [])
    contexts: tuple[list[str], list[str]] = ([], [])
    outcomes: tuple[list[str], list[str]] = ([], [])
    for unit, sign in reading.signs.items():
        if unit.role == CONTEXT:
            contexts[sign].append(unit.group)
        elif unit.role == OUTCOME:
            outcomes[sign != codex.undesired(unit)].append(unit.group)
        else:
            mechanisms[sign].append(unit)
    signed = frozenset(outcomes[True] + outcomes[False])
    without = frozenset([unit.group for unit in reading.unsigned])
    return Row(
        fragment=fragment.id,
        version=fragment.version,
        entries=entries,
        inferred_entries=inferred,
        studies=counted.studies,
        inferred=index.counted(inferred).studies if inferred else 0,
        places=counted.places,
        participants=counted.participants,
        sites=counted.sites,
        mechanisms=frozenset(mechanisms[True]),
        mechanisms_absent=frozenset(mechanisms[False]),
        contexts=frozenset(contexts[True]),
        contexts_absent=frozenset(contexts[False]),
        occurred=frozenset(outcomes[True]),
        failed=frozenset(outcomes[False]),
        stated=signed | without if without else signed,
        linked=reading.linked,
        signs=reading.signs,
    )
