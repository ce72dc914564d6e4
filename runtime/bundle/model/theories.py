"""theories.json: programme theories, the way to them, thresholds, and what people judged."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from runtime.bundle.model.arguments import Argument
from runtime.bundle.model.evidence import Key, Part, TheoryKey, Whole
from runtime.bundle.model.inference import (
    Idea,
    LineageLink,
    Memo,
    ReferenceEntry,
    SubstantiveTheory,
)


class Pin(Part):
    """An intermediate outcome that people fixed, and why (None takes the pin away)."""

    outcome: Key | None = None
    reason: str = ""


class Refinement(Part):
    """One change of a theory's words, and why."""

    change: str
    why: str = ""


class Wording(Part):
    """An earlier wording of a theory in full; `reason` says why it was worded so."""

    name: str = ""
    domain: str = ""
    statement: str = ""
    context: str = ""
    resource: str = ""
    response: str = ""
    outcome_proximal: str = ""
    outcome_distal: str = ""
    status: Literal["initial", "refined", "final", "retired"] = "initial"
    reason: str = ""
    moved_by: tuple[ReferenceEntry, ...] = ()


class FinalStatement(Part):
    """The words of a final theory, slot by slot."""

    context: tuple[str, ...] = ()
    mechanism_resource: tuple[str, ...] = ()
    mechanism_response: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()


class Theory(Part):
    """A programme theory: its number or id, its words, its history and its pin."""

    id: Key | None = None
    number: Whole | None = None
    name: str = ""
    domain: str = ""
    initial: str = ""
    statement: str | None = None
    context: str = ""
    resource: str = ""
    response: str = ""
    outcome_proximal: str = ""
    outcome_distal: str = ""
    status: Literal["initial", "refined", "final", "retired"] | None = None
    reason: str = Field("", description="Why it is worded as it is now.")
    moved_by: tuple[ReferenceEntry, ...] = Field((), description="What moved it to its words.")
    history: tuple[Wording, ...] = Field((), description="Earlier wordings, oldest first.")
    refinements: tuple[Refinement, ...] = ()
    final: FinalStatement | None = None
    pin: Pin | None = None

    @model_validator(mode="after")
    def _has_a_key(self) -> "Theory":
        if self.id is None and self.number is None:
            raise ValueError("a theory needs a number or an id; add one of them")
        return self

    @property
    def key(self) -> str:
        """The id of the theory in the review: a number is short for PT and it."""
        text = self.id or str(self.number)
        return f"PT{text}" if text.isdecimal() else text


def _one_word(said: Any) -> Any:
    """`Does not` and `does-not` are `does_not`."""
    return "_".join(said.lower().replace("-", " ").split()) if isinstance(said, str) else said


class Judgement(Part):
    """One person's word on one fragment of one configuration.

    It names the part of the mechanism, `role` and `mechanism`; `resource` and `response` are the
    older form, of which the response is the part if there is one.
    """

    theory: TheoryKey
    outcome: Key
    role: Literal["resource", "response"] | None = None
    mechanism: Key | None = None
    resource: str | None = None
    response: str | None = None
    fragment: Key
    fragment_version: Annotated[Whole, Field(ge=1)] | None = None
    person: Key
    as_: Literal["reviewer", "verifier"] = Field(alias="as")
    verdict: Annotated[
        Literal["supports", "partly", "does_not", "unsure"], BeforeValidator(_one_word)
    ]
    blind: bool = Field(False, description="It has no effect before all three have judged.")

    @model_validator(mode="before")
    @classmethod
    def _names_a_part(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if data.get("role") in ("resource", "response") and data.get("mechanism"):
            return {**data, data["role"]: data["mechanism"]}
        role = "response" if data.get("response") else "resource"
        return {**data, "role": role, "mechanism": data[role]} if data.get(role) else data


class Parameters(Part):
    """Parameters of the synthesis; what is not given keeps its default."""

    k_enabling: Annotated[Whole, Field(ge=1)] | None = None
    k_disabling: Annotated[Whole, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    near: Annotated[Whole, Field(ge=0)] | None = None


class AuthorText(Part):
    """One version of what the authors wrote for an item of a reporting standard.

    Without `version` it is the next one.
    """

    item: Key
    version: Annotated[Whole, Field(ge=1)] | None = None
    text: str
    because: str = ""


class TheoriesFile(Part):
    """theories.json."""

    source: str | None = None
    note: str | None = None
    theories: tuple[Theory, ...] = ()
    draft_ideas: tuple[Idea, ...] = Field((), description="Ideas, before the others.")
    parameters: Parameters | None = None
    judgements: tuple[Judgement, ...] = ()
    arguments: tuple[Argument, ...] = ()
    ideas: tuple[Idea, ...] = ()
    lineage: tuple[LineageLink, ...] = ()
    substantive_theories: tuple[SubstantiveTheory, ...] = ()
    memos: tuple[Memo, ...] = ()
    texts: tuple[AuthorText, ...] = ()
