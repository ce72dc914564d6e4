"""Models of appraisals and memos."""

from services.extraction.schemas import Input, Key, Words


class AppraisalIn(Input):
    """What a person says of a fragment's evidence; null: not judged."""

    relevance: Words | None = None
    richness: Words | None = None
    rigour: Words | None = None
    comment: Words = ""
    person: Key | None = None


class MemoIn(Input):
    """A memo about a thing, such as `fragment/F1`, `theory/PT1`, `document/D1`."""

    about: Key
    text: Words
    id: Key | None = None
