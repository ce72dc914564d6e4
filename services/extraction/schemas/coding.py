"""Models of codebooks, fragments, appraisals and memos."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.schemas.base import Input, Key, Words
from shared.api import Whole
from shared.events.extraction import CodeState, Element, FragmentState, GroupState, SourceRef

MOST_FRAGMENTS = 1000


class CodeIn(Input):
    """A code in its group."""

    id: Key
    label: Words = ""
    sense: Words = "same"
    sense_by: Words = "person"


class GroupIn(Input):
    """A group of codes of one role."""

    id: Key
    role: Words
    label: Words = ""
    level: Words | None = None
    opposite_of: Key | None = None
    codes: tuple[CodeIn, ...] = ()

    def group(self) -> GroupState:
        """As the domain says it."""
        codes = tuple(
            CodeState(code_id=c.id, label=c.label, sense=c.sense, sense_by=c.sense_by)
            for c in self.codes
        )
        return GroupState(
            group_id=self.id,
            role=self.role,
            label=self.label,
            level=self.level,
            opposite_of=self.opposite_of,
            codes=codes,
        )


class CodebookIn(Input):
    """A theory's whole codebook."""

    groups: list[GroupIn]


class CodebookOut(BaseModel):
    """A codebook, with what is odd about it."""

    theory: str
    version: int
    changed: bool | None = None
    groups: list[dict[str, Any]]
    ungrouped: list[dict[str, Any]]
    unchecked: list[str]


class ElementIn(Input):
    """A coded part of a fragment."""

    role: Words
    code: Words
    state: Words | None = Field(
        None, description="left out: present, for an outcome not stated; or `not_stated`"
    )
    statement: Words = ""
    of_group: bool = Field(False, description="the state speaks of the group, not of the code")


class SourceIn(Input):
    """A source of a fragment."""

    document: Key
    attribution: Words = "cited"
    case: Key | None = None
    participant: Key | None = None


class FragmentIn(Input):
    """A fragment; `version` only where a bundle brings versions of its own."""

    theories: tuple[Key, ...] = ()
    elements: tuple[ElementIn, ...] = ()
    sources: tuple[SourceIn, ...] = ()
    document: Key | None = None
    quote: Words = ""
    start: Whole | None = Field(None, description="code points, from 0")
    end: Whole | None = Field(None, description="code points, exclusive")
    explicitness: Words = "stated"
    statement_level: Words = ""
    coder: Key | None = None
    coded_at: Words = ""
    duplicate_of: Key | None = None
    status: Words = "active"
    version: Whole | None = Field(None, ge=1)
    memo: Words = ""

    def state(self, fragment_id: str, coder: str | None) -> FragmentState:
        """As the domain says it; the version is given by the use case."""
        return FragmentState(
            fragment_id=fragment_id,
            version=0,
            status=self.status,
            theories=tuple(self.theories),
            elements=tuple(
                Element(
                    role=e.role,
                    code_id=e.code,
                    state=e.state,
                    statement=e.statement,
                    of_group=e.of_group,
                )
                for e in self.elements
            ),
            sources=tuple(
                SourceRef(
                    document_id=s.document,
                    attribution=s.attribution,
                    case_id=s.case,
                    participant=s.participant,
                )
                for s in self.sources
            ),
            document_id=self.document,
            quote=self.quote,
            start=self.start,
            end=self.end,
            explicitness=self.explicitness,
            statement_level=self.statement_level,
            coder=coder,
            coded_at=self.coded_at,
            duplicate_of=self.duplicate_of,
            memo=self.memo,
        )


class NamedFragmentIn(FragmentIn):
    """A fragment of a batch."""

    id: Key


class FragmentsIn(Input):
    """A batch of fragments: all are stored, or none."""

    fragments: list[NamedFragmentIn] = Field(max_length=MOST_FRAGMENTS)


class IdsIn(Input):
    """Which fragments."""

    ids: list[Key] = Field(max_length=MOST_FRAGMENTS)


class AppraisalIn(Input):
    """What a person says of a fragment's evidence; null: not judged."""

    relevance: Words | None = None
    richness: Words | None = None
    rigour: Words | None = None
    comment: Words = ""
    person: Key | None = None


class MemoIn(Input):
    """A memo about a thing, such as `fragment/F1`, `theory/PT1`, `document/D1`."""

    about: Key
    text: Words
    id: Key | None = None


class VersionOut(BaseModel):
    """One version of a codebook."""

    version: int
    stored_at: datetime
    stored_by: str | None
