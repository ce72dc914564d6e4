"""What people send of arguments."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.synthesis.schemas import Input
from shared.events.synthesis import ArgumentPrediction, ArgumentTerm
from shared.http.bounds import Key, Tupled, Whole, Words

OF_OUTCOMES = ("occurred", "failed", "reversed")


class TermIn(Input):
    """A group of a role in a state."""

    role: Literal["context", "mechanism_resource", "mechanism_response", "outcome"]
    group: Key
    state: Literal["present", "absent", "occurred", "failed", "reversed"]

    @model_validator(mode="after")
    def _state_of_role(self) -> "TermIn":
        if (self.role == "outcome") != (self.state in OF_OUTCOMES):
            raise ValueError(
                "an outcome is occurred or failed, everything else present or absent; "
                "choose a state that fits the role"
            )
        return self

    def term(self) -> ArgumentTerm:
        """The value."""
        return ArgumentTerm(role=self.role, group=self.group, state=self.state)


class ContextIn(Input):
    """A context group in a state."""

    group: Key
    state: Literal["present", "absent"] = "present"

    def term(self) -> ArgumentTerm:
        """The value."""
        return ArgumentTerm(role="context", group=self.group, state=self.state)


class PredictionIn(Input):
    """Where all of `given` is so, `expected` is expected; `id` is its key in the argument."""

    id: Key
    given: Annotated[Tupled[TermIn], Field(min_length=1)]
    expected: TermIn
    words: Words = ""

    @model_validator(mode="after")
    def _expects_something_else(self) -> "PredictionIn":
        expected = (self.expected.role, self.expected.group)
        if expected in [(term.role, term.group) for term in self.given]:
            raise ValueError("it predicts what it was given; expect another group")
        return self

    def prediction(self) -> ArgumentPrediction:
        """The value."""
        given = tuple(term.term() for term in self.given)
        return ArgumentPrediction(
            id=self.id, given=given, expected=self.expected.term(), words=self.words
        )


class ArgumentIn(Input):
    """A configuration of context, mechanism and outcome that people hold.

    `because` says why it is stated, or why it is amended. `version` is for what was stated
    elsewhere: a higher one than what is known stands as it is, and groups that the codebook does
    not have are listed among the issues; a lower or equal one changes nothing.
    """

    theory: Key
    contexts: Tupled[ContextIn] = ()
    resource: Key | None = None
    response: Key | None = None
    outcome: Key
    outcome_state: Literal["occurred", "failed"] = "occurred"
    warrant: Words = ""
    rivals: Tupled[Words] = ()
    predictions: Tupled[PredictionIn] = ()
    because: Words = ""
    substantive_theories: Tupled[Key] = Field((), description="on which the warrant rests")
    memos: Tupled[Key] = Field((), description="on which the warrant rests")
    version: Annotated[Whole, Field(ge=1)] | None = None
    status: Literal["held", "retired"] | None = Field(
        None, description="only with `version`: retire and bring back by their own routes"
    )

    @model_validator(mode="after")
    def _sound(self) -> "ArgumentIn":
        if self.resource is None and self.response is None:
            raise ValueError("it names no mechanism; name a resource, a response or both")
        for what, names in (
            ("context", [context.group for context in self.contexts]),
            ("prediction", [prediction.id for prediction in self.predictions]),
        ):
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise ValueError(f"it names {what} '{twice}' twice; leave one out")
        if self.status is not None and self.version is None:
            raise ValueError("a status needs a version; retire the argument instead")
        return self
