"""What a fragment counts for: K from its active cited sources, I from its inferred ones.

A fragment that repeats another has the sources of the end of its chain of repeats. A source
without a case has the study itself as its case, unless a case is named anywhere in that study:
then its case is unknown, one of its own per fragment.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.synthesis.engine.studies import canonical_studies
from services.synthesis.engine.values import Attribution, Citation, Fragment, Review, Source


class CountedSource(NamedTuple):
    """One counted source: canonical study, case, participant or None; is the case known?"""

    study: str
    case: str
    participant: str | None
    known: bool = True


class SourceReader:
    """Resolves citations of a review: repeats, sources, canonical studies, cases."""

    def __init__(self, review: Review) -> None:
        self._fragments = review.fragments
        self._sources = dict(review.sources)
        self._canonical = canonical_studies(review.links)
        self._named = self._studies_with_cases(review.fragments.values())

    def _studies_with_cases(self, fragments: Iterable[Fragment]) -> set[str]:
        """Studies in which a line or a cited source names a case, active or not."""
        named = {self.study(line) for line in self._sources.values() if line.case}
        for fragment in fragments:
            for item in self.citations(fragment):
                if item.case and item.attribution == "cited":
                    named.add(self.study(self.source(item.source)))
        return named

    def repeats(self, fragment: Fragment) -> list[str]:
        """Ids along its chain of repeats, nearest first, each once; the last may be unknown."""
        chain: list[str] = []
        current: Fragment | None = fragment
        while current is not None and current.duplicate_of is not None:
            if current.duplicate_of in chain:
                break
            chain.append(current.duplicate_of)
            current = self._fragments.get(current.duplicate_of)
        return chain

    def citations(self, fragment: Fragment) -> tuple[Citation, ...]:
        """The citations of a fragment; of a repeat, those of the end of its chain.

        Where the end is unknown, or the chain is a ring, its own.
        """
        if fragment.duplicate_of is None:
            return fragment.citations
        end = self._fragments.get(self.repeats(fragment)[-1])
        return fragment.citations if end is None or end.duplicate_of else end.citations

    def source(self, key: str) -> Source:
        """The source of a key; a key without one is its own study without a record."""
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = Source(key=key, study=key)
        return source

    def study(self, source: Source) -> str:
        """The canonical study of a source."""
        return self._canonical.get(source.study, source.study)

    def names_cases(self, study: str) -> bool:
        """Whether a case is named anywhere in a canonical study."""
        return study in self._named

    def active(self, fragment: Fragment) -> bool:
        """Its status is active and, where it has cited or summary sources, so is one of them."""
        if not fragment.active:
            return False
        asked = [item for item in self.citations(fragment) if item.attribution != "inferred"]
        return not asked or any(self.source(item.source).active for item in asked)

    def entries(self, fragment: Fragment, attribution: Attribution) -> frozenset[CountedSource]:
        """K (`cited`) or I (`inferred`): its active sources of one attribution."""
        return frozenset(
            [
                self.entry(fragment, item)
                for item in self.citations(fragment)
                if item.attribution == attribution and self.source(item.source).active
            ]
        )

    def entry(self, fragment: Fragment, citation: Citation) -> CountedSource:
        """What one source of a fragment counts for."""
        source = self.source(citation.source)
        study = self.study(source)
        if case := citation.case or source.case:
            return CountedSource(study, case, citation.participant)
        if study in self._named:
            return CountedSource(study, f"{study}?{fragment.id}", citation.participant, False)
        return CountedSource(study, study, citation.participant)
