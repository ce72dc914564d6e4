"""Open votes on a record that is absorbed count for its survivor, and go back when they part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.screening.decisions.domain.entries import (
    Entry,
    after_votes,
    as_words,
    merged,
    new_entry,
    reopen,
)
from services.screening.decisions.domain.vote_merge import after_open_votes, merge_votes
from services.screening.decisions.domain.votes import Maybe, outcome, votes_needed
from services.screening.decisions.handlers.known import basis
from services.screening.decisions.store import entries
from services.screening.decisions.store.rows import FROM, CastVote, vote_of, vote_row
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.workbench import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePair:
    """Where votes are counted: a review's stage, in one transaction."""

    tx: Tx
    review: Review
    stage: Stage

    @property
    def at(self) -> tuple[Tx, str, str]:
        """The first arguments of what reads and writes votes."""
        return self.tx, self.review.review_id, self.stage.name


async def join(place: MergePair, survivor: Entry, absorbed: Entry) -> tuple[Entry, list[Any]]:
    """The survivor's entry with the open votes on both; and its own votes that were set aside."""
    entry = merged(survivor, absorbed)
    votes = await entries.votes(*place.at, [survivor.record_id, absorbed.record_id])
    own, theirs = votes.get(survivor.record_id, []), votes.get(absorbed.record_id, [])
    if entry.standing in ("open", "maybe"):
        return await _join_open(place, entry, _open(survivor, own), _open(absorbed, theirs))
    by_survivor = survivor.standing not in ("open", "maybe")
    spoken = {v.person for v in (own if by_survivor else theirs)}
    new = [v for v in _open(absorbed, theirs) if v.person not in spoken] if by_survivor else []
    await _carry(place, entry.record_id, new, entry.round)
    waiting = new if by_survivor else _open(survivor, own)
    return after_open_votes(entry, spoken, [v.vote for v in waiting]), []


async def merge_into_settled(place: MergePair, own: Entry, absorbed: Entry) -> Entry:
    """The survivor's entry with a record whose open votes were carried to it before."""
    votes = await entries.votes(*place.at, [own.record_id, absorbed.record_id])
    spoken = {v.person for v in votes.get(absorbed.record_id, [])}
    waiting = _open(own, votes.get(own.record_id, []))
    return after_open_votes(merged(own, absorbed), spoken, [v.vote for v in waiting])


async def _join_open(
    place: MergePair, entry: Entry, own: Sequence[CastVote], theirs: Sequence[CastVote]
) -> tuple[Entry, list[Any]]:
    """Both wait: one vote for each person, and the outcome of these votes."""
    if entry.standing == "maybe":
        theirs = [v for v in theirs if not isinstance(v.verdict, Maybe)]
    merged_votes = merge_votes([v.vote for v in own], [v.vote for v in theirs])
    aside = [v for v in own if v.person in merged_votes.aside]
    carried = [v for v in theirs if v.person in merged_votes.carried]
    for vote in aside:
        await entries.drop_vote(place.tx, place.review.review_id, vote)
    await _note(place, entry.record_id, "vote set aside: the twin was judged otherwise", aside)
    await _carry(place, entry.record_id, carried, entry.voting_round)
    return await recount(place, entry), [_written(place, vote) for vote in aside]


def _open(entry: Entry, votes: Sequence[CastVote]) -> list[CastVote]:
    """The votes that wait for others."""
    if entry.standing not in ("open", "maybe"):
        return []
    return [v for v in votes if v.round == entry.voting_round]


async def _carry(place: MergePair, record_id: str, votes: Sequence[CastVote], number: int) -> None:
    """Let votes on the twin count here; the source says on which record they were cast."""
    here = [
        replace(
            vote, record_id=record_id, round=number,
            source=vote.source if vote.source.startswith(FROM) else f"{FROM}{vote.record_id}",
        )
        for vote in votes
    ]  # fmt: skip
    await entries.keep_votes(place.tx, place.review.review_id, here)
    await _note(place, record_id, "vote on the twin counts here", here)


