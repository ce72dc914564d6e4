"""The files of a review bundle as typed values: fragments, sources, codebook, theories.

The JSON Schemas of `examples/schemas/` are made from these models. An unknown key is kept in
`model_extra`, told as a warning and not loaded. The review's own file and what happened after
stand in `model_review` and `model_events`.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

Whole = Annotated[StrictInt, Field(ge=-(2**31), lt=2**31)]
Key = Annotated[str, Field(min_length=1, max_length=500)]
CountedRole = Literal["context", "mechanism_resource", "mechanism_response", "outcome"]
Role = Literal[
    "context",
    "mechanism_resource",
    "mechanism_response",
    "outcome",
    "intervention",
    "actor",
    "strategy",
]
"""The last three are of the coding schemas ICAMO and SCMO; the synthesis does not count them."""
State = Literal["present", "absent", "occurred", "failed", "reversed", "not_stated"]
Attribution = Literal["cited", "inferred", "summary"]
Extent = Literal["low", "moderate", "high"]
Richness = Literal["thinner", "thicker", "conceptually_rich"]
"""The words of an appraisal, from least to most: relevance and rigour; richness."""
TheoryKey = StrictInt | Key

STATES = {
    "outcome": ("occurred", "failed", "reversed", "not_stated"),
    "other": ("present", "absent", "not_stated"),
}


class Part(BaseModel):
    """Base of every part of a bundle: frozen; unknown keys are kept apart and told."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class Element(Part):
    """One coded part of a fragment; without `state` the fragment's polarity decides."""

    role: Role
    code_id: Key
    code: str | None = None
    group_id: str | None = Field(None, description="Ignored: the codebook decides the group.")
    state: State | None = None
    statement: str = ""
    of_group: StrictBool = Field(
        False, description="The state is the group's; the code's sense is not applied."
    )
    wished: StrictBool = Field(
        False, description="The state is that of what people wish for: an undesired group's fails."
    )
    start: Annotated[StrictInt, Field(ge=0)] | None = Field(
        None, description="Its own span inside the passage."
    )
    end: Annotated[StrictInt, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _state_fits_role(self) -> "Element":
        allowed = STATES["outcome" if self.role == "outcome" else "other"]
        if self.state is not None and self.state not in allowed:
            raise ValueError(
                f"state '{self.state}' does not fit role {self.role}; write {' or '.join(allowed)}"
            )
        return self


class SourceRef(Part):
    """One source of a fragment; `key` is a line of sources.jsonl or a citation."""

    key: Key
    attribution: Attribution = "cited"
    case: str | None = None
    participant: str | None = None


class Origin(Part):
    """Where a RECO fragment comes from; read only where the fragment has no `sources`."""

    type: str | None = None
    citations: tuple[Key, ...] = ()
    inferred_citations: tuple[Key, ...] = ()
    case_study: str | None = None
    participant: str | None = None
    design: str | None = None


class Relation(Part):
    """What a fragment is to a configuration or an argument."""

    kind: Literal["ccmoc", "argument"] = "ccmoc"
    id: Key
    relation: Literal["supports", "refines", "contradicts"]


class Speaker(Part):
    """Who speaks in a transcript, and as whom they count."""

    speaker: Key
    participant: Key
    kind: str = ""
    case: str | None = None


class Fragment(Part):
    """One linked CMO statement coded from one passage.

    `theory: 1` is short for `theories: ["PT1"]`. `start` and `end` are code points of the
    document's text, end-exclusive.
    """

    id: Key
    theories: tuple[TheoryKey, ...] | None = None
    theory: TheoryKey | None = None
    elements: tuple[Element, ...] = ()
    sources: tuple[SourceRef, ...] | None = None
    source: Origin | None = None
    document: Key | None = None
    start: Annotated[StrictInt, Field(ge=0)] | None = None
    end: Annotated[StrictInt, Field(ge=0)] | None = None
    quote: str | None = Field(None, description="The source's own words.")
    paraphrase: str | None = Field(None, description="The coder's words, never a quotation.")
    locator: str | None = Field(None, description="Page, table or paragraph of the source.")
    explicitness: Literal["stated", "inferred"] | None = None
    coder: str | None = None
    coded_at: str | None = None
    version: Annotated[Whole, Field(ge=1)] | None = None
    status: Literal["active", "withdrawn", "draft"] = "active"
    duplicate_of: Key | None = None
    memo: str | None = None
    rationale: str | None = Field(None, description="Why the passage is read so.")
    relations: tuple[Relation, ...] | None = None
    suggested_by: str | None = Field(None, description="The machine whose suggestion it was.")
    polarity: Literal["positive", "negative", "unclear"] | None = None
    statement_level: str | None = None
    origin: str | None = None
    kind: str | None = None

    @model_validator(mode="after")
    def _repeats_another(self) -> "Fragment":
        if self.duplicate_of == self.id:
            raise ValueError("duplicate_of names the fragment itself; name another or none")
        return self

    @model_validator(mode="after")
    def _passage_is_whole(self) -> "Fragment":
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together; give both or neither")
        if self.start is not None and not (self.document and self.quote):
            raise ValueError("start needs the document it points into and the quote; give all four")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end does not lie after start; count code points, end-exclusive")
        return self


class Flag(Part):
    """What a notice says of a record."""

    flag: Literal["retraction", "concern", "correction", "reinstatement"]
    notice: str = ""


class Source(Part):
    """A source of evidence; `record` is None for interviews, workshops, policies.

    `included` states the settlement of the record at the end of the main path where
    decisions.csv does not (true where the bundle has no decisions at all).
    """

    key: Key
    kind: str = "literature"
    record: Key | None = None
    study: Key | None = None
    case: str | None = None
    confidential: StrictBool = False
    status: Literal["active", "withdrawn"] = "active"
    included: StrictBool | None = None
    flags: tuple[Flag, ...] = ()
    title: str = ""
    year: Whole | None = None
    text: str | None = None
    participant: Key | None = Field(None, description="Who speaks in all of it.")
    speakers: tuple[Speaker, ...] | None = None
    retain_until: str | None = Field(None, description="When its words are erased.")

    @model_validator(mode="before")
    @classmethod
    def _short_flags(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("flags"), list):
            flags = [{"flag": f} if isinstance(f, str) else f for f in data["flags"]]
            return {**data, "flags": flags}
        return data


class Code(Part):
    """A lower-level code; without `sense` the import rule decides."""

    code_id: Key
    code: str = ""
    sense: Literal["same", "opposite"] | None = None
    sense_by: str | None = None
    n_fragments: StrictInt | None = Field(None, description="Told, not loaded.")


class Group(Part):
    """A human-approved group of codes of one role in one theory."""

    group_id: Key
    label: str = ""
    level: str | None = None
    valence: Literal["desired", "undesired", "unset"] | None = Field(
        None, description="Of outcome groups: an undesired one is counted as its avoidance."
    )
    two_valued: StrictBool = Field(
        False, description="The absence of a code of opposite sense is presence of the group."
    )
    opposite_of: Key | tuple[Key, ...] | None = Field(
        None, description="The group of its role that it is the opposite of, or several."
    )
    codes: tuple[Code, ...] = ()

    @property
    def opposites(self) -> tuple[str, ...]:
        """The groups that it names as its opposites."""
        if isinstance(self.opposite_of, str):
            return (self.opposite_of,)
        return self.opposite_of or ()


class TheoryCodebook(Part):
    """The groups of one theory, by role."""

    context: tuple[Group, ...] = ()
    mechanism_resource: tuple[Group, ...] = ()
    mechanism_response: tuple[Group, ...] = ()
    outcome: tuple[Group, ...] = ()


class CodebookFile(Part):
    """codebook.json."""

    note: str | None = None
    programme_theories: dict[Key, TheoryCodebook] = {}
