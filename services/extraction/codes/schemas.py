"""Models of codes, groups, and what is done to them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from services.extraction.codes.handlers.commands import NewCode
from services.extraction.schemas import Input
from shared.http.bounds import Key, Name, Words

Label = Annotated[Words, StringConstraints(min_length=1, max_length=300)]


class NewCodeIn(Input):
    """A code to be made; the product gives it its id."""

    role: Name
    label: Label
    description: Words = ""
    examples: tuple[Words, ...] = Field((), max_length=50)
    theory: Key | None = None
    group: Key | None = None
    sense: Name = "same"

    def new(self) -> NewCode:
        """As the use case takes it."""
        return NewCode(**self.model_dump())


class LabelIn(Input):
    """Another label."""

    label: Label


class DescriptionIn(Input):
    """What a code means, with examples of it."""

    description: Words
    examples: list[Words] = Field([], max_length=50)


class MoveIn(Input):
    """Where to: a group of a theory, or out of its groups (null)."""

    theory: Key
    group: Key | None


class SenseIn(Input):
    """In which sense a code speaks of its group in a theory."""

    theory: Key
    sense: Name


class MergeIn(Input):
    """The code that stays."""

    into: Key


class PartIn(Input):
    """One of the new codes of a split, with the fragments that become its own."""

    label: Label
    description: Words = ""
    fragments: list[Key] = Field([], max_length=100_000)


class SplitIn(Input):
    """The new codes beside the old one, which keeps the fragments that are not named."""

    into: list[PartIn] = Field(min_length=1, max_length=50)


class FragmentsOfCodeIn(Input):
    """Fragments that fit what the code means now."""

    fragments: list[Key] = Field(max_length=100_000)


class NewGroupIn(Input):
    """A group to be made; the product gives it its id."""

    role: Name
    label: Label
    description: Words = ""
    parent: Key | None = None
    level: Name | None = None
    valence: Name | None = None
    two_valued: bool = False
    opposite_of: Key | None = None


class GroupChangeIn(Input):
    """What of a group changes; what is left out stays."""

    label: Label | None = None
    description: Words | None = None
    parent: Key | None = None
    level: Name | None = None
    valence: Name | None = None
    two_valued: bool | None = None
    opposite_of: Key | None = None


class CodebookActOut(BaseModel):
    """An act on the codebook: what it was, what it did, whether it was undone."""

    act: int
    kind: str
    summary: str
    code: str | None
    group: str | None = None
    made: list[str] = []
    theories: list[str]
    fragments: list[str]
    undone_by: int | None
    at: datetime
    by: str | None


class CodeOut(BaseModel):
    """A code with its use and its places."""

    code_id: str
    role: str
    label: str
    description: str
    examples: list[str]
    meaning: int
    status: str
    merged_into: str | None
    fragments: int
    places: list[dict[str, Any]]
    outdated: list[dict[str, Any]] | None = None
