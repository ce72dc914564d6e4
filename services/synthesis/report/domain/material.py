"""What a report is written from: plain values, read from one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.synthesis.projections.domain.naming import SourceLabels
from services.synthesis.report.domain.inference import Inference
from shared.review.ccmoc_order import place
from shared.review.joined_parts import NOT_JOINED, is_joined
from shared.review.outcome_words import outcome_words
from shared.review.prisma import Flow

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What a fragment says: the source's words, or the coder's."""

    quote: str
    paraphrase: str


@dataclass(frozen=True, slots=True)
class ReportPassage:
    """A fragment as a report quotes it; no words where the source is confidential.

    `number` is its place in the theory's table of fragments, by which the chapter refers to it.
    `quote` are the source's words, `paraphrase` the coder's: it is never printed as a quotation.
    `parts` are its codes in words by role, `counts` says for how much it counts.
    """

    fragment: str
    number: int
    quote: str
    paraphrase: str
    locator: str
    source: str
    confidential: bool
    kind: str
    parts: Mapping[str, str] = field(default_factory=dict)
    counts: str = ""

    @property
    def where(self) -> str:
        """Source and place in it."""
        return f"{self.source}, {self.locator}" if self.locator else self.source


@dataclass(frozen=True, slots=True)
class CaseRows:
    """A case of a CCMOC: `how` is `for`, `against` or `not fired`; the fragments that say so."""

    case: str
    how: str
    fragments: Sequence[str]


@dataclass(frozen=True, slots=True)
class JudgedConfiguration:
    """A CCMOC with what people say of it; `cases` only of those told case by case."""

    body: Body
    state: str
    recheck: bool
    revision: int
    cases: Sequence[CaseRows] = ()

    @property
    def words(self) -> str:
        """The state as a reader must understand it: unchecked unless people have checked."""
        if self.recheck:
            return f"{self.state}, changed since: check again"
        return "conjectured, unchecked" if self.state == "conjectured" else self.state

    @property
    def together(self) -> str:
        """Said where no study joins all that its row names; empty where one does."""
        return "" if is_joined(self.body) else NOT_JOINED


@dataclass(frozen=True, slots=True)
class PredictionPart:
    """A prediction in words, what people said of it, and the cases that bear on it."""

    words: str
    said: str
    observed: Sequence[str]
    refuted: Sequence[str]
    refuted_by: str


@dataclass(frozen=True, slots=True)
class ArgumentPart:
    """An argument in words, with what speaks for and against it.

    `lists` names every list that has cases. `refuted_by` says what would be held against it;
    `log` tells what its evidence went through, `versions` what people changed and why.
    """

    id: str
    version: int
    status: str
    words: str
    because: str
    warrant: str
    rivals: Sequence[str]
    predictions: Sequence[PredictionPart]
    lists: Sequence[tuple[str, Sequence[str]]]
    refuted_by: str
    versions: Sequence[Mapping[str, Any]] = ()
    log: Sequence[Mapping[str, Any]] = ()
    computed: bool = True


