"""Siblings and kin: what their routes take and give."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import Key, Words


class RelationIn(In):
    """What people say of two records: `sibling` is one study, `kinship` related studies."""

    a: Key
    b: Key
    kind: Literal["sibling", "kinship"]
    state: Literal["confirmed", "refused"]
    reason: Words = Field("", max_length=2000)


class RelationOut(BaseModel):
    """Two records that may be of one study or of kin, as people call them, why, and the decision.

    `score` orders proposals, 1 is the surest; 0 was named by people.
    """

    a: str
    b: str
    a_label: str
    b_label: str
    kind: str
    why: str
    score: float
    state: str
    step_id: str
    reason: str
    decided_at: datetime | None
    decided_by: str | None
