"""Words by which theories are known: what their routes take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Words

LexiconTerm = Annotated[str, Field(min_length=3, max_length=200)]
"""A word or a phrase by which a theory is known; a `*` may end it."""


class LexiconIn(In):
    """The words by which a theory is known, why they change, and the version that was read."""

    words: list[LexiconTerm] = Field(max_length=100)
    reason: Words = Field(min_length=1, max_length=2000)
    seen: int | None = Field(None, ge=0, le=1_000_000)


class LexiconOut(BaseModel):
    """One version of a theory's words; `version` 0 has none: nobody has written any."""

    theory_id: str
    version: int
    words: list[str]
    reason: str = ""
    changed_at: datetime | None = None
    changed_by: str | None = None
