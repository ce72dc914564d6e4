"""Models of studies, their links and their cases."""

from typing import Any

from pydantic import BaseModel, Field

from services.extraction.schemas import Input
from shared.http.bounds import Key, Name, Words


class LinkIn(Input):
    """Two studies, in any order."""

    a: Key
    b: Key


class LinkOut(BaseModel):
    """A sibling link."""

    link_id: str
    linked: bool
    changed: bool


class SiblingProposalOut(BaseModel):
    """Two studies that seem to be one; `by` is trial, grant, collective or authors."""

    a: str
    b: str
    by: str
    value: str
    certainty: int = Field(description="of 100")


class CaseIn(Input):
    """A case of a study: a setting, an arm, a comparator or a subgroup."""

    id: Key
    kind: Name = "setting"
    label: Words = Field("", max_length=500)
    description: Words = Field("", max_length=5000)

    def said(self) -> dict[str, Any]:
        """As the use case takes it."""
        return {"case_id": self.id, **self.model_dump(exclude={"id"})}


class CasesIn(Input):
    """The cases of a study."""

    cases: list[CaseIn] = Field(max_length=200)


class CaseOut(BaseModel):
    """A case of a study."""

    study: str
    id: str
    kind: str
    label: str
    description: str


class CasesOut(BaseModel):
    """Cases, and how to code them."""

    cases: list[CaseOut]
    guidance: str


class LinkPair(BaseModel):
    """Two studies, sorted; in a link they count as one."""

    a: str
    b: str


class KinPair(LinkPair):
    """Two studies that are related and count each by itself, and by what they are."""

    why: str


class LinksOut(BaseModel):
    """The study map: links, linked sets by canonical study, harmless cycles, and kin."""

    links: list[LinkPair]
    siblings: dict[str, list[str]]
    cycles: list[list[str]]
    kinships: list[KinPair] = []
