"""What the search service's HTTP interface takes and gives."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FlagName = Literal["retraction", "concern", "correction", "reinstatement"]


class _In(BaseModel):
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
    untold: int
    reason: str
    created_at: datetime
    created_by: str | None


class ReasonIn(_In):
    """Why something is done."""

    reason: str = ""


class RecordIn(_In):
    """A record typed in by hand, or brought by a loader."""

    source: str = "hand"
    own_id: str | None = None
    title: str = ""
    abstract: str = ""
    authors: list[str] = Field(default_factory=list)
    year: int | None = Field(None, ge=1000, le=2999)
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    language: str = ""
    doi: str | None = None
    pmid: str | None = None
    keywords: list[str] = Field(default_factory=list)
    urls: list[str] = Field(default_factory=list)
    kind: str = "article"
    label: str = ""
    arm: Literal["database", "other"] = "other"


class BatchIn(_In):
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
    """A standing flag."""

    kind: str
    notice: str
    raised_at: str


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


class RecordWholeOut(RecordOut):
    """A record with everything known of it."""

    bibliography: dict[str, Any]
    provenance: dict[str, list[str]]
    amended: dict[str, Any]
    history: list[HistoryOut]


class AmendIn(_In):
    """Corrections of a record's fields (those given), a note, and why."""

    title: str | None = None
    abstract: str | None = None
    authors: list[str] | None = None
    year: int | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    language: str | None = None
    doi: str | None = None
    pmid: str | None = None
    keywords: list[str] | None = None
    kind: str | None = None
    reason: str = ""
    note: str = ""


class FlagIn(_In):
    """A flag raised by hand; `notice` cites where it was published."""

    flag: FlagName
    notice: str = ""


class MergeIn(_In):
    """The record to make one with."""

    other: str
    reason: str = ""


class SplitIn(_In):
    """The source records to take out again."""

    sources: list[str] = Field(min_length=1)
    reason: str = ""


class AssignIn(_In):
    """A batch of records for one person."""

    records: list[str] = Field(min_length=1, max_length=5000)
    person: str


class AssignOut(BaseModel):
    """How many records were not the person's already."""

    assigned: int


class ProposalOut(BaseModel):
    """Two records that may be one, side by side, and why."""

    proposal_id: str
    reason: str
    strength: int
    records: list[RecordOut]


class VerdictIn(_In):
    """A person's word on a proposal."""

    verdict: Literal["merge", "distinct"]
    reason: str = ""


class LibraryOut(BaseModel):
    """A review's library in numbers."""

    records: int
    absorbed: int
    removed: int
    source_records: int
    proposals: int


class ConceptIn(_In):
    """One concept of a strategy: broad and narrow terms as texts and nested lists."""

    name: str
    broad: Any = None
    narrow: Any = None
    applied: bool = True


class SearchIn(_In):
    """A search: a query or concepts for PubMed, or another database's strategy as written."""

    name: str = ""
    database: str = "pubmed"
    platform: str = ""
    query: str = ""
    concepts: list[ConceptIn] = Field(default_factory=list)
    breadth: Literal["broad", "narrow", "both"] = "broad"
    lines: list[str] = Field(default_factory=list)
    schedule: str = ""
    state: Literal["active", "paused", "retired"] = "active"


class SearchOut(BaseModel):
    """A search as it stands."""

    search_id: str
    name: str
    database: str
    query: str
    definition: dict[str, Any]
    schedule: str
    next_slot: datetime | None
    state: str
    watermark: dict[str, Any]
    translation: str
    notes: list[str]
    version: int


class RunIn(_In):
    """How to run a search; the same `run_id` again runs it once."""

    run_id: str = ""
    full: bool = False


class RunAsked(BaseModel):
    """A run that will start as soon as the worker is free."""

    run_id: str
    state: str


class RunOut(BaseModel):
    """One run of a search and all that came of it."""

    run_id: str
    search_id: str
    trigger: str
    state: str
    query: str
    found: int
    source_records: int
    added: int
    merged: int
    seen: int
    asked_at: datetime
    ended_at: datetime | None
    report: dict[str, Any]


class StepOut(BaseModel):
    """A proposed step of CLUSTER searching: what the evidence does not explain."""

    step_id: str
    theory_id: str
    state: str
    detail: dict[str, Any]
