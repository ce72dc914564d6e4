"""Votes of people, and when they make a verdict of the team.

`outcome` is the one rule: from the votes on a record and how many it needs,
what stands. It knows nothing of time, storage or who is asking.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from shared.events.workbench import Policy


@dataclass(frozen=True, slots=True)
class Include:
    """The record goes on; at full text, `theories` are what it speaks to."""

    theories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclude:
    """The record goes no further; `reason` is the id of the criterion it fails, if named."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Maybe:
    """Not decided on what is known so far; kept apart to come back to."""


Verdict = Include | Exclude | Maybe
VerdictName = Literal["include", "exclude", "maybe"]


def name_of(verdict: Verdict) -> VerdictName:
    """`include`, `exclude` or `maybe`: the word in events, tables and tables of agreement."""
    match verdict:
        case Include():
            return "include"
        case Exclude():
            return "exclude"
        case Maybe():
            return "maybe"


def verdict_from(name: str, reason: str | None, theories: Sequence[str]) -> Verdict:
    """The verdict that a row or a request spells out. ValueError on an unknown word."""
    match name:
        case "include":
            return Include(tuple(sorted(set(theories))))
        case "exclude":
            return Exclude(reason or None)
        case "maybe":
            return Maybe()
        case _:
            raise ValueError(f"{name!r} is no verdict; say include, exclude or maybe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's verdict on a record at a stage, in order of arrival."""

    person: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Waiting:
    """More votes are needed: `missing` of them."""

    missing: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The team's verdict, and whether one vote or agreement made it."""

    verdict: Verdict
    how: Literal["single", "agreement"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The votes differ; a person must resolve them."""

    people: tuple[str, ...]


Outcome = Waiting | Settled | Conflict


def outcome(votes: Sequence[Vote], needed: int, criteria: Sequence[str] = ()) -> Outcome:
    """What the votes on one record amount to when `needed` people must judge it.

    Two exclusions agree even where their reasons differ: the reason that stands
    first among the stage's `criteria` is the one counted (PRISMA wants one per
    report). Two inclusions agree and their theories are joined.
    """
    if len(votes) < max(needed, 1):
        return Waiting(max(needed, 1) - len(votes))
    if len({name_of(v.verdict) for v in votes}) > 1:
        return Conflict(tuple(v.person for v in votes))
    how: Literal["single", "agreement"] = "single" if len(votes) == 1 else "agreement"
    return Settled(_joined([v.verdict for v in votes], criteria), how)


def _joined(verdicts: Sequence[Verdict], criteria: Sequence[str]) -> Verdict:
    """One verdict for several of the same name."""
    match verdicts[0]:
        case Include():
            theories = {t for v in verdicts if isinstance(v, Include) for t in v.theories}
            return Include(tuple(sorted(theories)))
        case Exclude():
            reasons = [v.reason for v in verdicts if isinstance(v, Exclude) and v.reason]
            return Exclude(first_reason(reasons, criteria))
        case Maybe():
            return Maybe()


def first_reason(reasons: Iterable[str], criteria: Sequence[str]) -> str | None:
    """The reason that the stage lists first; reasons it does not list come last, by name."""
    place = {criterion: i for i, criterion in enumerate(criteria)}
    ranked = sorted(reasons, key=lambda r: (place.get(r, len(place)), r))
    return ranked[0] if ranked else None


def in_sample(seed: int, record_id: str, share: float) -> bool:
    """Whether the keyed hash puts the record into the dually screened share.

    HMAC-SHA256(seed, record id) < share · 2^256: fixed before any decision, the
    same for every process, and later arrivals keep the rate.
    """
    digest = hmac.new(str(seed).encode(), record_id.encode(), sha256).digest()
    return int.from_bytes(digest) < int(share * 2**256)


def votes_needed(policy: Policy, seed: int, record_id: str, kappa_reached: bool = False) -> int:
    """How many people must judge the record under the stage's policy: 1 or 2.

    For `dual_until_kappa` the answer is taken at the record's first vote and kept.
    """
    match policy.kind:
        case "dual":
            return 2
        case "sample":
            return 2 if in_sample(seed, record_id, policy.share) else 1
        case "dual_until_kappa":
            return 1 if kappa_reached else 2
        case _:
            return 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vote may be written; `replaces` is true when it changes the voter's own."""

    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same vote again: nothing to do."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The vote may not be written."""

    why: Literal["different_second_vote", "settled", "conflict", "enough_votes"]


DecisionState = Literal["open", "settled", "maybe", "conflict"]


def judge_vote(
    vote: Vote,
    votes: Sequence[Vote],
    needed: int,
    standing: DecisionState,
    *,
    changing: bool = False,
) -> Accepted | Repeated | Refused:
    """Whether a vote may be cast on a record that stands as `standing`.

    `votes` are those of the round that the vote would belong to; for a settled
    record or a conflict, of the round that led there. A voter may change a vote
    (`changing`) until the round is complete, and anyone may return to a record
    that stands at `maybe`; otherwise only the conflict, or reopening the
    settlement with a reason, changes anything.
    """
    own = next((v for v in votes if v.person == vote.person), None)
    if own is not None and own.verdict == vote.verdict:
        return Repeated()
    if standing == "settled" or standing == "conflict":
        return Refused(standing)
    if own is not None:
        return Accepted(replaces=True) if changing else Refused("different_second_vote")
    if standing == "maybe" and isinstance(vote.verdict, Maybe):
        return Repeated()
    return Accepted() if len(votes) < max(needed, 1) else Refused("enough_votes")


def may_resolve(
    person: str,
    voters: Iterable[str],
    present: Iterable[str],
    resolvers: Iterable[str],
    resolution: str = "third",
) -> bool:
    """Whether the person may resolve a conflict between `voters`, so that no conflict is stuck.

    Under `discussion` the voters may while both are on the team. Otherwise a
    resolver who is no party to it; where no such resolver is present, a
    resolver who is a party; where there is no resolver at all, the voters.
    """
    parties, here, able = set(voters), set(present), set(resolvers)
    if person in able - parties:
        return True
    if resolution == "discussion" and parties <= here:
        return person in parties
    if (able & here) - parties:
        return False
    return person in ((able & here) or parties)


def by_person(votes: Iterable[Vote]) -> Mapping[str, Verdict]:
    """`person → verdict`, for the tables of agreement."""
    return {vote.person: vote.verdict for vote in votes}
