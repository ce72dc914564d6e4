"""Steps and rounds of CLUSTER searching: what their routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from services.search.connectors.domain.sources import Name
from services.search.library.schemas import In
from shared.http.bounds import Key, Listed, Words

StepName = Literal[
    "references", "recheck", "lead_author", "cited_by", "project", "contact", "theory_citations",
    "mentions", "theory", "antecedents", "related", "comparison",
]  # fmt: skip
LexiconTerm = Annotated[str, Field(min_length=3, max_length=200)]
"""A word or a phrase by which a theory is known; a `*` may end it."""


class RoundIn(In):
    """The records from which a round starts, why, and which steps it takes.

    Without `steps` all that can run. `topic` is the block for a lead author without ORCID;
    `theory` and `condition` are the blocks of step 10, `lexicon` the words and phrases of the
    theory that steps 8, 9 and 10 look for; left open, they are those that reviewers wrote for the
    theory. `projects` are names of related projects, for steps 12 and 13. `budget` is the most
    records not yet in the library that the round may bring in; 0 only looks. `seeks` is the part
    of a configuration that is looked for; left open, what kind of gap it is decides. `sources` are
    the optional sources that are asked beside PubMed; without them all that are on.
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


class LexiconIn(In):
    """The words by which a theory is known, why they change, and the version that was read."""

    words: list[LexiconTerm] = Field(max_length=100)
    reason: Words = Field(min_length=1, max_length=2000)
    seen: int | None = Field(None, ge=0, le=1_000_000)


class LexiconOut(BaseModel):
    """One version of a theory's words; `version` 0 has none: nobody has written any."""

    theory_id: str
    version: int
    words: list[str]
    reason: str = ""
    changed_at: datetime | None = None
    changed_by: str | None = None


class ContactIn(In):
    """What became of a message to an author, in a note; or the message written anew."""

    state: Literal["to_write", "sent", "answered", "no_answer"] | None = None
    note: Words = Field("", max_length=5000)
    address: str | None = Field(None, max_length=500)
    subject: str | None = Field(None, max_length=500)
    message: Words | None = Field(None, max_length=20_000)


class ContactEntryOut(BaseModel):
    """One entry of a message's log."""

    number: int
    state: str
    note: str
    at: datetime
    by: str | None


class ContactOut(BaseModel):
    """A message to an author, drafted for people to send, and what became of it.

    `pearl` is what people call the record that it asks about; `address` is empty if unknown.
    """

    contact_id: str
    step_id: str
    record_id: str
    pearl: str
    author: str
    address: str
    subject: str
    message: str
    state: str
    drafted_at: datetime
    log: list[ContactEntryOut]


class RelationIn(In):
    """What people say of two records: `sibling` is one study, `kinship` related studies."""

    a: Key
    b: Key
    kind: Literal["sibling", "kinship"]
    state: Literal["confirmed", "refused"]
    reason: Words = Field("", max_length=2000)


class RelationOut(BaseModel):
    """Two records that may be of one study or of kin, as people call them, why, and the decision.

    `score` orders proposals, 1 is the surest; 0 was named by people.
    """

    a: str
    b: str
    a_label: str
    b_label: str
    kind: str
    why: str
    score: float
    state: str
    step_id: str
    reason: str
    decided_at: datetime | None
    decided_by: str | None


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


class StepYieldOut(CountsOut):
    """One step of a round (`number` is Booth's, `words` what people call it): what it asked, what
    came, what was not done.

    `component` is what the step is in the realist search framework. `elsewhere` are its questions
    to optional sources, `sources` how many articles each source named.
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
