"""The batch at which votes are taken: everything that a batch needs, read once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from services.screening.decisions.domain.criteria_verdict import unknown_reason
from services.screening.decisions.domain.entries import (
    Basis,
    Entry,
    after_late_vote,
    after_votes,
    as_words,
)
from services.screening.decisions.domain.votes import (
    Accepted,
    Exclude,
    Refused,
    Repeated,
    Vote,
    judge_vote,
    outcome,
    votes_needed,
)
from services.screening.decisions.handlers import problems
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.known import (
    basis,
    known_stage,
    lock_records,
    not_in_stage,
)
from services.screening.decisions.handlers.settle import settle_entries
from services.screening.decisions.handlers.vote_checks import (
    ask_why,
    check_running,
    check_version,
    refusal,
    resolved,
    state_of,
)
from services.screening.decisions.store import entries as entries_store
from services.screening.decisions.store import records
from services.screening.decisions.store.rows import CastVote
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion, Review
from shared.db import Tx
from shared.events.workbench import Stage
from shared.http.problems import NotKnownYet, Problem


@dataclass(slots=True, kw_only=True)
class DecisionBatch:
    """State of the records that a batch of decisions is about."""

    tx: Tx
    review: Review
    stage: Stage
    criteria: CriteriaVersion
    basis: Basis
    kappa_reached: bool
    survivors: dict[str, str]
    before: dict[str, Entry]
    votes: dict[str, list[CastVote]]
    resolvers: frozenset[str]
    stopped: str
    entries: dict[str, Entry] = field(default_factory=dict)
    cast: list[CastVote] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def take(self, decision: Decision, *, changing: bool = False) -> Decided:
        """Judge a decision against what stands, and keep it if it may be cast."""
        record_id = self.survivors[decision.record]
        try:
            entry = self._entry(record_id)
            self.check_reason(decision)
            if not (decision.for_another or decision.is_external):
                check_version(decision.criteria_version, self.criteria.version, self.stage.name)
            changed = self._judge(entry, decision, changing=changing)
        except Problem as problem:
            held = self.entries.get(record_id)
            state = state_of(held) if held is not None else "absent"
            return Decided(record=decision.record, state=state, changed=False, refused=problem)
        return Decided(
            record=decision.record, state=state_of(self.entries[record_id]), changed=changed
        )

    def _entry(self, record_id: str) -> Entry:
        entry = self.entries.get(record_id)
        if entry is None or not entry.active:
            raise not_in_stage(self.stage, record_id)
        return entry

    def check_reason(self, decision: Decision) -> None:
        """Refuse an exclusion for what is no criterion of the stage, where it has any."""
        match decision.verdict:
            case Exclude(reason) if self.criteria.criteria and unknown_reason(
                reason, self.criteria.criteria
            ):
                raise problems.UnknownReason(
                    f"Stage '{self.stage.name}' has no criterion '{reason}'; it has: "
                    f"{', '.join(self.criteria.ids)}. Add it to the criteria or name one of these.",
                    field="reason",
                    record=decision.record,
                )

    def _judge(self, entry: Entry, decision: Decision, *, changing: bool) -> bool:
        vote = Vote(person=decision.person, verdict=decision.verdict)
        needed = self._needed(entry)
        held = [v.vote for v in self._round(entry)]
        match judge_vote(vote, held, needed, entry.standing, changing=changing):
            case Repeated():
                return False
            case Accepted():
                check_running(self.stopped, entry)
                self._cast(entry, decision, needed)
            case Refused("settled") if decision.is_external and self._is_new_voter(entry, vote):
                self._cast(entry, decision, len(held) + 1)
            case Refused("conflict") if self._resolves(held, vote):
                self._resolve(entry, decision)
            case Refused(why):
                raise refusal(why, entry, decision.person)
        return True

    def _needed(self, entry: Entry) -> int:
        if entry.needed:
            return entry.needed
        policy, record_id = self.stage.policy, entry.record_id
        return votes_needed(policy, self.review.seed, record_id, self.kappa_reached)

    def _round(self, entry: Entry) -> list[CastVote]:
        number = entry.round if entry.standing in ("settled", "conflict") else entry.voting_round
        return [v for v in self.votes.get(entry.record_id, []) if v.round == number]

    def _is_new_voter(self, entry: Entry, vote: Vote) -> bool:
        voters = {v.person for v in self.votes.get(entry.record_id, []) if v.round <= entry.round}
        return entry.how in ("single", "agreement") and vote.person not in voters

    def _resolves(self, held: list[Vote], vote: Vote) -> bool:
        parties = {v.person for v in held}
        return vote.person in self.resolvers and vote.person not in parties

    def _cast(self, entry: Entry, decision: Decision, needed: int) -> None:
        number = entry.round if entry.standing == "settled" else entry.voting_round
        cast = self._vote(entry, decision, number)
        others = [v for v in self._round(entry) if v.person != decision.person]
        kept = [v for v in self.votes.get(entry.record_id, []) if v not in self._round(entry)]
        self.votes[entry.record_id] = [*kept, *others, cast]
        self.cast.append(cast)
        self._note(entry, cast, "vote", blind=True)
        self.entries[entry.record_id] = self._after(entry, others, cast, needed)

    def _after(self, entry: Entry, others: list[CastVote], cast: CastVote, needed: int) -> Entry:
        """The entry with a new vote beside the others of its round."""
        if entry.standing == "settled" and not any(entry.is_made_by(v.vote) for v in others):
            return after_late_vote(entry, cast.vote)
        votes = [*others, cast]
        found = outcome([v.vote for v in votes], needed, self.criteria.ids)
        opened = replace(entry, needed=needed) if not entry.needed else entry
        return after_votes(opened, found, self._made_under(votes))

    def _resolve(self, entry: Entry, decision: Decision) -> None:
        ask_why(entry.record_id, decision.why)
        cast = self._vote(entry, replace(decision, note=decision.why), entry.round)
        self._note(entry, cast, "resolution", blind=False)
        self.entries[entry.record_id] = resolved(entry, decision.verdict, self._made_under([cast]))

    def _vote(self, entry: Entry, decision: Decision, number: int) -> CastVote:
        version = decision.criteria_version
        return CastVote(
            stage=self.stage.name,
            record_id=entry.record_id,
            person=decision.person,
            round=number,
            verdict=decision.verdict,
            note=decision.note,
            decided_at=decision.decided_at or self.tx.now(),
            criteria_version=self.criteria.version if version is None else version,
            source=decision.source,
            recorded_by=decision.recorded_by,
        )

    def _made_under(self, votes: Iterable[CastVote]) -> Basis:
        """The newest criteria and moment among the votes, which may come from elsewhere."""
        made = list(votes)
        return replace(
            self.basis,
            at=max(v.decided_at for v in made),
            criteria_version=max(v.criteria_version for v in made),
        )

    def _note(self, entry: Entry, cast: CastVote, what: str, *, blind: bool) -> None:
        verdict, reason, theories = as_words(cast.verdict)
        said = {
            "verdict": verdict, "reason": reason, "theories": list(theories), "note": cast.note,
            "round": cast.round, "decided_at": cast.decided_at.isoformat(),
        }  # fmt: skip
        if cast.recorded_by:
            said["recorded_by"] = cast.recorded_by
        self.lines.append(
            {
                "record_id": entry.record_id, "person": cast.person, "what": what, "said": said,
                "blind": blind,
            }
        )  # fmt: skip

    async def save(self) -> None:
        """Write votes, history, day counts and entries, and say what is settled now.

        Where two must judge, events name no actor: who voted last is nobody's business.
        """
        tx, review_id, stage = self.tx, self.review.review_id, self.stage.name
        if not self.lines:
            return
        if any(entry.needed != 1 for entry in self.before.values()):
            tx.withhold_actor()
        await entries_store.keep_votes(tx, review_id, self.cast)
        await entries_store.note(tx, review_id, stage, self.lines)
        if known := self._known_now():
            today = tx.now().date().isoformat()
            await reviews.count_votes_of_day(tx, review_id, stage, today, known)
        await settle_entries(tx, self.review, stage, self.before, list(self.entries.values()))

    def _known_now(self) -> int:
        """How many decisions of this batch, and votes that waited for them, are known now."""
        known = sum(not line["blind"] for line in self.lines)
        new = {id(vote) for vote in self.cast}
        for record_id, entry in self.entries.items():
            until = self.before[record_id].closed_round
            known += sum(
                vote.round <= entry.closed_round and (vote.round > until or id(vote) in new)
                for vote in self.votes.get(record_id, [])
            )
        return known


async def open_batch(
    tx: Tx, review_id: str, stage_name: str, asked: Iterable[str]
) -> DecisionBatch:
    """Read what a batch needs, under lock. Raises `NotKnownYet` for a record unheard of."""
    review, stage = await known_stage(tx, review_id, stage_name)
    listed = list(asked)
    names = list(dict.fromkeys(listed))
    found, survivors = await _entries(tx, review_id, stage_name, names)
    state = await reviews.stage_state(tx, review_id, stage_name)
    criteria = await reviews.criteria(tx, review_id, stage_name)
    return DecisionBatch(
        tx=tx,
        review=review,
        stage=stage,
        criteria=criteria,
        basis=await basis(tx, review_id, criteria.version),
        kappa_reached=state["kappa_reached"],
        stopped=state["stopped"],
        survivors=survivors,
        before=found,
        votes=await entries_store.votes(tx, review_id, stage_name, found),
        resolvers=await _resolvers(tx, review_id, found, len(listed)),
        entries=dict(found),
    )


async def _entries(
    tx: Tx, review_id: str, stage: str, names: list[str]
) -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries under lock, and each name with the record it counts as.

    Only names without an active entry can be absorbed, or unheard of.
    """
    await lock_records(tx, review_id, stage, names)
    found = await entries_store.entries(tx, review_id, stage, names)
    strange = [name for name in names if name not in found or not found[name].active]
    if not strange:
        return found, {name: name for name in names}
    survivors = await records.survivors(tx, review_id, strange)
    known = await records.standing_of(tx, review_id, survivors.values())
    for record_id in survivors.values():
        if record_id not in known:
            raise NotKnownYet("record", record_id)
    others = sorted(set(survivors.values()) - set(names))
    await lock_records(tx, review_id, stage, others)
    found |= await entries_store.entries(tx, review_id, stage, others)
    return found, {name: name for name in names} | survivors


async def _resolvers(
    tx: Tx, review_id: str, found: dict[str, Entry], decisions: int
) -> frozenset[str]:
    """Who resolves conflicts; nobody is looked up while there can be none."""
    if decisions == 1 and not any(entry.standing == "conflict" for entry in found.values()):
        return frozenset()
    team = await reviews.members(tx, review_id)
    return frozenset(m.person for m in team if set(m.roles) & {"resolver", "owner"})
