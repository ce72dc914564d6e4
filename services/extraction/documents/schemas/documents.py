"""Models of documents, their texts and what happened to them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.schemas import Input
from services.extraction.texts.domain import DocumentFacts, Speaker
from shared.http.bounds import FullText, Key, Moment, Name, Whole, Words

MOST_DOCUMENTS = 500


class SpeakerIn(Input):
    """Who speaks in a transcript, and as whom they count."""

    speaker: Key = Field(description="the name as the transcript has it")
    participant: Key
    kind: Words = Field("", max_length=100, description="staff, service_user, carer …")
    case: Key | None = None

    def said(self) -> Speaker:
        """As the domain says it."""
        return Speaker(
            speaker=self.speaker, participant=self.participant, kind=self.kind, case=self.case
        )


class DocumentIn(Input):
    """A document: a report's text, or another source of evidence (then without `record`)."""

    kind: Name = "literature"
    title: Words = ""
    record: Key | None = None
    study: Name = Field("", description="the study it reports; empty: a study of its own")
    case: Key | None = Field(None, description="setting, arm or subgroup")
    confidential: bool | None = Field(
        None,
        description="no word of it leaves this service in events; null leaves it as it is",
    )
    opening_reason: Words = Field(
        "", max_length=5000, description="why an owner lets a confidential document be open"
    )
    year: Whole | None = None
    text: FullText | None = Field(None, description="null leaves the stored text as it is")
    participant: Words | None = Field(
        None, max_length=500, description="who speaks in all of it; null leaves it, empty: nobody"
    )
    speakers: tuple[SpeakerIn, ...] | None = Field(
        None, max_length=500, description="who speaks in a transcript; null leaves it as it is"
    )
    retain_until: Moment | None = Field(
        None, description="when every word of it is erased by itself; null leaves it as it is"
    )
    past: bool = Field(
        False,
        description="its text was here before its record was excluded or retracted (of bundles); "
        "else the text of such a record is refused",
    )

    def facts(self, document_id: str) -> DocumentFacts:
        """As the use case takes it."""
        return DocumentFacts(
            document_id=document_id,
            kind=self.kind,
            title=self.title,
            record_id=self.record,
            study_id=self.study,
            case_id=self.case,
            confidential=self.confidential,
            opening_reason=self.opening_reason,
            year=self.year,
            text=self.text,
            participant=self.participant,
            speakers=None if self.speakers is None else tuple(s.said() for s in self.speakers),
            retain_until=self.retain_until,
        )


class NamedDocumentIn(DocumentIn):
    """A document of a batch."""

    id: Key


class DocumentsIn(Input):
    """A batch of documents: all are stored, or none."""

    documents: list[NamedDocumentIn] = Field(max_length=MOST_DOCUMENTS)


class DocumentOut(BaseModel):
    """A document; `title` is empty for a confidential one that the reader may not read."""

    id: str
    kind: str
    title: str
    record: str | None
    study: str
    case: str | None
    year: int | None
    confidential: bool
    withdrawn: bool
    erased: bool
    text_version: int
    version: int
    fragments: int = Field(description="fragments that rest on it (in lists)")
    updated_at: datetime
    participant: str | None = None
    speakers: list[dict[str, Any]] | None = None
    retain_until: datetime | None = None
    assignee: str | None = Field(None, description="the person whom it was given to code")
    retrieval: str | None = Field(
        None, description="of a document to get (version 0): sought, requested, not_retrieved …"
    )


class PlaceOut(BaseModel):
    """A paragraph of a text: code points from `start` to `end`, and where it stands."""

    start: int
    end: int
    page: int | None = None
    label: str = Field("", description="what the file calls the page, where not its number")
    part: str = "body"
    section: str = ""
    speaker: str = ""
    seconds: float | None = None


class ErasureOut(BaseModel):
    """What is left of a source: rows that hold its words, by what they are."""

    document: str
    erased: bool
    left: dict[str, int]


class MapOut(BaseModel):
    """Where the paragraphs of a text stand; none where the text was pasted."""

    text_version: int
    paragraphs: list[PlaceOut]


class TextOut(BaseModel):
    """A document's text at a version; offsets into it count code points."""

    text_version: int
    text: str
    sha256: str
    stored_at: datetime


class DocumentEntryOut(BaseModel):
    """One thing that happened to a document."""

    version: int
    what: str
    reason: str
    at: datetime
    by: str | None
