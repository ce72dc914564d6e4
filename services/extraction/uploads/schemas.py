"""Models of uploads."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.extraction.schemas import Input
from shared.http.bounds import Key, Words

MOST_CONFIRMED = 200


class ConfirmIn(Input):
    """The document that an upload is the text of."""

    document: Key
    password: Words = Field("", max_length=200, description="of an encrypted PDF")


class NamedConfirmIn(ConfirmIn):
    """One upload of several."""

    upload: Key


class ConfirmationsIn(Input):
    """Which uploads are the texts of which documents."""

    items: list[NamedConfirmIn] = Field(max_length=MOST_CONFIRMED)


class ProposalOut(BaseModel):
    """A document that the file seems to be the text of; `by` is doi, title or author_year."""

    document: str
    by: str
    certainty: int = Field(description="of 100")


class UploadOut(BaseModel):
    """A file that was taken in; `state` is proposed, unmatched or confirmed."""

    id: str
    name: str
    kind: str
    size: int
    pages: int
    state: str
    document: str | None
    text_version: int | None
    proposals: list[ProposalOut]
    warnings: list[str]
    sha256: str
    uploaded_at: datetime
    uploaded_by: str | None
    confirmed_by: str | None
    to_place: list[str] = Field(
        default=[], description="fragments whose passages a person has to find again"
    )


class ConfirmationOut(BaseModel):
    """What came of one confirmation: the upload, or why it was refused."""

    upload: str
    document: str
    confirmed: bool
    problem: str = ""
    to_place: list[str] = []


class ConfirmationsOut(BaseModel):
    """One result per item, in order."""

    results: list[ConfirmationOut]


class FetchIn(Input):
    """The documents whose open-access full texts are wanted."""

    documents: list[Key] = Field(max_length=50)


class FetchedOut(ConfirmationsOut):
    """What came of each fetch, in order."""


def upload_out(row: dict[str, Any], to_place: tuple[str, ...] = ()) -> UploadOut:
    """An upload's row as it is shown."""
    same = ("name", "kind", "size", "pages", "state", "text_version", "warnings", "sha256")
    return UploadOut(
        id=row["upload_id"],
        document=row["document_id"],
        proposals=[
            ProposalOut(document=one["document_id"], by=one["by"], certainty=one["certainty"])
            for one in row["proposals"]
        ],
        to_place=list(to_place),
        **{name: row[name] for name in (*same, "uploaded_at", "uploaded_by", "confirmed_by")},
    )


class PagesOut(BaseModel):
    """How many pages the document's file has, if it is one whose pages can be drawn; else 0."""

    pages: int
