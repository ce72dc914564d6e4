"""What people send to synthesis."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from shared.text import clean

Key = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean)]
Words = Annotated[str, AfterValidator(clean)]
NoteKind = Literal["idea", "slot", "substantive_theory", "node", "link", "statement"]


def _verdict(value: Any) -> Any:
    return "_".join(value.lower().replace("-", " ").split()) if isinstance(value, str) else value


class Input(BaseModel):
    """What people send; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ReasonIn(Input):
    """Why."""

    reason: Words = ""


class TheoryIn(Input):
    """A programme theory in people's words; `reason` says why it was worded anew."""

    number: int | None = None
    name: Words = ""
    statement: Words = ""
    context: Words = ""
    resource: Words = ""
    response: Words = ""
    outcome_proximal: Words = ""
    outcome_distal: Words = ""
    domain: Words = ""
    status: Literal["initial", "refined", "final", "retired"] = "initial"
    reason: Words = ""


class PinIn(Input):
    """An outcome group to hold first, or null to take the pin away; and why."""

    outcome: Key | None
    reason: Words = ""


class ParametersIn(Input):
    """Thresholds to change; those not named stay."""

    k_enabling: Annotated[int, Field(ge=1)] | None = None
    k_disabling: Annotated[int, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    near: Annotated[int, Field(ge=0)] | None = None


class JudgementIn(Input):
    """One person's word on one fragment of a CCMOC."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    theory: Key
    outcome: Key
    resource: Key | None = None
    response: Key | None = None
    fragment: Key
    person: Key | None = None
    acting_as: Literal["reviewer", "verifier"] = Field(alias="as")
    verdict: Annotated[
        Literal["supports", "partly", "does_not", "unsure"], BeforeValidator(_verdict)
    ]


class JudgementsIn(Input):
    """Judgements, in the order in which they were given."""

    judgements: list[JudgementIn]


class StateIn(Input):
    """What people say a CCMOC is, and why."""

    state: Literal["conjectured", "checked", "agreed", "in_theory", "rejected", "dormant"]
    reason: Words = ""


class NoteIn(Input):
    """One note on a theory; which fields it has depends on its kind and is people's to say."""

    content: dict[str, Any]


class VersionIn(Input):
    """A version to freeze: its number and what triggered it."""

    number: Key
    reason: Words = ""
