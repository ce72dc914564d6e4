"""A decision as it is handed in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from services.screening.decisions.domain.votes import Verdict
from shared.http.problems import Problem

NO_REASON_GIVEN = "decided elsewhere; no reason was given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One person's verdict on one record, as it is handed in.

    `decided_at` is given for decisions made elsewhere: they were independent of
    what stands here. `for_another`: an owner says what this person decided. `recorded_by` is
    that owner; `vouched`: it is the owner of the installation.
    """

    record: str
    person: str
    verdict: Verdict
    note: str = ""
    decided_at: datetime | None = None
    criteria_version: int | None = None
    source: str = ""
    for_another: bool = False
    recorded_by: str | None = None
    vouched: bool = False

    @property
    def unseen(self) -> bool:
        """Whether who records it may not learn from the answer what is stored."""
        return self.recorded_by is not None and not self.vouched

    @property
    def is_external(self) -> bool:
        """Whether it was made outside, before it came here."""
        return self.decided_at is not None

    @property
    def why(self) -> str:
        """The written reason of a resolution; only of one made elsewhere it may be unknown."""
        return self.note or (NO_REASON_GIVEN if self.for_another or self.is_external else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of a decision: `state` waiting, settled, maybe, conflict, or `recorded`.

    `changed` is false for a repeat; `refused` is why it was not taken.
    """

    record: str
    state: str
    changed: bool = True
    refused: Problem | None = None
