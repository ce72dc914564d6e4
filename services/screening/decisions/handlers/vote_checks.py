"""Why a vote is refused, and how a conflict ends."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.screening.decisions.domain.entries import Basis, Entry
from services.screening.decisions.domain.votes import Verdict, name_of
from services.screening.decisions.handlers import problems
from services.screening.decisions.handlers.decisions import Decided, Decision
from services.screening.decisions.handlers.problems import NotOnTheTeam
from services.screening.stages.store import reviews
from shared.db import Tx
from shared.http.problems import Invalid, NotKnownYet, Problem


def resolved(entry: Entry, verdict: Verdict, made_under: Basis) -> Entry:
    """A conflict after somebody decided it."""
    return replace(
        entry,
        standing="maybe" if name_of(verdict) == "maybe" else "settled",
        verdict=verdict,
        how="resolution",
        criteria_version=made_under.criteria_version,
        theory_versions=made_under.theory_versions,
        settled_at=made_under.at,
    )


async def check_people(tx: Tx, review_id: str, decisions: Sequence[Decision]) -> None:
    """Refuse what an owner records for somebody who never was on the team."""
    named = {d.person for d in decisions if d.unseen}
    if not named:
        return
    strange = sorted(named - {member.person for member in await reviews.members(tx, review_id)})
    if strange:
        raise not_on_the_team(strange[0])


def not_on_the_team(person: str) -> NotOnTheTeam:
    """Why nothing is recorded for this person."""
    return NotOnTheTeam(
        f"'{person}' is not on the team; what they decided is recorded once they have joined "
        "the review.",
        person=person,
    )


def answer(decision: Decision, decided: Decided) -> Decided:
    """What is said of a decision; of another person's vote the same, whatever is stored.

    A refusal that depends on no vote is told as it is.
    """
    if not decision.unseen or isinstance(decided.refused, _TOLD_ANYBODY):
        return decided
    return Decided(record=decision.record, state="recorded")


def ask_why(record: str, note: str) -> None:
    """Refuse a resolution without a written reason (blanks are none)."""
    if not note.strip():
        raise problems.ReasonMissing(
            f"Say in 'note' why record '{record}' is decided so, then send it again; the voters "
            "and the report read it.",
            field="note",
            record=record,
        )


def check_running(stopped: str, entry: Entry) -> None:
    """Refuse a vote that a stopped stage would leave without the other one."""
    if stopped == "stopped" or (stopped == "closing" and not entry.closing):
        raise problems.ScreeningStopped(
            f"Screening of stage '{entry.stage}' is {stopped}, so this record is not judged any "
            "more; an owner can resume the stage.",
            record=entry.record_id,
        )


def check_version(given: int | None, newest: int, stage: str) -> None:
    """Refuse a decision under criteria that there are not (yet), or no more."""
    if given is not None and not 0 <= given <= newest:
        raise Invalid(
            f"The stage's criteria are at version {newest}, not {given}; send the "
            "criteria_version that the queue gave, or none.",
            field="criteria_version",
        )
    if given is not None and given < newest:
        raise problems.StaleQueue(
            f"You judged by version {given} of the criteria; they are at version {newest} now. "
            "Read them, load the queue again and decide anew.",
            criteria_version=newest,
        )


def check_ticked(met: Iterable[str], criteria: Sequence[str], stage: str) -> None:
    """Refuse ticks where nothing can be ticked, or of what is no criterion of the stage."""
    strange = sorted(set(met) - set(criteria))
    if not criteria or strange:
        said = f"no criterion '{strange[0]}'" if strange else "no criteria to tick"
        has = f"; it has: {', '.join(criteria)}" if criteria else ""
        raise problems.UnknownReason(
            f"Stage '{stage}' has {said}{has}. Set the stage's criteria first, or give the "
            "verdict itself.",
            field="met",
        )


_TOLD_ANYBODY = (
    problems.AlreadySettled,
    Invalid,
    NotKnownYet,
    problems.NotInStage,
    problems.StaleQueue,
    problems.UnknownReason,
)


def state_of(entry: Entry) -> str:
    """The word that answers use for how a record stands."""
    return "waiting" if entry.standing == "open" else entry.standing


def refusal(why: str, entry: Entry, person: str) -> Problem:
    """The problem that says why a vote is refused and what to do instead."""
    record = entry.record_id
    match why:
        case "different_second_vote":
            return problems.DifferentSecondVote(
                f"'{person}' has already voted otherwise on this record. Change that vote "
                "while the record is not settled, instead of casting another.",
                record=record,
            )
        case "settled":
            return problems.AlreadySettled(
                f"This record is settled at stage '{entry.stage}'. To judge it again, reopen its "
                "settlement and say why.",
                record=record,
            )
        case "conflict":
            return problems.InConflict(
                "The votes on this record differ; a resolver decides it on the page of conflicts.",
                record=record,
            )
        case _:
            return problems.EnoughVotes(
                "Others have judged this record meanwhile; load the queue again.",
                record=record,
            )
