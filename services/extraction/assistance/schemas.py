"""Models of assistance."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from services.extraction.fragments.schemas import FragmentIn
from services.extraction.schemas import Input
from shared.actors import is_machine, refuse_machine
from shared.http.bounds import Key, Listed, ManyOf, Moment, Name, Whole, Words

MOST_DOCUMENTS = 500
MOST_THEORIES = 100
MOST_REASONS = 50


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
    stands: bool = Field(description="whether it has one place in the document's text of now")
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


Count = Annotated[Whole, Field(ge=0)]


def _of_machine(name: str) -> str:
    if not is_machine(name):
        raise ValueError("what suggests is a machine; its name begins with 'machine:'")
    return name


Machine = Annotated[Key, AfterValidator(_of_machine)]
Person = Annotated[Key, AfterValidator(refuse_machine)]


class KeptEntry(Input):
    """A document of a run; `is_newest`: its text is the one of which was asked."""

    document: Key
    state: Literal["open", "asked", "left_out"]
    reason: Words = ""
    is_newest: bool = True
    parts: Count = 0
    done: Count = 0
    suggested: Count = 0


class KeptRun(Input):
    """A run as another installation kept it; `codes` are pairs of role and code."""

    id: Key
    state: Literal["running", "waiting", "stopped", "done"]
    reason: Words = ""
    coder: Machine
    model: Name
    host: Name
    theories: Listed[Key] = Field(default_factory=list)
    codes: ManyOf[tuple[Name, Key]] = Field(default_factory=list)
    documents: Listed[KeptEntry] = Field(default_factory=list)
    dropped: dict[Name, Count] = Field(default_factory=dict, max_length=MOST_REASONS)
    suggested: Count = 0
    tokens: Count = 0
    budget: Count = 0
    failures: Count = 0
    asked_at: Moment
    asked_by: Person | None = None


class KeptElement(Input):
    """A code of a suggestion with its role and state, as elements of fragments are kept."""

    role: Literal["context", "mechanism_resource", "mechanism_response", "outcome"]
    code_id: Key
    state: Name | None = None


class KeptSuggestion(Input):
    """A suggestion as another installation kept it, with its quote and its verdict."""

    id: Key
    run: Key
    document: Key
    start: Count
    end: Count
    quote: Words = ""
    elements: Listed[KeptElement]
    theories: Listed[Key] = Field(default_factory=list)
    rationale: Words = ""
    model: Name
    coder: Machine
    state: Literal["pending", "accepted", "changed", "rejected"]
    reason: Words = ""
    fragment: Key | None = None
    suggested_at: Moment
    judged_at: Moment | None = None
    judged_by: Person | None = None


class KeptIn(Input):
    """Runs and suggestions to add."""

    runs: Listed[KeptRun] = Field(default_factory=list)
    suggestions: Listed[KeptSuggestion] = Field(default_factory=list)


class KeptOut(BaseModel):
    """Every run and suggestion of a review, as a bundle holds them."""

    runs: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]


class TakenOut(BaseModel):
    """How many of the runs and suggestions are new here."""

    added: int
