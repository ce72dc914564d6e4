"""Where two records become one or part: a review's stage, and an entry that wakes there."""

from dataclasses import dataclass, replace
from typing import Any

from services.screening.decisions.domain.entries import Entry, new_entry
from services.screening.decisions.store import entries
from services.screening.decisions.store.rows import entry_for_history
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.workbench import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePair:
    """Where entries are joined: a review's stage, in one transaction."""

    tx: Tx
    review: Review
    stage: Stage

    @property
    def at(self) -> tuple[Tx, str, str]:
        """The first arguments of what reads and writes entries and votes."""
        return self.tx, self.review.review_id, self.stage.name


async def as_the_policy_says(place: MergePair, entry: Entry) -> Entry:
    """An entry that wakes: without a vote in its round it needs as many as the policy says now.

    Where that differs from what two had to judge, its first vote tells: how many
    may hold a record would tell which have a vote. How many, where that was told
    by the first vote ever, stays as it was told.
    """
    votes = (await entries.votes(*place.at, [entry.record_id])).get(entry.record_id, [])
    needed = new_entry(place.stage, entry.record_id, place.review.seed).needed
    begun = any(vote.round == entry.voting_round for vote in votes)
    kept = entry.standing != "open" or entry.needed == needed or begun
    if kept or (not needed and votes):
        return entry
    return replace(entry, needed=needed if entry.needed == 1 else 0)


def merge_line(review_id: str, entry: Entry, what: str) -> dict[str, Any]:
    """A line of history on a merge or split: the entry as it stood before, to come back."""
    return {
        "record_id": entry.record_id, "person": None, "what": what,
        "said": entry_for_history(review_id, entry), "blind": False,
    }  # fmt: skip
