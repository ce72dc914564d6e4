"""The problems of screening (RFC 9457): each says what to do."""

from shared.http.problems import Conflict, Invalid, NotFound


class UnknownStage(NotFound):
    """The review has no such stage."""

    title = "The review has no such stage"


class NotInStage(NotFound):
    """The record is known, but not at this stage."""

    title = "The record is not in this stage"


class DifferentSecondVote(Conflict):
    """The person has voted otherwise before."""

    title = "You have voted on this record already"


class AlreadySettled(Conflict):
    """The team's verdict stands."""

    title = "The record is settled"


class InConflict(Conflict):
    """Two votes differ; a further vote does not help."""

    title = "The record is in conflict"


class EnoughVotes(Conflict):
    """All the votes that are needed were cast by others."""

    title = "The record needs no further vote"


class NothingToUndo(Conflict):
    """The person has no vote here that could be taken back."""

    title = "There is no vote of yours to take back"


class NoConflict(Conflict):
    """There is nothing to resolve."""

    title = "The record is not in conflict"


class UnknownReason(Invalid):
    """An exclusion names a criterion that the stage does not have."""

    title = "The stage has no such criterion"


class StaleQueue(Conflict):
    """The criteria changed after the queue was fetched by which somebody judges."""

    title = "The criteria have changed"


class ScreeningStopped(Conflict):
    """The stage was ended; a further vote would stand alone."""

    title = "Screening of this stage has stopped"


class ReasonMissing(Invalid):
    """A person gives the team's verdict without saying why."""

    title = "Say why"


class NotYoursToResolve(Conflict):
    """A party to a conflict, or somebody without the role, wants to resolve it."""

    title = "Somebody else must resolve this conflict"


class NotOnTheTeam(Invalid):
    """A decision of somebody who never was a member."""

    title = "Decisions are recorded for members only"
