"""A record's place at one stage: what it waits for, or how it was settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.screening.decisions.domain.votes import (
    Conflict,
    DecisionState,
    Include,
    Outcome,
    Settled,
    Verdict,
    Vote,
    Waiting,
    name_of,
    verdict_from,
    votes_needed,
)
from services.screening.stages.domain.order import shuffle_key
from shared.events.workbench import Stage

UNRANKED = 1 << 40
"""Places from here on are the seeded shuffle of records that no model has ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record at a stage.

    `active`: it is fed to the stage and not removed or absorbed. `needed`: how
    many must judge it (0: told by the first vote). `round` grows whenever it is
    judged anew; votes belong to a round. While it stands at `maybe`, votes of
    the next round gather unseen.
    """

    stage: str
    record_id: str
    active: bool = True
    standing: DecisionState = "open"
    needed: int = 1
    round: int = 1
    verdict: Verdict | None = None
    how: str | None = None
    criteria_version: int = 0
    theory_versions: tuple[tuple[str, int], ...] = ()
    settled_at: datetime | None = None
    place: int = UNRANKED
    closing: bool = False

    @property
    def voting_round(self) -> int:
        """The round to which the next vote belongs."""
        return self.round + (self.standing == "maybe")

    @property
    def closed_round(self) -> int:
        """The last round whose votes are known: those of later ones wait unseen."""
        return self.round - (self.standing == "open")

    @property
    def includes(self) -> bool:
        """Whether the record goes on from here."""
        return self.active and self.standing == "settled" and isinstance(self.verdict, Include)

    @property
    def stands(self) -> bool:
        """Whether a settlement stands that others may build on."""
        return self.active and self.standing in ("settled", "maybe")

    def is_made_by(self, vote: Vote) -> bool:
        """Whether the vote speaks for the verdict that stands."""
        return self.verdict is not None and name_of(vote.verdict) == name_of(self.verdict)

    @property
    def said(self) -> tuple[object, ...]:
        """What the world has been told of it; a difference is worth an event."""
        if not self.active or self.standing == "open":
            return ("open",)
        if self.standing == "conflict":
            return ("conflict", self.round)
        return (self.standing, self.verdict, self.how, self.criteria_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a settlement is made under: when, and which versions of criteria and theories."""

    at: datetime
    criteria_version: int = 0
    theory_versions: tuple[tuple[str, int], ...] = ()


def new_entry(stage: Stage, record_id: str, seed: int) -> Entry:
    """A record that the stage is fed, placed by the seeded shuffle."""
    until_kappa = stage.policy.kind == "dual_until_kappa"
    return Entry(
        stage=stage.name,
        record_id=record_id,
        needed=0 if until_kappa else votes_needed(stage.policy, seed, record_id),
        place=UNRANKED + int.from_bytes(shuffle_key(seed, record_id)[:4]),
    )


def after_votes(entry: Entry, outcome: Outcome, basis: Basis) -> Entry:
    """The entry once its votes amount to `outcome`."""
    match outcome:
        case Waiting():
            return entry
        case Conflict():
            return replace(
                entry, standing="conflict", round=entry.voting_round, verdict=None, how=None,
                closing=False,
            )  # fmt: skip
        case Settled(verdict, how):
            return settle(entry, verdict, how, basis)


def settle(entry: Entry, verdict: Verdict, how: str, basis: Basis) -> Entry:
    """The entry with the team's verdict."""
    return replace(
        entry,
        standing="maybe" if name_of(verdict) == "maybe" else "settled",
        round=entry.voting_round,
        verdict=verdict,
        how=how,
        criteria_version=basis.criteria_version,
        theory_versions=basis.theory_versions,
        settled_at=basis.at,
        closing=False,
    )


def reopen(entry: Entry) -> Entry:
    """The entry waiting again, in a new round; earlier votes stay in the history.

    After a maybe that is the round in which votes gather unseen: they stay unseen.
    """
    return replace(
        entry, standing="open", round=entry.round + 1, verdict=None, how=None, settled_at=None
    )


def merged(survivor: Entry, absorbed: Entry) -> Entry:
    """The survivor's entry when another record turns out to be the same.

    Settled alike, or only one of them settled: that settlement stands. Settled
    differently: a conflict, for people to resolve. Votes that wait for others
    have no part in it: they stay on the record on which they were cast, in a
    round that is not closed by the merge. So a verdict that a waiting survivor
    takes over stands in the round before the one that waits.
    """
    if not absorbed.active or absorbed.standing == "open":
        return replace(survivor, closing=survivor.closing or absorbed.closing)
    if not survivor.active or survivor.standing == "open":
        return replace(
            absorbed,
            record_id=survivor.record_id,
            place=survivor.place,
            round=survivor.closed_round,
            needed=survivor.needed,
        )
    if "conflict" in (survivor.standing, absorbed.standing) or _differ(survivor, absorbed):
        return replace(survivor, standing="conflict", verdict=None, how=None)
    return survivor


def after_late_vote(entry: Entry, vote: Vote) -> Entry:
    """A settled entry after a vote that was cast elsewhere is taken in.

    Only what people settled by their votes can be contradicted; a resolution stands.
    """
    if entry.standing != "settled" or entry.how not in ("single", "agreement"):
        return entry
    if entry.verdict is None or entry.is_made_by(vote):
        return entry
    return replace(entry, standing="conflict", verdict=None, how=None, settled_at=None)


def overturn(entry: Entry, verdict: Verdict, basis: Basis) -> Entry:
    """The entry with a verdict that a person gives it directly; votes that wait stay unseen."""
    return replace(settle(entry, verdict, "resolution", basis), round=entry.closed_round)


def _differ(one: Entry, other: Entry) -> bool:
    return (
        one.verdict is None
        or other.verdict is None
        or name_of(one.verdict) != name_of(other.verdict)
    )


def as_words(verdict: Verdict | None) -> tuple[str | None, str | None, tuple[str, ...]]:
    """`(name, reason, theories)`: a verdict as rows and events hold it."""
    if verdict is None:
        return None, None, ()
    reason = getattr(verdict, "reason", None)
    theories: tuple[str, ...] = getattr(verdict, "theories", ())
    return name_of(verdict), reason, theories


def from_words(name: str | None, reason: str | None, theories: Sequence[str]) -> Verdict | None:
    """The verdict in a row; None for none."""
    return None if name is None else verdict_from(name, reason, theories)
