"""What a step of a CLUSTER round asks, while its pearls are gone through."""

from dataclasses import dataclass, field

from services.search.cluster.domain.round import Asking, Query


@dataclass(slots=True)
class AskingDraft:
    """An `Asking` while its pearls are gone through."""

    links: list[tuple[str, str]] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)
    terms: dict[str, list[str]] = field(default_factory=dict)
    tasks: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wants: bool = False

    def want(self, note: str) -> None:
        """Something lacks that people can supply."""
        self.wants = True
        self.notes.append(note)

    def ask(self, term: str, *pearls: str) -> None:
        """A question to PubMed on behalf of these pearls."""
        self.terms.setdefault(term, []).extend(pearls)

    def done(self, step: str) -> Asking:
        """What the step asks."""
        return Asking(
            step=step,
            links=tuple(self.links),
            given=tuple(dict.fromkeys(self.given)),
            queries=tuple(Query(term, tuple(pearls)) for term, pearls in self.terms.items()),
            tasks=tuple(self.tasks),
            notes=tuple(dict.fromkeys(self.notes)),
            wants=self.wants,
        )
