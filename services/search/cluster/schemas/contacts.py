"""Messages to authors: what their routes take and give."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Words


class ContactIn(In):
    """What became of a message to an author, in a note; or the message written anew."""

    state: Literal["to_write", "sent", "answered", "no_answer"] | None = None
    note: Words = Field("", max_length=5000)
    address: str | None = Field(None, max_length=500)
    subject: str | None = Field(None, max_length=500)
    message: Words | None = Field(None, max_length=20_000)


class ContactEntryOut(BaseModel):
    """One entry of a message's log."""

    number: int
    state: str
    note: str
    at: datetime
    by: str | None


class ContactOut(BaseModel):
    """A message to an author, drafted for people to send, and what became of it.

    `pearl` is what people call the record that it asks about; `address` is empty if unknown.
    """

    contact_id: str
    step_id: str
    record_id: str
    pearl: str
    author: str
    address: str
    subject: str
    message: str
    state: str
    drafted_at: datetime
    log: list[ContactEntryOut]
