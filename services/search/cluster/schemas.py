"""Steps and rounds of CLUSTER searching: what their routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Key, Listed, Words

StepName = Literal[
    "references",
    "recheck",
    "lead_author",
    "cited_by",
    "project",
    "mentions",
    "theory",
    "antecedents",
]


class RoundIn(In):
    """The records from which a round starts, why, and which steps it takes.

    Without `steps` all that can run. `topic` is the block for a lead author without ORCID;
    `theory` and `condition` are the blocks of step 10, `lexicon` the words and phrases of the
    theory that step 9 looks for in the library. `budget` is the most records not yet
    in the library that the round may bring in; 0 only looks. `seeks` is the part of a
    configuration that is looked for; left open, what kind of gap it is decides.
    """

    pearls: list[Key] = Field(min_length=1, max_length=50)
    reason: Words = Field("", max_length=2000)
    steps: Listed[StepName] | None = Field(None, min_length=1)
    topic: str = Field("", max_length=2000)
    acronym: str = Field("", max_length=100)
    theory: str = Field("", max_length=2000)
    condition: str = Field("", max_length=2000)
    lexicon: list[Annotated[str, Field(min_length=3, max_length=200)]] = Field(
        default_factory=list, max_length=100
    )
    budget: int = Field(200, ge=0, le=5000)
    seeks: Literal["", "context", "mechanism", "outcome"] = ""


class QueriesIn(In):
    """Which steps of a planned round may ask what was shown; without `steps` all of them."""

    steps: Listed[StepName] | None = None


class StepOut(BaseModel):
    """A step of CLUSTER searching: what the evidence does not explain, and what was decided."""

    step_id: str
    theory_id: str
    state: str
    detail: dict[str, Any]


class ProposedPearlOut(BaseModel):
    """A record to search around, why, and which steps it cannot take (`missing`, in words)."""

    record_id: str
    title: str
    year: int | None
    pmid: str | None
    doi: str | None
    why: str
    missing: str


class RoundAsked(BaseModel):
    """A round that is planned: what it asks is shown, and waits for approval."""

    step_id: str
    number: int


class PearlOut(BaseModel):
    """A record from which a round started; `pmid` is empty where it has none."""

    record_id: str
    pmid: str


class CountsOut(BaseModel):
    """PMIDs retrieved; new to the review, known, beyond the budget, missing at PubMed.

    `only` are new and found by no other step. Of the new ones, some stage has `included` so
    many, `excluded` were only excluded, `waiting` have no settlement yet. `offered` excluded
    records were offered again, no stage excludes the `reincluded` ones now. Reports of what was
    included gave `fragments`, which changed so many `ccmocs` and `arguments`.
    """

    retrieved: int
    new: int
    known: int
    beyond: int
    missing: int
    only: int
    included: int
    excluded: int
    waiting: int
    offered: int
    reincluded: int
    fragments: int
    ccmocs: int
    arguments: int


class StepYieldOut(CountsOut):
    """One step of a round (`number` is Booth's): what it asked, what came, what was not done.

    `component` is what the step is in the realist search framework.
    """

    step: str
    number: int
    component: str
    state: str
    queries: list[dict[str, Any]]
    links: list[list[str]]
    notes: list[str]
    unanswered: list[str]
    calls: list[dict[str, Any]]


class SiblingOut(BaseModel):
    """A record that may be a report of the pearl's study; a person confirms it in extraction."""

    pearl: str
    record_id: str
    score: float
    why: str


class RoundOut(BaseModel):
    """One round of a cluster and all that came of it, with what screening has said since.

    `seeks` is context, mechanism or outcome; `approved` says who let its queries run and when.
    """

    step_id: str
    number: int
    theory_id: str
    state: str
    pearls: list[PearlOut]
    options: dict[str, Any]
    seeks: str
    approved: dict[str, Any] | None
    withdrawn: dict[str, Any] | None
    steps: list[StepYieldOut]
    total: CountsOut
    siblings: list[SiblingOut]
    further_siblings: int
    may_close: bool
    closing: str
    offered: dict[str, str]
    troubles: list[dict[str, Any]]
    fetches: list[dict[str, Any]]
    asked_at: datetime
    asked_by: str | None
    ended_at: datetime | None


class HitOut(BaseModel):
    """A PMID that a step found for a pearl: `found`, `kept`, `beyond` the budget or `missing`."""

    step: str
    pearl: str
    pmid: str
    state: str
    record_id: str | None
    new: bool
