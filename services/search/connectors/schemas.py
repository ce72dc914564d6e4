"""The optional sources: what their routes give."""

from datetime import datetime

from pydantic import BaseModel


class LookOut(BaseModel):
    """The newest look of a source at a review's articles: how far it is, and what hinders it.

    Of `unknown` articles it could not say whether they are retracted.
    """

    state: str
    records: int
    asked: int
    changed: int
    unknown: int
    asked_at: datetime
    ended_at: datetime | None
    trouble: str


class ConnectorOut(BaseModel):
    """An optional source: whether it is on, the setting that switches it, its newest look."""

    source: str
    label: str
    on: bool
    setting: str
    searched: bool
    cites: bool = False
    """Whether CLUSTER searching asks it for citations."""
    look: LookOut | None


class ConnectorRunOut(BaseModel):
    """A run that was asked for."""

    run_id: str
