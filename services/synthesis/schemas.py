"""What people send to synthesis."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.events.synthesis import Reference
from shared.http.bounds import JsonObject, Key, ManyOf, Moment, Name, Whole, Words
from shared.http.problems import Invalid

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]
NoteKind = Literal["slot", "node", "link", "statement"]
ReferenceKind = Literal[
    "theory",
    "idea",
    "ccmoc",
    "argument",
    "memo",
    "substantive_theory",
    "code",
    "document",
    "fragment",
    "person",
]


def _verdict(value: Any) -> Any:
    return "_".join(value.lower().replace("-", " ").split()) if isinstance(value, str) else value


class Input(BaseModel):
    """What people send; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ReferenceIn(Input):
    """A thing of the review that people point at."""

    kind: ReferenceKind
    id: Key

    def reference(self) -> Reference:
        """The value."""
        return Reference(kind=self.kind, id=self.id)


class ReasonIn(Input):
    """Why."""

    reason: Words = ""


class TheoryIn(Input):
    """A programme theory in people's words; `reason` says why it was worded anew."""

    number: Whole | None = None
    name: Words = ""
    statement: Words = ""
    context: Words = ""
    resource: Words = ""
    response: Words = ""
    outcome_proximal: Words = ""
    outcome_distal: Words = ""
    domain: Words = ""
    status: Literal["initial", "refined", "final", "retired"] = "initial"
    reason: Words = ""
    moved_by: list[ReferenceIn] = Field(
        [], max_length=100, description="memos, passages, CCMOCs or arguments that moved it"
    )


class PinIn(Input):
    """An outcome group to hold first, or null to take the pin away; and why."""

    outcome: Key | None
    reason: Words = ""


class ParametersIn(Input):
    """Thresholds to change; those not named stay."""

    k_enabling: Annotated[Whole, Field(ge=1)] | None = None
    k_disabling: Annotated[Whole, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    near: Annotated[Whole, Field(ge=0)] | None = None


class JudgementIn(Input):
    """One person's word on one fragment of a CCMOC."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    theory: Key
    outcome: Key
    role: Literal["resource", "response"]
    mechanism: Key
    fragment: Key
    fragment_version: Whole | None = Field(
        None, ge=1, description="the version that was judged; left out: any"
    )
    person: Key | None = None
    acting_as: Literal["reviewer", "verifier"] = Field(alias="as")
    verdict: Annotated[
        Literal["supports", "partly", "does_not", "unsure"], BeforeValidator(_verdict)
    ]
    blind: bool = Field(
        False, description="of what was judged elsewhere: it waits until all three have judged"
    )


class JudgementsIn(Input):
    """Judgements, in the order in which they were given."""

    judgements: ManyOf[JudgementIn]


class StateIn(Input):
    """What people say a CCMOC is, and why.

    `seen` is the content hash that they looked at: where it changed since, it waits for a recheck.
    """

    state: Literal["conjectured", "checked", "agreed", "in_theory", "rejected", "dormant"]
    reason: Words = ""
    person: Key | None = None
    seen: Hash | None = None
    at: Moment | None = Field(
        None, description="when it was said elsewhere: stands as said, if need be to check again"
    )


class SlotIn(Input):
    """A slot that people fill from theory, without a linked fragment: shown as such."""

    role: Literal["context", "resource", "response", "outcome"]
    words: Words
    source: Words = ""
    ccmoc: Key | None = None


class NodeIn(Input):
    """A node of the programme sketch; `group` binds it to the codebook."""

    label: Words
    role: Literal["context", "resource", "response", "outcome", "actor"]
    group: Key | None = None


class LinkIn(Input):
    """A link of the programme sketch between two nodes, and the fragments it rests on."""

    source: Key = Field(alias="from")
    target: Key = Field(alias="to")
    evidence: ManyOf[Key] = []


class StatementIn(Input):
    """CCMOCs that people merge into the theory, in words of their own."""

    words: Words
    ccmocs: ManyOf[Key]
    reason: Words = ""


NOTES: dict[str, type[Input]] = {
    "slot": SlotIn,
    "node": NodeIn,
    "link": LinkIn,
    "statement": StatementIn,
}


class NoteIn(Input):
    """One note on a theory; its fields are those of its kind."""

    content: JsonObject
    at: Moment | None = Field(
        None, description="when it was kept elsewhere: a statement then gives no state"
    )

    def of_kind(self, kind: str) -> dict[str, Any]:
        """The content, checked; raises `Invalid` naming the field that does not fit."""
        try:
            note = NOTES[kind].model_validate(self.content)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise Invalid(f"Field 'content.{field}': {first['msg']}.", field=field) from None
        return note.model_dump(by_alias=True, exclude_none=True)


class VersionIn(Input):
    """A version to freeze: its number and what triggered it."""

    number: Key
    reason: Words = ""


class FrozenCcmocIn(Input):
    """A CCMOC as a version froze it, with its body (method, section 7)."""

    id: Key
    revision: Annotated[Whole, Field(ge=1)]
    hash: Hash
    state: Name
    body: JsonObject


class FrozenIn(Input):
    """What a version froze."""

    ccmocs: ManyOf[FrozenCcmocIn]
    theories: ManyOf[JsonObject] = []
    searches: ManyOf[JsonObject] = []
    flow: JsonObject = {}
    arguments: ManyOf[JsonObject] = []


class VersionBroughtIn(Input):
    """A version that was frozen in another installation."""

    reason: Words = ""
    inputs_hash: Hash
    at: Moment
    person: Key | None = None
    content: FrozenIn
