"""Steps and rounds of CLUSTER searching: what their routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from services.search.cluster.schemas.lexicons import LexiconTerm
from services.search.connectors.domain.sources import Name
from services.search.library.schemas import In
from shared.http.bounds import Key, Listed, Words

StepName = Literal[
    "references", "recheck", "lead_author", "cited_by", "project", "contact", "theory_citations",
    "mentions", "theory", "antecedents", "related", "comparison",
]  # fmt: skip


class RoundIn(In):
    """The records from which a round starts, why, and which steps it takes.

    Without `steps` all that can run. `topic` is the block for a lead author without ORCID;
    `theory` and `condition` are the blocks of step 10, `lexicon` the words and phrases of the
    theory that steps 8, 9 and 10 look for; left open, they are those that reviewers wrote for the
    theory. `projects` are names of related projects, for steps 12 and 13. `budget` is the most
    records not yet in the library that the round may bring in; 0 only looks. `seeks` is the part
    of a configuration that is looked for; left open, what kind of gap it is decides. `sources` are
    the optional sources that are asked beside PubMed, in each step that they can serve; without
    them all that are on.
    """

    pearls: list[Key] = Field(min_length=1, max_length=50)
    reason: Words = Field("", max_length=2000)
    steps: Listed[StepName] | None = Field(None, min_length=1)
    topic: str = Field("", max_length=2000)
    acronym: str = Field("", max_length=100)
    theory: str = Field("", max_length=2000)
    condition: str = Field("", max_length=2000)
    lexicon: list[LexiconTerm] = Field(default_factory=list, max_length=100)
    projects: list[Annotated[str, Field(min_length=2, max_length=100)]] = Field(
        default_factory=list, max_length=20
    )
    budget: int = Field(200, ge=0, le=5000)
    seeks: Literal["", "context", "mechanism", "outcome"] = ""
    sources: Listed[Name] | None = Field(None, min_length=1)


class QueriesIn(In):
    """Which steps of a planned round may ask what was shown; without `steps` all of them."""

    steps: Listed[StepName] | None = None


class StepOut(BaseModel):
    """A step of CLUSTER searching: what the evidence does not explain, and what was decided.

    `evidence` are the records, as people call them, of the documents and cases that `detail` names.
    """

    step_id: str
    theory_id: str
    state: str
    detail: dict[str, Any]
    evidence: list[str] = []


class MethodStepOut(BaseModel):
    """One of the thirteen steps: `not_applicable`, `waiting`, `proposed`, `approved`, `run`,
    `resumed` or `done`; the newest round that took it; what to know of it.
    """

    number: int
    step: str
    words: str
    state: str
    round: int | None
    remarks: list[str]


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
    """A record from which a round started, what people call it; `pmid` may be empty."""

    record_id: str
    pmid: str
    label: str = ""


class CountsOut(BaseModel):
    """Articles retrieved; new to the review, known, beyond the budget, missing at PubMed.

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


class SourceYieldOut(CountsOut):
    """What one source named in a step; `only` are new and named by no other source in it."""

    source: str


class StepYieldOut(CountsOut):
    """One step of a round (`number` is Booth's, `words` what people call it): what it asked, what
    came, what was not done.

    `component` is what the step is in the realist search framework. `elsewhere` are its questions
    to optional sources (`words` in words, `count` what came of them), `sources` how many articles
    each source named, `by_source` what became of these.
    """

    step: str
    number: int
    words: str
    component: str
    state: str
    queries: list[dict[str, Any]]
    links: list[list[str]]
    elsewhere: list[dict[str, Any]] = []
    sources: dict[str, int] = {}
    by_source: list[SourceYieldOut] = []
    notes: list[str]
    unanswered: list[str]
    calls: list[dict[str, Any]]


class SiblingOut(BaseModel):
    """A record that may be a report of the pearl's study; a person confirms it in extraction."""

    pearl: str
    record_id: str
    score: float
    why: str
    pearl_label: str = ""
    record_label: str = ""


class RoundOut(BaseModel):
    """One round of a cluster and all that came of it, with what screening has said since.

    `seeks` is context, mechanism or outcome, `lexicon` the version of the theory's words that was
    used (0: none, or given with the round); `approved` says who let its queries run and when.
    """

    step_id: str
    number: int
    theory_id: str
    state: str
    pearls: list[PearlOut]
    options: dict[str, Any]
    seeks: str
    lexicon: int
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
    """An article that a step found for a pearl: `found`, `kept`, `beyond` the budget or `missing`.

    `pmid` is its PMID, or another name where it has none (`doi:10.1000/x`, `openalex:W1`);
    `sources` named it.
    """

    step: str
    pearl: str
    pmid: str
    state: str
    record_id: str | None
    new: bool
    sources: list[str]
