"""What the models share: cleaned words, keys, results."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from shared.text import clean

Key = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean)]
Words = Annotated[str, AfterValidator(clean)]


class Input(BaseModel):
    """What people send."""

    model_config = ConfigDict(extra="forbid")


class ReasonIn(Input):
    """Why."""

    reason: Words = ""


class ResultOut(BaseModel):
    """The version at which a thing stands, and whether this command made it."""

    id: str
    version: int
    changed: bool


class ResultsOut(BaseModel):
    """One result per item of a batch, in its order."""

    results: list[ResultOut]
