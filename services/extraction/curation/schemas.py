"""Models of rounds of blind coding."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.fragments.schemas import MOST_FRAGMENTS, NamedFragmentIn
from services.extraction.schemas import Input
from shared.http.bounds import Key, Words

MOST_DOCUMENTS = 5000


class AgreedIn(Input):
    """What the team agreed on for a document: one fragment of the set a line."""

    take: Key | None = Field(None, description="a fragment of the round, as its coder coded it")
    fragment: NamedFragmentIn | None = Field(None, description="or one that the team codes")


class CurationIn(Input):
    """The agreed set of a document, whole; empty: the team agreed that nothing is to be coded."""

    agreed: list[AgreedIn] = Field(max_length=MOST_FRAGMENTS)
    note: Words = Field("", max_length=5000)


class PastDocumentIn(Input):
    """What was agreed on a document of a round that a bundle brings."""

    document: Key
    agreed: list[Key] = Field(max_length=MOST_FRAGMENTS)
    note: Words = ""


class NoteIn(Input):
    """A note of a round."""

    text: Words = Field(min_length=1, max_length=20_000)
    person: Key | None = None


class PastIn(Input):
    """How a round ended that a bundle brings: its fragments are here already."""

    drawn_from: int = Field(0, ge=0, lt=2**31)
    reason: Words = ""
    fragments: list[Key] = Field(max_length=100_000)
    agreed: list[PastDocumentIn] = Field(default_factory=list, max_length=MOST_DOCUMENTS)
    notes: list[NoteIn] = Field(default_factory=list, max_length=MOST_DOCUMENTS)


class RoundIn(Input):
    """A round of blind coding: on these documents, or on a share of those that are uncoded."""

    title: Words = Field(min_length=1, max_length=500)
    coders: list[Key] = Field(
        max_length=10, description="two people; the first one's count until you agree"
    )
    documents: list[Key] = Field(default_factory=list, max_length=MOST_DOCUMENTS)
    share: float | None = Field(None, gt=0, le=1, description="0.2 draws a fifth")
    seed: Words = Field("", max_length=200, description="left out: one is made and kept")
    past: PastIn | None = Field(None, description="a round that a bundle brings")


class DoneIn(Input):
    """Who is done; an owner says it for another."""

    person: Key | None = None


class RoundDocumentOut(BaseModel):
    """A document of a round; `agreed` are fragment ids, null until the team agreed."""

    document: str
    agreed: list[str] | None
    note: str
    curated_at: datetime | None
    curated_by: str | None


class RoundNoteOut(BaseModel):
    """A note of a round."""

    text: str
    person: str | None
    at: datetime


class RoundOut(BaseModel):
    """A round of blind coding as it stands."""

    id: str
    title: str
    state: str
    coders: list[str]
    done: list[str]
    share: float | None
    seed: str
    drawn_from: int
    reason: str
    opened_at: datetime
    opened_by: str | None
    revealed_at: datetime | None
    revealed_by: str | None
    documents: list[RoundDocumentOut]
    notes: list[RoundNoteOut]
    fragments: list[str]


def round_out(
    row: dict[str, Any],
    held: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    fragments: list[str],
) -> RoundOut:
    """A round's rows as they are shown."""
    names = RoundOut.model_fields.keys() & row.keys()
    return RoundOut(
        id=row["round_id"],
        documents=[
            RoundDocumentOut(document=one["document_id"], **{k: one[k] for k in _HELD})
            for one in held
        ],
        notes=[RoundNoteOut(text=n["text"], person=n["person_id"], at=n["at"]) for n in notes],
        fragments=fragments,
        **{name: row[name] for name in names},
    )


_HELD = ("agreed", "note", "curated_at", "curated_by")
