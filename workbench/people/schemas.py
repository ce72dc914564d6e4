"""What the interface takes and gives about people and their tokens."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.http.bounds import PersonKey

DAYS = 90
"""How long a personal token holds, unless told otherwise."""

PERSONAL_COOKIE = "retroduct_personal"
"""Where a browser keeps the personal token of who signed in."""


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TokenWish(_In):
    """A personal token to make: for whom (oneself), what it is for, and for how long."""

    person: PersonKey | None = Field(None, min_length=1, max_length=64)
    label: str = Field("", max_length=200)
    days: int = Field(DAYS, ge=1, le=365)


class TokenExchange(_In):
    """A personal token to exchange for a short-lived one."""

    token: str = Field(max_length=200)


class TokenMade(BaseModel):
    """A new personal token; its secret is shown this once."""

    token: str
    id: str
    person: str
    expires_at: datetime


class TokenOut(BaseModel):
    """A personal token without its secret."""

    id: str
    person: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class PersonIn(_In):
    """A person's own name."""

    name: str = Field(min_length=1, max_length=200)


class PersonOut(BaseModel):
    """Who one is."""

    person: str
    name: str


class RolesOut(BaseModel):
    """What one may in a review."""

    person: str
    review: str | None
    roles: list[str]
