"""Models of assistance."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.extraction.fragments.schemas import FragmentIn
from services.extraction.schemas import Input
from shared.http.bounds import Key, Words

MOST_DOCUMENTS = 500
MOST_THEORIES = 100


class RunIn(Input):
    """Which documents suggestions are asked for, with the codes of which theories (none: all)."""

    documents: list[Key] = Field(min_length=1, max_length=MOST_DOCUMENTS)
    theories: list[Key] = Field(default_factory=list, max_length=MOST_THEORIES)


class VerdictIn(Input):
    """What a person says of a suggestion."""

    verdict: Literal["accept", "reject"]
    reason: Words = Field("", max_length=5000, description="needed where it is rejected")
    fragment: FragmentIn | None = Field(
        None, description="accepted like this instead; left out: as it was suggested"
    )


class RunOut(BaseModel):
    """A run in numbers; `parts` of the texts that were looked at so far are sent one by one."""

    id: str
    state: Literal["running", "waiting", "stopped", "done"]
    reason: str
    coder: str
    model: str
    host: str
    theories: list[str]
    documents: int
    documents_done: int
    parts: int
    parts_done: int
    left_out: list[dict[str, str]]
    suggested: int
    states: dict[str, int]
    dropped: dict[str, int]
    tokens: int
    budget: int
    asked_at: datetime
    asked_by: str | None
    changed_at: datetime


class AssistanceOut(BaseModel):
    """Whether suggestions can be asked for, of what, the runs, and how well they agree."""

    on: bool
    why_off: str
    name: str
    model: str
    host: str
    runs: list[RunOut]
    suggested: int
    states: dict[str, int]
    measured: list[dict[str, Any]]


class SuggestionOut(BaseModel):
    """A suggestion with its passage, and what people made of it."""

    id: str
    run: str
    document: str
    title: str
    state: Literal["pending", "accepted", "changed", "rejected"]
    start: int
    end: int
    quote: str
    before: str
    after: str
    elements: list[dict[str, str]]
    theories: list[str]
    rationale: str
    coder: str
    model: str
    reason: str
    fragment: str | None
    suggested_at: datetime
    judged_at: datetime | None
    judged_by: str | None
