"""Strategies: what their routes take and give."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Key, Terms, Words


class BlockIn(In):
    """One concept block: broad and narrow terms as texts and nested lists with AND and OR.

    Terms are written as for PubMed: `smok*`, `"Smoking"[mh]`, `"care team"[tiab:~3]`.
    """

    name: str = Field(min_length=1, max_length=200)
    broad: Terms = None
    narrow: Terms = None
    applied: bool = True


class StrategyIn(In):
    """A strategy: concept blocks, and the records that it must find."""

    name: str = Field("", max_length=200)
    concepts: list[BlockIn] = Field(min_length=1, max_length=30)
    breadth: Literal["broad", "narrow", "both"] = "broad"
    limits: str = Field("", max_length=2000)
    known: list[Key] = Field(default_factory=list, max_length=500)
    reason: Words = Field("", max_length=2000)


class StrategyOut(BaseModel):
    """A strategy at one version."""

    strategy_id: str
    version: int
    name: str
    concepts: list[dict[str, Any]]
    breadth: str
    limits: str
    known: list[str]
    reason: str
    changed_at: datetime
    changed_by: str | None


class LineOut(BaseModel):
    """One line of a search as a platform takes it, and what it could not say."""

    number: int
    concept: str
    text: str
    notes: list[str]


class TranslationOut(BaseModel):
    """A strategy in the syntax of one database on one platform."""

    key: str
    platform: str
    database: str
    lines: list[LineOut]
    notes: list[str]


class ElsewhereIn(In):
    """A run on a platform that is not searched from here; the same `run_id` again adds none."""

    run_id: str = Field("", max_length=100)
    platform: str = Field(min_length=1, max_length=100)
    database: str = Field(min_length=1, max_length=100)
    ran_on: date
    hits: int = Field(ge=0, le=100_000_000)
    export_file: str = Field("", max_length=500)
    lines: list[Words] = Field(default_factory=list, max_length=500)
    note: Words = Field("", max_length=2000)


class ElsewhereOut(BaseModel):
    """A recorded run: of which version, where, when, what it found, in which file it lies."""

    run_id: str
    strategy_id: str
    version: int
    platform: str
    database: str
    ran_on: date
    hits: int
    export_file: str
    lines: list[str]
    note: str
    recorded_at: datetime
    recorded_by: str | None


class KnownOut(BaseModel):
    """A record that the strategy must find, and the blocks that lose it."""

    record_id: str
    title: str
    found: bool
    lost_by: list[str]
    without_abstract: bool


class BlockLossOut(BaseModel):
    """How many known records a block loses, and how many of them it alone."""

    concept: str
    lost: int
    lost_alone: int


class ValidationOut(BaseModel):
    """The validation set against every block of a strategy."""

    strategy_id: str
    version: int
    found: int
    known: int
    records: list[KnownOut]
    blocks: list[BlockLossOut]
    unchecked: list[str]


class PrintedOut(BaseModel):
    """A strategy as an appendix prints it."""

    markdown: str
