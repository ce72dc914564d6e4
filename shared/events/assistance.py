"""What extraction says of assistance: what was asked of a model, and what people made of it."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceRunState:
    """A run of asking a model for suggestions, in numbers; no word of a text is in it.

    `state` is running, waiting, stopped or done; `coder` is the machine as an actor, `host` where
    texts went. Of the `documents` so many were `asked` of the model, so many `left_out`.
    `dropped` are replies and passages that could not be used.
    """

    run_id: str
    state: str
    coder: str
    model: str
    host: str
    documents: int = 0
    asked: int = 0
    left_out: int = 0
    suggested: int = 0
    dropped: int = 0
    tokens: int = 0


@published("extraction", subject="run.run_id", kind="assistance_run")
@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsAsked(Event):
    """A person asked a model to suggest passages of some documents."""

    run: AssistanceRunState


@published("extraction", subject="run.run_id", kind="assistance_run")
@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsMade(Event):
    """A machine is done with a run, or it stopped: so many passages wait for a person."""

    run: AssistanceRunState


@published("extraction", subject="suggestion_id", kind="suggestion")
@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionJudged(Event):
    """A person judged a suggestion: accepted, changed (accepted after a change) or rejected;
    `pending` where they undid that.

    What was accepted is the person's fragment from then on (`fragment_id`).
    """

    suggestion_id: str
    run_id: str
    document_id: str
    verdict: str
    fragment_id: str | None = None
