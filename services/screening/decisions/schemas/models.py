"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from shared.clock import in_utc
from shared.http.bounds import Line, Whole
from shared.text import clean

Verdict = Literal["include", "exclude", "maybe"]


Moment = Annotated[datetime, AfterValidator(in_utc)]
"""A moment; without a time zone it is taken as UTC."""


Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000),
    AfterValidator(clean),
]
"""A written reason: words, not blanks."""


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(clean)]
"""The key of a record, a person, a theory or a criterion; a term."""


class Input(BaseModel):
    """Base of request bodies: an unknown key is a mistake, not a wish; no text is endless."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class CriterionIn(Input):
    """A criterion; `exclude`: one that is met excludes, `include`: one that is wanted."""

    id: Name
    text: Line
    kind: Literal["include", "exclude"] = "exclude"


class CriteriaIn(Input):
    """All criteria of a stage, in the order in which their reasons take precedence."""

    criteria: list[CriterionIn] = Field(max_length=200)


class CriteriaOut(BaseModel):
    """The criteria of a stage at their newest version."""

    stage: str
    version: int
    criteria: list[CriterionIn]


class DecisionIn(Input):
    """One decision. Instead of `verdict`, `met` may say of each criterion whether it is met.

    `person` and `decided_at` are for an owner who brings in what others decided elsewhere.
    """

    record: str = Field(min_length=1, max_length=200)
    verdict: Verdict | None = None
    met: dict[Name, bool | None] | None = Field(default=None, max_length=200)
    reason: str | None = Field(default=None, max_length=200)
    note: str = Field(default="", max_length=20_000)
    theories: list[Name] = Field(default=[], max_length=100)
    person: str | None = Field(default=None, max_length=200)
    decided_at: Moment | None = None
    criteria_version: Whole | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.verdict is None) == (self.met is None):
            raise ValueError("say either verdict or met")
        return self


class DecisionsIn(Input):
    """A batch of decisions, taken in their order."""

    decisions: list[DecisionIn] = Field(min_length=1, max_length=5000)


class ChangeIn(Input):
    """A verdict on a record that the path names."""

    verdict: Verdict
    reason: str | None = Field(default=None, max_length=200)
    note: str = Field(default="", max_length=20_000)
    theories: list[Name] = Field(default=[], max_length=100)
    person: str | None = Field(default=None, max_length=200)


class ResolutionIn(ChangeIn):
    """The team's verdict by a person: `note` is the written reason and must say something.

    `reason` is the criterion that an exclusion names.
    """

    model_config = ConfigDict(json_schema_extra={"required": ["verdict", "note"]})

    note: str = Field(default="", max_length=20_000, description="the written reason, in words")


class DecidedOut(BaseModel):
    """`state`: waiting, settled, maybe, conflict (absent with `refused`); `changed`: not a repeat.

    Of another person's vote it is `recorded` and `changed`, whatever is stored.

    `refused` is the problem that says why this decision was not taken.
    """

    record: str
    state: str
    changed: bool
    refused: dict[str, Any] | None = None


class ResultsOut(BaseModel):
    """One line per decision, in their order."""

    results: list[DecidedOut]


class ReasonIn(Input):
    """Why."""

    reason: Why


class QueueItem(BaseModel):
    """A record to be judged; `why` is the plain reason for its place."""

    record: str
    title: str
    abstract: str
    keywords: list[str]
    authors: list[str]
    year: int | None
    journal: str
    doi: str | None
    pmid: str | None
    label: str
    flags: list[dict[str, Any]]
    score: float | None
    why: str | None
    postponed: bool


class QueueCountOut(BaseModel):
    """What waits for a person at a stage (`more`: at least so many), and their day (UTC)."""

    waiting: int
    more: bool
    today: int


class QueueOut(BaseModel):
    """A page of the queue and the criteria version to judge by; `stopped` says if it ended.

    `held_by_others`: the record that was asked for, or all that is left, is with others now.
    """

    items: list[QueueItem]
    next: str | None = None
    criteria_version: int
    stopped: str = ""
    held_by_others: bool = False


class TakeIn(Input):
    """How many records to hold: this `record` if it is free, else the next, with these words.

    `leave` is the one that is held no more: it comes again only where there is no other.
    """

    count: int = Field(default=10, ge=1, le=200)
    record: Name | None = None
    leave: Name | None = None
    q: str = Field(default="", max_length=500)
    person: Name | None = None


class HoldOut(BaseModel):
    """Whether a record (as it counts now) is held for who asked; not: others hold or judged it."""

    record: str
    held: bool


class AssignIn(Input):
    """Records for a person: these, or the next `count`."""

    person: Name
    records: list[Name] = Field(default=[], max_length=5000)
    count: int = Field(default=0, ge=0, le=5000)


class VoteOut(BaseModel):
    """A vote that may be shown to whoever asks."""

    record: str
    stage: str
    person: str
    round: int
    verdict: Verdict
    reason: str | None
    theories: list[str]
    note: str
    decided_at: datetime
    criteria_version: int
    source: str = ""
    recorded_by: str | None = None
    title: str = ""
    label: str = ""


class ConflictOut(BaseModel):
    """A record whose votes differ; `votes` is null for everybody who may not resolve it."""

    record: str
    title: str
    label: str
    abstract: str
    year: int | None
    votes: list[VoteOut] | None


class SettlementOut(BaseModel):
    """The team's verdict on a record; `person` and `note` of who resolved it, and why."""

    record: str
    title: str
    year: int | None
    label: str
    verdict: Verdict
    reason: str | None
    theories: list[str]
    how: str
    round: int
    criteria_version: int
    theory_versions: list[tuple[str, int]]
    settled_at: datetime
    person: str | None = None
    note: str | None = None
    recorded_by: str | None = None


class OfferOut(BaseModel):
    """An excluded record offered again: by which change, with which of its words."""

    record: str
    title: str
    abstract: str
    cause: str
    words: list[str]
    offered_at: datetime
    excluded_for: str | None
    criteria_version: int
    theory_versions: list[tuple[str, int]]


class TargetIn(Input):
    """What the stopping rule is to guarantee; fixed before the first decision."""

    recall: float = Field(default=0.95, gt=0, lt=1)
    confidence: float = Field(default=0.95, gt=0, lt=1)


class CheckIn(Input):
    """Size of the random sample of unread records."""

    size: int = Field(ge=1, le=100_000)


class StartIn(Input):
    """What a ranking starts from, and the share of records offered at random."""

    query: str = Field(default="", max_length=5000)
    records: list[Name] = Field(default=[], max_length=1000)
    random_share: float = Field(default=0.0, ge=0, le=1)


class HighlightIn(Input):
    """Terms to be marked in texts; a term may end in `*`."""

    terms: list[Name] = Field(max_length=500)
    colour: str = Field(default="", max_length=40)
