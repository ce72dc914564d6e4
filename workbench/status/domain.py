"""The public status of a review: four figures, and nothing else of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """When it was last searched, and what waits to be read, coded and checked again."""

    searched: datetime | None
    records: int
    evidence: int
    theories: int
