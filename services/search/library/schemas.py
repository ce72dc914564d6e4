"""Imports, records, proposals: what their routes take and give."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.http.bounds import Key, Line, Listed, Name, Words

FlagName = Literal["retraction", "concern", "correction", "reinstatement"]


class In(BaseModel):
    """What is taken: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class RepairOut(BaseModel):
    """Something in the file that was wrong and has been read in spite of it."""

    line: int
    what: str


class RejectionOut(BaseModel):
    """A part of the file that could not become a record."""

    line: int
    why: str


class ImportOut(BaseModel):
    """An import and what became of it."""

    import_id: str
    filename: str
    source: str
    arm: str
    state: str
    format: str
    encoding: str
    size: int
    records: int
    source_records: int
    added: int
    merged: int
    seen: int
    repairs: list[RepairOut]
    rejections: list[RejectionOut]
    unlisted: int
    reason: str
    created_at: datetime
    created_by: str | None


class PreviewOut(BaseModel):
    """What an export file holds, before it is imported: counts, first titles, faults by line."""

    format: str
    encoding: str
    records: int
    titles: list[str]
    repairs: list[RepairOut]
    rejections: list[RejectionOut]


class ReasonIn(In):
    """Why something is done."""

    reason: Words = ""


class RecordIn(In):
    """A record typed in by hand, or brought by a loader."""

    source: Name = "hand"
    own_id: Name | None = None
    title: Words = ""
    abstract: Words = ""
    authors: Listed[Line] = Field(default_factory=list)
    year: int | None = Field(None, ge=1000, le=2999)
    journal: Line = ""
    volume: Name = ""
    issue: Name = ""
    pages: Name = ""
    publisher: Line = ""
    language: Name = ""
    doi: Name | None = None
    pmid: Name | None = None
    keywords: Listed[Line] = Field(default_factory=list)
    urls: Listed[Line] = Field(default_factory=list)
    kind: Name = "article"
    label: Name = ""
    arm: Literal["database", "other"] = "other"


class BatchIn(In):
    """Several records at once."""

    records: list[RecordIn] = Field(max_length=2000)


class BatchResult(BaseModel):
    """What became of one record of a batch."""

    own_id: str | None
    record_id: str
    added: bool


class BatchOut(BaseModel):
    """What became of each record, in the order they were sent."""

    records: list[BatchResult]


class SourceOut(BaseModel):
    """One source record of a record: who brought it and when."""

    source_record_id: str
    source: str
    own_id: str | None
    routes: list[dict[str, Any]]


class FlagOut(BaseModel):
    """A standing flag, and the sources that say so."""

    kind: str
    notice: str
    raised_at: str
    sources: list[str] = Field(default_factory=list)


class RecordOut(BaseModel):
    """A record as lists show it."""

    record_id: str
    title: str
    abstract: str
    authors: list[str]
    year: int | None
    journal: str
    volume: str
    issue: str
    pages: str
    doi: str | None
    pmid: str | None
    keywords: list[str]
    language: str
    kind: str
    label: str
    state: str
    version: int
    flags: list[FlagOut]
    aliases: list[str]
    sources: list[SourceOut]


class HistoryOut(BaseModel):
    """One line of a record's history."""

    at: datetime
    actor: str | None
    what: str
    record_id: str
    detail: dict[str, Any]


class RetractionSaidOut(BaseModel):
    """What one source says: `retracted`, `not_retracted`, or `unknown`, with the reason."""

    source: str
    state: str
    asked_at: datetime | None
    why: str


class RetractionOut(BaseModel):
    """Whether an article is retracted, by all sources together and by each."""

    state: str
    sources: list[RetractionSaidOut]


class RecordWholeOut(RecordOut):
    """A record with everything known of it."""

    retraction: RetractionOut
    bibliography: dict[str, Any]
    provenance: dict[str, list[str]]
    amended: dict[str, Any]
    history: list[HistoryOut]


class AmendIn(In):
    """Corrections of a record's fields (those given; null says nothing), a note, and why."""

    title: Words | None = None
    abstract: Words | None = None
    authors: Listed[Line] | None = None
    year: int | None = Field(None, ge=1000, le=2999)
    journal: Line | None = None
    volume: Name | None = None
    issue: Name | None = None
    pages: Name | None = None
    publisher: Line | None = None
    language: Name | None = None
    doi: Name | None = None
    pmid: Name | None = None
    keywords: Listed[Line] | None = None
    kind: Name | None = None
    reason: Words = ""
    note: Words = ""


class FlagIn(In):
    """A flag raised by hand; `notice` cites where it was published."""

    flag: FlagName
    notice: Words = ""


class MergeIn(In):
    """The record to make one with."""

    other: Key
    reason: Words = ""


class SplitIn(In):
    """The source records to take out again."""

    sources: Listed[Key] = Field(min_length=1)
    reason: Words = ""


class AssignIn(In):
    """A batch of records for one person."""

    records: list[Key] = Field(min_length=1, max_length=5000)
    person: Name


class AssignOut(BaseModel):
    """How many records were not the person's already."""

    assigned: int


class ProposalOut(BaseModel):
    """Two records that may be one, side by side, and why."""

    proposal_id: str
    reason: str
    strength: int
    records: list[RecordOut]


class VerdictIn(In):
    """A person's word on a proposal."""

    verdict: Literal["merge", "distinct"]
    reason: Words = ""


class LibraryOut(BaseModel):
    """A review's library in numbers."""

    records: int
    absorbed: int
    removed: int
    source_records: int
    proposals: int
