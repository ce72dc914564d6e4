"""Models of appraisals and memos."""

from pydantic import Field

from services.extraction.schemas import Input
from shared.http.bounds import Key, Moment, Name, Words


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


class MemoIn(Input):
    """A memo about a thing, such as `fragment/F1`, `theory/PT1`, `document/D1`."""

    about: Key
    text: Words
    id: Key | None = None
    links: list[LinkIn] = Field([], max_length=100, description="other things it speaks of")
    person: Key | None = None
    at: Moment | None = Field(None, description="when it was written, of one written elsewhere")
