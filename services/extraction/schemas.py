"""What the models share: cleaned words, keys, results."""

from pydantic import BaseModel, ConfigDict

from shared.http.bounds import Words


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
