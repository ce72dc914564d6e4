"""What people call the groups of a theory, as pages and sentences of the feed need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.review.outcome_words import outcome_words


@dataclass(frozen=True, slots=True)
class GroupWords:
    """Group → label of one theory; `undesired` are outcomes that are counted as prevented."""

    labels: Mapping[str, str] = field(default_factory=dict)
    undesired: frozenset[str] = frozenset()

    def of(self, group: str) -> str:
        """The label of a group; its id where there is none."""
        return self.labels.get(group) or group

    def outcome(self, group: str, pattern: str) -> str:
        """An outcome as it went in a configuration of that pattern."""
        return outcome_words(self.of(group), pattern, undesired=group in self.undesired)


NO_WORDS = GroupWords()
