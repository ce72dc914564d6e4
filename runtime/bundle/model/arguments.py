"""Arguments of theories.json: CMO configurations that people hold, and what they predict."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from runtime.bundle.model.evidence import CountedRole, Key, Part, TheoryKey, Whole

OF_OUTCOMES = ("occurred", "failed", "reversed")
Sign = Literal["present", "absent", "occurred", "failed", "reversed"]


class Term(Part):
    """A group of a role with a state."""

    role: CountedRole
    group: Key
    state: Sign

    @model_validator(mode="after")
    def _state_of_role(self) -> "Term":
        allowed = OF_OUTCOMES if self.role == "outcome" else ("present", "absent")
        if self.state not in allowed:
            raise ValueError(
                f"state '{self.state}' does not fit role {self.role}; write {' or '.join(allowed)}"
            )
        return self


class ContextTerm(Part):
    """A context group with a state."""

    group: Key
    state: Literal["present", "absent"] = "present"


class Prediction(Part):
    """Where all of `given` is so, `expected` is expected."""

    id: Key
    given: Annotated[tuple[Term, ...], Field(min_length=1)]
    expected: Term
    words: str = ""

    @model_validator(mode="after")
    def _expects_something_else(self) -> "Prediction":
        expected = (self.expected.role, self.expected.group)
        if expected in [(term.role, term.group) for term in self.given]:
            raise ValueError("it predicts what it was given; expect another group")
        return self


class Argument(Part):
    """One version of an argument; without `version` it is the next one.

    `because` says why this version; a `retired` one is kept and no longer watched.
    """

    id: Key
    theory: TheoryKey
    version: Annotated[Whole, Field(ge=1)] | None = None
    contexts: tuple[ContextTerm, ...] = ()
    resource: Key | None = None
    response: Key | None = None
    outcome: Key
    outcome_state: Literal["occurred", "failed"] = "occurred"
    warrant: str = ""
    rivals: tuple[str, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    because: str = ""
    substantive_theories: tuple[Key, ...] = ()
    memos: tuple[Key, ...] = ()
    status: Literal["held", "retired"] = "held"

    @model_validator(mode="after")
    def _names_a_mechanism(self) -> "Argument":
        if self.resource is None and self.response is None:
            raise ValueError("it names no mechanism; name a resource, a response or both")
        return self
