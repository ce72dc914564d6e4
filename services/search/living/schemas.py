"""Searches and runs: what their routes take and give."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Line, Listed, Name, Terms, Words


class ConceptIn(In):
    """One concept of a strategy: broad and narrow terms as texts and nested lists."""

    name: Line
    broad: Terms = None
    narrow: Terms = None
    applied: bool = True


class SearchIn(In):
    """A search: a query or concepts for PubMed, or another database's strategy as written."""

    name: Line = ""
    database: Line = "pubmed"
    platform: Line = ""
    query: Words = ""
    concepts: Listed[ConceptIn] = Field(default_factory=list)
    breadth: Literal["broad", "narrow", "both"] = "broad"
    lines: Listed[Words] = Field(default_factory=list)
    schedule: Line = ""
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


class RangeOut(BaseModel):
    """An expected number with its 95 % range."""

    expected: float
    low: float
    high: float


class ForecastOut(BaseModel):
    """A year of a search's updates, from its log: records, and the includes among them."""

    years: float
    updates: int
    added: int
    settled: int
    included: int
    records_a_year: RangeOut | None
    includes_a_year: RangeOut | None
    words: str


class RunIn(In):
    """How to run a search; the same `run_id` again runs it once."""

    run_id: Name = ""
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
