"""Models of codebooks."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.schemas import Input
from shared.events.extraction import CodeState, GroupState
from shared.http.bounds import Key, Listed, Name, Tupled, Words


class CodeIn(Input):
    """A code in its group."""

    id: Key
    label: Words = ""
    sense: Name = "same"
    sense_by: Name = "person"


class GroupIn(Input):
    """A group of codes of one role."""

    id: Key
    role: Name
    label: Words = ""
    level: Name | None = None
    valence: Name | None = Field(None, description="of an outcome: desired or undesired")
    two_valued: bool = Field(
        False, description="the absence of a code of opposite sense is a presence of the group"
    )
    opposite_of: Key | Listed[Key] | None = Field(
        None, description="the group of the same role that it is the opposite of, or several"
    )
    parent: Key | None = Field(None, description="the group above it in the tree")
    description: Words = ""
    codes: Tupled[CodeIn] = ()

    def group(self) -> GroupState:
        """As the domain says it."""
        codes = tuple(
            CodeState(code_id=c.id, label=c.label, sense=c.sense, sense_by=c.sense_by)
            for c in self.codes
        )
        named = [self.opposite_of] if isinstance(self.opposite_of, str) else self.opposite_of or []
        return GroupState(
            group_id=self.id,
            role=self.role,
            label=self.label,
            level=self.level,
            opposite_of=named[0] if named else None,
            opposites=tuple(named) if len(named) > 1 else (),
            codes=codes,
            valence=self.valence,
            two_valued=self.two_valued,
            parent=self.parent,
            description=self.description,
        )


class CodebookIn(Input):
    """A theory's whole codebook."""

    groups: Listed[GroupIn]


class CodebookOut(BaseModel):
    """A codebook, with what is odd about it."""

    theory: str
    version: int
    changed: bool | None = None
    loose: list[dict[str, Any]] = Field(
        [], description="codes in use that stand in no group of any theory"
    )
    groups: list[dict[str, Any]]
    ungrouped: list[dict[str, Any]]
    unchecked: list[str]


class VersionOut(BaseModel):
    """One version of a codebook."""

    version: int
    stored_at: datetime
    stored_by: str | None
