"""What a reader asks for, and sits before: a record to read, and all that stands around it."""

from pydantic import BaseModel, Field

from services.screening.decisions.schemas.models import (
    CriterionIn,
    Input,
    Name,
    QueueCountOut,
    QueueItem,
)


class DeskIn(Input):
    """What a reader wants before them: this `record`, or the next; `hold`: held for ten minutes.

    `ahead`: the one after it is given and held as well, while the queue is long.
    """

    record: Name | None = None
    leave: Name | None = None
    hold: bool = True
    ahead: bool = False
    limit: int = Field(default=40, ge=1, le=200)
    q: str = Field(default="", max_length=500)
    person: Name | None = None


class TitleItem(BaseModel):
    """A record of the queue by its title."""

    record: str
    title: str
    label: str
    year: int | None
    score: float | None


class DeskOut(BaseModel):
    """What a reader sits before; `current` is the record to read, `ahead` the one after it.

    `held_by_others`: the record that was asked for, or all that is left, is with others now.
    """

    current: QueueItem | None
    ahead: QueueItem | None = None
    held_by_others: bool = False
    items: list[TitleItem]
    criteria: list[CriterionIn]
    terms: list[str]
    own: QueueCountOut
    stopped: str = ""
