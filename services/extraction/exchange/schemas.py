"""Models of the exchange with other tools."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.exchange.domain.mapping import MappedCode
from services.extraction.schemas import Input
from shared.http.bounds import Key, Name


class MappedCodeIn(Input):
    """What a code of the project is in the review; without a role it stays as it came."""

    code: Key = Field(description="the code's id in the project, as listed")
    role: Name | None = None
    theory: Key | None = None
    group: Name = Field("", description="label of the group; empty: one of its own")
    sense: Name = "same"
    valence: Name | None = Field(
        None, description="desired or undesired: of the outcomes coded beside it"
    )

    def mapped(self) -> MappedCode:
        """As the domain says it."""
        return MappedCode(**self.model_dump())


class MappingIn(Input):
    """What codes and people of a project are in the review."""

    codes: list[MappedCodeIn] = Field(max_length=20_000)
    people: dict[Key, Key] = Field(
        default={}, max_length=1000, description="who in the review a user is, by user"
    )
    confidential: bool = Field(False, description="whether its sources are confidential")


class ChangeIn(Input):
    """One of the differences, as they are listed."""

    kind: Name
    id: Key


class AcceptIn(Input):
    """How far to go."""

    remove: bool = Field(
        False, description="also withdraw what the review has and its returning export has not"
    )
    leave: list[ChangeIn] = Field(
        default=[], max_length=1000, description="differences of a returning export to leave out"
    )


class ProjectOut(BaseModel):
    """A project with what is in it and what was odd about it."""

    id: str
    name: str
    filename: str
    origin: str
    kind: str
    state: str
    losses: list[str]
    mapping: dict[str, Any]
    replaces: str | None
    taken_at: datetime
    taken_by: str | None
    accepted_at: datetime | None
    counts: dict[str, int]
    codes: list[dict[str, Any]]
    people: list[dict[str, Any]]
    sets: list[dict[str, Any]]


class PreviewOut(BaseModel):
    """What accepting a project would do, and what it would not."""

    own: bool = Field(description="whether it is an export of this product that comes back")
    counts: dict[str, dict[str, int]] = Field(
        description="how many documents, codebooks, fragments, memos, codes and others are added,"
        " changed, removed"
    )
    changes: list[dict[str, Any]] = Field(description="the first of them, each with a label")
    total: int
    stays: list[str] = Field(description="what stays as it came, by kind and name")
    losses: list[str] = Field(description="what was odd, or the mapping cannot carry over")


class ListedProjectOut(BaseModel):
    """A project in the list."""

    id: str
    name: str
    filename: str
    origin: str
    kind: str
    state: str
    taken_at: datetime
    accepted_at: datetime | None


class AcceptedOut(BaseModel):
    """What accepting a project did."""

    project: str
    changed: bool
    changes: list[dict[str, Any]]


class LossesOut(BaseModel):
    """What of the review an export cannot hold, by name."""

    losses: list[str]
