"""People's words for what events name by keys; where there are none, a word that says the kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.projections.domain.group_words import NO_WORDS, GroupWords

Data = Mapping[str, Any]
NOBODY, THEORY, GROUP, DOCUMENT, STUDY = "Somebody", "A theory", "a group", "a document", "a study"


@dataclass(frozen=True, slots=True)
class FeedLabels:
    """People's words for ids: `groups` theory → words for its groups, `ccmocs` id → its groups by
    role, `reasons` stage → reason → words; of theories, people, documents and studies their names.
    """

    groups: Mapping[str, GroupWords] = field(default_factory=dict)
    ccmocs: Mapping[str, Data] = field(default_factory=dict)
    theories: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def group(self, theory: Any, group: Any) -> str:
        """A group of a theory."""
        return self.of_theory(theory).labels.get(str(group)) or GROUP

    def of_theory(self, theory: Any) -> GroupWords:
        """What people call the groups of a theory."""
        return self.groups.get(str(theory), NO_WORDS)

    def theory(self, theory: Any) -> str:
        """A theory."""
        return self.theories.get(str(theory)) or THEORY

    def named_theories(self, theories: Iterable[Any] | None) -> list[str]:
        """Those of these theories that have a name."""
        return [self.theories[str(one)] for one in theories or () if self.theories.get(str(one))]

    def person(self, person: Any) -> str:
        """A person."""
        return self.people.get(str(person)) or NOBODY

    def document(self, document: Any) -> str:
        """A document."""
        return self.documents.get(str(document)) or DOCUMENT

    def named_studies(self, studies: Iterable[Any] | None) -> list[str]:
        """These studies by the titles of their documents; empty unless all have one."""
        ids = [str(one) for one in studies or ()]
        found = [self.studies[one] for one in ids if self.studies.get(one)]
        return found if len(found) == len(ids) else []

    def reason(self, stage: Any, reason: Any) -> str:
        """A reason to exclude."""
        return self.reasons.get(str(stage), {}).get(str(reason)) or ""


NONE = FeedLabels()
