"""What screening needs done outside its transactions."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.screening.stages.domain.record_text import RecordText
from services.screening.stopping.domain.stopping import Assessment, Target

RecordTexts = tuple[str, int, RecordText]
"""A record's id, version and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTask:
    """What to rank and from what to learn.

    `waiting`: record and present place of all that wait. `labels`: record,
    1 or 0, weight. `query` and `seeds` serve while the labels cannot teach.
    Only places that matter are answered: the first `top` and those that were
    among them.
    """

    review_id: str
    waiting: Sequence[tuple[str, int]]
    labels: Sequence[tuple[str, int, float]]
    query: str = ""
    seeds: Sequence[str] = ()
    seed: int = 0
    random_share: float = 0.0
    top: int = 5000
    explained: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingDone:
    """New places `(record, place, score, why)`, and what made them."""

    places: Sequence[tuple[str, int, float, str | None]]
    model_version: str
    feature_version: str
    records: int


class ForgottenReview(RuntimeError):
    """The ranking process no longer holds a review's features; tell it everything again."""


class Ranker(Protocol):
    """Keeps features of a review's records, and ranks in a process of its own."""

    def stamp(self, review_id: str) -> tuple[int, int]:
        """`(records, sum of their versions)` that it was told; (0, 0) for nothing."""
        ...

    def outdated(self, review_id: str, versions: dict[str, int]) -> list[str]:
        """Records that it does not know at their present version."""
        ...

    async def learn(self, review_id: str, parts: AsyncIterator[Sequence[RecordTexts]]) -> None:
        """Take in texts, each once; features of what is known already are kept."""
        ...

    async def rank(self, task: RankingTask) -> RankingDone:
        """Train and rank."""
        ...

    async def assess(self, labels: Sequence[int], records: int, target: Target) -> Assessment:
        """Look at the stopping rule (beside the event loop, which it would hold up)."""
        ...