async def _note(place: MergePair, record_id: str, what: str, votes: Sequence[CastVote]) -> None:
    lines = []
    for vote in votes:
        verdict, reason, theories = as_words(vote.verdict)
        said = {
            "verdict": verdict, "reason": reason, "theories": list(theories), "note": vote.note,
            "round": vote.round, "source": vote.source,
        }  # fmt: skip
        lines.append(
            {"record_id": record_id, "person": vote.person, "what": what, "said": said,
             "blind": True}
        )  # fmt: skip
    await entries.note(*place.at, lines)


async def recount(place: MergePair, entry: Entry) -> Entry:
    """What the votes that gather on a waiting entry amount to now."""
    if entry.standing not in ("open", "maybe"):
        return entry
    found = await entries.votes(*place.at, [entry.record_id])
    votes = _open(entry, found.get(entry.record_id, []))
    if not votes:
        return entry
    state = await reviews.stage_state(*place.at)
    criteria = await reviews.criteria(*place.at)
    needed = entry.needed or votes_needed(
        place.stage.policy, place.review.seed, entry.record_id, state["kappa_reached"]
    )
    made = await basis(
        place.tx, place.review.review_id, max(vote.criteria_version for vote in votes)
    )
    counted = outcome([vote.vote for vote in votes], needed, criteria.ids)
    return after_votes(replace(entry, needed=needed), counted, made)


async def as_the_policy_says(place: MergePair, entry: Entry) -> Entry:
    """An entry that wakes: without a vote in its round it needs as many as the policy says now.

    Where that differs from what two had to judge, its first vote tells: how many
    may hold a record would tell which have a vote. How many, where that was told
    by the first vote ever, stays as it was told.
    """
    votes = (await entries.votes(*place.at, [entry.record_id])).get(entry.record_id, [])
    needed = new_entry(place.stage, entry.record_id, place.review.seed).needed
    kept = entry.standing != "open" or entry.needed == needed or _open(entry, votes)
    if kept or (not needed and votes):
        return entry
    return replace(entry, needed=needed if entry.needed == 1 else 0)


async def give_back(
    place: MergePair, entry: Entry, absorbed: Sequence[str], aside: Sequence[Any]
) -> bool:
    """Take the votes of these records off an entry and give it back what was set aside for them.

    Answers whether votes of its present round left it.
    """
    found = (await entries.votes(*place.at, [entry.record_id])).get(entry.record_id, [])
    left = [v for v in found if v.source in {f"{FROM}{record}" for record in absorbed}]
    for vote in left:
        await entries.drop_vote(place.tx, place.review.review_id, vote)
    voters = {(v.person, v.round) for v in found if v not in left}
    kept = [_read(row) for row in aside]
    back = [vote for vote in kept if (vote.person, vote.round) not in voters]
    await entries.keep_votes(place.tx, place.review.review_id, back)
    return any(v.round == entry.round for v in left)


def without_them(entry: Entry) -> Entry:
    """An entry whose verdict rested on votes that left: it waits, in the same round."""
    rests = entry.standing == "conflict" or entry.how in ("single", "agreement")
    if entry.standing == "open" or not rests:
        return entry
    return replace(reopen(entry), round=entry.round)


async def take_back_from_twin(tx: Tx, review_id: str, vote: CastVote) -> None:
    """A carried vote that is taken back is taken back on the record on which it was cast."""
    if not vote.source.startswith(FROM):
        return
    twins = await entries.entries(tx, review_id, vote.stage, [vote.source.removeprefix(FROM)])
    for twin in twins.values():
        cast = replace(vote, record_id=twin.record_id, round=twin.voting_round)
        await entries.drop_vote(tx, review_id, cast)


def _written(place: MergePair, vote: CastVote) -> dict[str, Any]:
    row = vote_row(place.review.review_id, vote)
    return row | {"decided_at": vote.decided_at.isoformat()}


def _read(row: dict[str, Any]) -> CastVote:
    return vote_of({**row, "decided_at": datetime.fromisoformat(row["decided_at"])})
