"""Models of appraisals and memos."""

from pydantic import Field, model_validator

from services.extraction.schemas import Input
from shared.http.bounds import Key, Moment, Name, Whole, Words


class AppraisalIn(Input):
    """What a person says of a fragment's evidence; null: not judged."""

    relevance: Name | None = None
    richness: Name | None = None
    rigour: Name | None = None
    comment: Words = ""
    person: Key | None = None


class LinkIn(Input):
    """A thing that a memo points at: its kind (`fragment`, `code`, `theory`, ...) and its id."""

    kind: Key
    id: Key


class MemoPassageIn(Input):
    """A passage of the document that a memo is about, coded or not: its words, and where they
    stand in the newest text (code points, end-exclusive); without offsets where they stand once.
    """

    quote: Words = Field(min_length=1)
    start: Whole | None = None
    end: Whole | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "MemoPassageIn":
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together; send both or neither")
        return self


class MemoIn(Input):
    """A memo about a thing, such as `fragment/F1`, `theory/PT1`, `document/D1`."""

    about: Key
    text: Words
    id: Key | None = None
    links: list[LinkIn] = Field([], max_length=100, description="other things it speaks of")
    passage: MemoPassageIn | None = Field(None, description="of a memo about a document")
    person: Key | None = None
    at: Moment | None = Field(None, description="when it was written, of one written elsewhere")