@dataclass(frozen=True, slots=True)
class TheoryPart:
    """All that a report says of one theory. `kinds` counts fragments by kind."""

    id: str
    state: Mapping[str, Any]
    pin: Mapping[str, Any] | None
    history: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    labels: Mapping[str, str]
    standings: Sequence[JudgedConfiguration]
    ranking: Sequence[Mapping[str, Any]]
    kinds: Mapping[str, int]
    fragments: int
    studies: int
    passages: Mapping[str, ReportPassage]
    saturation: Sequence[Mapping[str, Any]]
    undesired: frozenset[str] = frozenset()
    arguments: Sequence[ArgumentPart] = ()
    gaps: Sequence[Mapping[str, str]] = ()
    names: SourceLabels = field(default_factory=SourceLabels)

    def told(self) -> list[JudgedConfiguration]:
        """What is told case by case: the first of the first outcome, and what people agreed on."""
        return [s for s in self.ordered() if s.cases]

    def leading(self) -> list[JudgedConfiguration]:
        """What to look at first: the first CCMOC of the first outcome."""
        return [s for s in self.standings if s.body["leading"] and s.body["outcome_rank"] == 1]

    def ordered(self) -> list[JudgedConfiguration]:
        """By outcome, then as the method orders them."""
        return sorted(self.standings, key=lambda standing: place(standing.body))

    @property
    def title(self) -> str:
        """Id and name."""
        name = self.state.get("name") or ""
        return f"{self.id}: {name}" if name and name != self.id else self.id

    def label(self, group: str | None) -> str:
        """A group in people's words."""
        return "" if group is None else self.labels.get(group, group)

    def happened(self, body: Body) -> str:
        """The outcome as it went with the part that is counted."""
        undesired = body["outcome"] in self.undesired
        return outcome_words(self.label(body["outcome"]), body["pattern"], undesired=undesired)

    def partner(self, body: Body) -> str:
        """What fills the slot of the other part of the mechanism, and on which tier.

        Only a stated partner is linked by a study in one statement; others say so.
        """
        slots = body["slots"]
        if slots["partner"] is None:
            other = "resource" if body["role"] == "response" else "response"
            return self.from_theory(body["id"], other) or "not linked"
        said = self.label(slots["partner"])
        return said if slots["partner_tier"] == "stated" else f"{said} ({slots['partner_tier']})"

    def short(self, body: Body) -> str:
        """`mechanism → outcome`, as it went."""
        return f"{self.label(body['mechanism'])} → {self.happened(body)}"

    def from_theory(self, ccmoc: str, role: str) -> str:
        """What people filled into an empty slot without a linked fragment, marked as such."""
        filled = [
            str(note["words"])
            for note in self.notes
            if note["kind"] == "slot" and note.get("ccmoc") == ccmoc and note["role"] == role
        ]
        return f"{'; '.join(filled)} (from theory)" if filled else ""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A source of evidence with what is known of its report."""

    key: str
    title: str
    kind: str
    study: str
    year: int | None
    fragments: int
    theories: Sequence[str]
    active: bool
    flags: Sequence[str]
    label: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AuthorText:
    """What the authors wrote for an item of a reporting standard, at its newest version."""

    item: str
    version: int
    text: str
    at: str
    person: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What other services told this reader; `silent` names those that gave no answer.

    `searches` are definitions with their runs, `agreement` is by stage, `events` counts the log
    by type, `amendments` are the review's versions with reasons. `rounds` are those of CLUSTER
    searching with the yield of each step, `closed` its clusters that people closed, `contacts`
    messages to authors. `assistance` is what language models suggested and what people made of
    it, `appraisals` what people said of documents.
    """

    reported: Sequence[Mapping[str, Any]] = ()
    amendments: Sequence[Mapping[str, Any]] = ()
    team: Sequence[Mapping[str, Any]] = ()
    searches: Sequence[Mapping[str, Any]] = ()
    imports: Sequence[Mapping[str, Any]] = ()
    rounds: Sequence[Mapping[str, Any]] = ()
    closed: Sequence[Mapping[str, Any]] = ()
    contacts: Sequence[Mapping[str, Any]] = ()
    agreement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    assistance: Mapping[str, Any] = field(default_factory=dict)
    appraisals: Sequence[Mapping[str, Any]] = ()
    silent: Sequence[str] = ()


LOOK = "refetch"
"""The kind of run that asks what became of known records: no search, it brings none."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a report is written from.

    `searches` are runs of searches and imports; `looks` those that asked what became of records
    which are known already.
    """

    review_id: str
    title: str
    question: str
    written_at: str
    flow: Flow
    theories: Sequence[TheoryPart]
    sources: Sequence[SourcePart]
    searches: Sequence[Mapping[str, Any]]
    versions: Sequence[Mapping[str, Any]]
    changes: Sequence[Mapping[str, Any]]
    triggers: Sequence[Mapping[str, Any]]
    issues: Mapping[str, int]
    appraisals: Sequence[Mapping[str, Any]]
    registration: str = ""
    retracted: Sequence[str] = ()
    texts: Sequence[AuthorText] = ()
    inference: Inference = field(default_factory=Inference)
    told: Told = Told()
    stages: Sequence[str] = ()
    looks: Sequence[Mapping[str, Any]] = ()
