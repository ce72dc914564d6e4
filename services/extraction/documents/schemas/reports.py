"""Models of the getting of reports, and of whom documents are given to."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.extraction.documents.schemas.documents import MOST_DOCUMENTS
from services.extraction.schemas import Input
from shared.http.bounds import Key, Whole, Words


class AssignmentIn(Input):
    """A document and whom it is given to; null takes it back."""

    document: Key
    person: Key | None


class AssignmentsIn(Input):
    """Documents that are given to people: all, or none."""

    assignments: list[AssignmentIn] = Field(min_length=1, max_length=MOST_DOCUMENTS)


class AssignmentOut(BaseModel):
    """With whom a document is now, and whether this command changed it."""

    document: str
    person: str | None
    changed: bool


class AssignmentsOut(BaseModel):
    """One result per assignment, in their order."""

    results: list[AssignmentOut]


class RetrievalIn(Input):
    """How far the getting of a report is."""

    state: Literal["sought", "requested", "received", "not_retrieved", "retrieved"] = Field(
        description="`retrieved` is an older word for `received`"
    )
    reason: Words = Field("", max_length=5000)

    def said(self) -> Literal["sought", "requested", "received", "not_retrieved"]:
        """The state in the word that is kept."""
        return "received" if self.state == "retrieved" else self.state


class RetrievalOut(BaseModel):
    """A report that is sought, retrieved or not; what is known of its record; whether it is
    included at the last main stage now.
    """

    record: str
    state: str
    reason: str
    sought_at: datetime
    changed_at: datetime
    changed_by: str | None
    title: str = ""
    label: str = ""
    year: Whole | None = None
    doi: str | None = None
    included: bool = False
    theories: list[str] = []


class FindingsOut(BaseModel):
    """What is odd about a review's coding."""

    fragments_without_theory: list[str]
    unknown_theories: list[str]
    unknown_codes: list[dict[str, Any]]
    unknown_documents: list[str]
    unknown_records: list[str] = Field(
        description="documents whose record the review's library does not have"
    )
    broken_passages: list[str]
    unverified_passages: list[str]
    unchecked_senses: list[dict[str, str]]
    link_cycles: list[list[str]]
