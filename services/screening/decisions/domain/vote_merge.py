"""How votes merge when two records turn out to be one: one vote for each person.

A person who judged both the same way is counted once. One who judged them
differently has not decided: neither vote counts, and the record waits for that
person again. A settlement is compared with votes that were not part of it: one that
differs makes a conflict, as two settlements that differ do.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.domain.votes import Vote, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedVotes:
    """`carried`: whose votes on the other record count here; `aside`: whose own no longer do."""

    carried: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


def merge_votes(own: Sequence[Vote], theirs: Sequence[Vote]) -> MergedVotes:
    """Join the open votes on two open records."""
    mine = {vote.person: name_of(vote.verdict) for vote in own}
    return MergedVotes(
        carried=tuple(v.person for v in theirs if v.person not in mine),
        aside=tuple(
            v.person for v in theirs if mine.get(v.person, name_of(v.verdict)) != name_of(v.verdict)
        ),
    )


def after_open_votes(entry: Entry, spoken: Collection[str], open_votes: Sequence[Vote]) -> Entry:
    """A settled entry after open votes on its twin are taken in; `spoken` made the settlement.

    Only what people settled by their votes can be contradicted; a resolution stands.
    """
    new = [vote for vote in open_votes if vote.person not in spoken]
    if entry.standing != "settled" or entry.how not in ("single", "agreement"):
        return entry
    if entry.verdict is None or all(name_of(v.verdict) == name_of(entry.verdict) for v in new):
        return entry
    return replace(entry, standing="conflict", verdict=None, how=None, settled_at=None)
