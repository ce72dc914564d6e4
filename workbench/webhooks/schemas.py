"""What the interface of webhooks takes and gives."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.events import registered
from shared.ops.settings import SERVICES

Url = Annotated[str, Field(min_length=1, max_length=2_000)]
Label = Annotated[str, Field(max_length=200)]


def _known(wanted: list[str]) -> list[str]:
    names = {*registered(), *SERVICES}
    unknown = sorted(set(wanted) - names)
    if unknown:
        raise ValueError(f"no event or service is called {', '.join(unknown)}")
    return sorted(set(wanted))


Types = Annotated[
    list[Annotated[str, Field(max_length=100)]], Field(max_length=200), AfterValidator(_known)
]
"""Names of events, or of services for all of theirs; none means everything."""


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WebhookIn(_In):
    """A receiver: where, a name for people, and which events."""

    url: Url
    label: Label = ""
    types: Types = []


class WebhookPatch(_In):
    """What is to change; what is left out stays."""

    url: Url | None = None
    label: Label | None = None
    types: Types | None = None
    enabled: bool | None = None


class WebhookOut(BaseModel):
    """A webhook without its secret; `reason` says why it is off."""

    id: str
    url: str
    label: str
    types: list[str]
    enabled: bool
    reason: str | None
    waiting: int
    position: int
    created_at: datetime


class WebhookMade(BaseModel):
    """A new webhook, or a new secret of one: shown this once."""

    id: str
    secret: str


class DeliveryOut(BaseModel):
    """One event sent to one webhook: how often it was tried, and what was answered last."""

    position: int
    id: str
    type: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    status: int | None
    said: str
    tried_at: datetime | None
    next_at: datetime | None
