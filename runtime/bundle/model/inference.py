"""Ideas, lineage, substantive theories and memos of theories.json, a line for every version."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from runtime.bundle.model.evidence import Key, Part, TheoryKey, Whole

Rating = Literal["strong", "weak", "no"]
Kind = Literal[
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


class ReferenceEntry(Part):
    """A thing of the review that people point at."""

    kind: Kind
    id: Key


class Versioned(Part):
    """One version of a thing; without `version` it is the next one."""

    version: Annotated[Whole, Field(ge=1)] | None = None
    because: str = ""
    person: Key | None = None
    at: AwareDatetime | None = None


class Idea(Versioned):
    """An if-then idea: `text`, or `statement`, or `if`, `then` and `because`.

    `theories` (or `became`) are those that it is sorted into. `merged_into` is the id of another
    idea, or its number where it has none.
    """

    id: Key
    text: Annotated[str, Field(min_length=1)]
    number: Whole | None = None
    sources: tuple[ReferenceEntry, ...] = ()
    theories: tuple[TheoryKey, ...] = ()
    status: Literal["open", "merged", "dropped"] = "open"
    merged_into: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_one_form(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        said = dict(data)
        if "text" not in said and "statement" in said:
            said["text"] = said.pop("statement")
        if "text" not in said and {"if", "then"} <= said.keys():
            why = said.pop("because", "")
            text = f"If {said.pop('if')}, then {said.pop('then')}"
            said["text"] = f"{text}, because {why}" if why else text
        if "theories" not in said and "became" in said:
            said["theories"] = said.pop("became")
        if "id" not in said and said.get("number") is not None:
            said["id"] = f"idea-{said['number']}"
        if isinstance(said.get("merged_into"), int):
            said["merged_into"] = f"idea-{said['merged_into']}"
        return said

    @model_validator(mode="after")
    def _merged_into_one(self) -> "Idea":
        if (self.status == "merged") != (self.merged_into is not None):
            raise ValueError("a merged idea names the idea it went into, another one none")
        return self


class LineageLink(Versioned):
    """Theory `later` came out of theory `earlier`."""

    earlier: TheoryKey
    later: TheoryKey
    kind: Literal["merged_into", "split_from", "became"] = "became"
    status: Literal["stands", "withdrawn"] = "stands"
    moved_by: tuple[ReferenceEntry, ...] = ()


class SubstantiveTheory(Versioned):
    """A substantive theory of the review, appraised by the criteria of Shearn et al."""

    id: Key
    name: Annotated[str, Field(min_length=1)]
    citation: str = ""
    summary: str = ""
    level: Literal["micro", "meso", "macro"] | None = None
    fit: Rating | None = None
    simplicity: Rating | None = None
    compatibility: Rating | None = None
    decision: Literal["shortlisted", "selected", "rejected"] = "shortlisted"
    phase: Literal["initial", "final"] = "initial"
    theories: tuple[TheoryKey, ...] = ()


class Memo(Versioned):
    """A memo about things of the review."""

    id: Key
    text: Annotated[str, Field(min_length=1)]
    about: tuple[ReferenceEntry, ...] = ()
    status: Literal["kept", "withdrawn"] = "kept"
