"""extraction.json of a bundle: coding schema, forms with answers, cases, appraisals, rounds, and
what machines suggested.
"""

from typing import Any, Literal

from pydantic import model_validator

from runtime.bundle.model.evidence import Extent, Key, Part, Richness


class FormEntry(Part):
    """A data-extraction form, its fields as extraction takes them."""

    id: Key
    title: str
    stage: Key | None = None
    status: Literal["open", "closed"] = "open"
    fields: tuple[dict[str, Any], ...] = ()


class FormAnswers(Part):
    """Somebody's answers to a form for a document; without a person what the team agreed on.

    `seen_others`: they may have read others' answers before they gave theirs.
    """

    form: Key
    document: Key
    person: Key | None = None
    answers: dict[str, Any]
    state: Literal["draft", "done"] = "done"
    note: str = ""
    seen_others: bool = False


class CaseEntry(Part):
    """A case of a study."""

    study: Key
    id: Key
    kind: Literal["setting", "arm", "comparator", "subgroup"] = "setting"
    label: str = ""
    description: str = ""


class DocumentAppraisal(Part):
    """What a person says of a document as evidence."""

    document: Key
    person: Key
    relevance: Extent | None = None
    richness: Richness | None = None
    rigour: Extent | None = None
    comment: str = ""


class AgreedSet(Part):
    """The fragments on which the team agreed for a document of a round."""

    document: Key
    agreed: tuple[Key, ...] = ()
    note: str = ""


class RoundNote(Part):
    """A note of a round of coding."""

    person: Key | None = None
    text: str


class CodingRound(Part):
    """A round of blind coding that was revealed: its fragments are those of fragments.jsonl."""

    id: Key
    title: str
    coders: tuple[Key, ...]
    documents: tuple[Key, ...]
    share: float | None = None
    seed: str = ""
    drawn_from: int = 0
    reason: str = ""
    fragments: tuple[Key, ...] = ()
    agreed: tuple[AgreedSet, ...] = ()
    notes: tuple[RoundNote, ...] = ()


class KeptAssistance(Part):
    """What machines were asked and suggested, and what people said of it."""

    runs: tuple[dict[str, Any], ...] = ()
    suggestions: tuple[dict[str, Any], ...] = ()


class Assignment(Part):
    """Whom a document was given to code: a source, or the report to get of a record."""

    document: Key | None = None
    record: Key | None = None
    person: Key

    @model_validator(mode="after")
    def _names_one(self) -> "Assignment":
        if (self.document is None) == (self.record is None):
            raise ValueError("name either the document that was given, or the record")
        return self


class ExtractionFile(Part):
    """extraction.json: the coding schema, forms with their answers, cases, appraisals, rounds,
    suggestions of machines, whom documents were given to.
    """

    coding_schema: Literal["CMO", "ICAMO", "SCMO"] | None = None
    forms: tuple[FormEntry, ...] = ()
    answers: tuple[FormAnswers, ...] = ()
    cases: tuple[CaseEntry, ...] = ()
    appraisals: tuple[DocumentAppraisal, ...] = ()
    rounds: tuple[CodingRound, ...] = ()
    assistance: KeptAssistance = KeptAssistance()
    assignments: tuple[Assignment, ...] = ()
