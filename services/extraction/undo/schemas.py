"""Models of acts."""

from datetime import datetime

from pydantic import BaseModel


class ActOut(BaseModel):
    """What a person did, and whether it was undone."""

    id: str
    what: str
    person: str | None
    at: datetime
    changed: list[str]
    undone: bool
