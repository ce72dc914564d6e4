"""What screening needs done outside its transactions."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.screening.ranking.domain.places import Ranked
from services.screening.stages.domain.record_text import RecordText
from services.screening.stopping.domain.stopping import Assessment, Target

RecordTexts = tuple[str, int, RecordText]
"""A record's id, version and text."""


PLACES_KEPT = 1000
"""How many places a ranking renews; those behind keep the order of an earlier one.

A queue is ranked anew after at most a hundred settlements, long before anybody is so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTask:
    """What to rank and from what to learn.

    `waiting`: a JSON array of the ids of all that wait, which the database writes and the
    ranker reads, since a large stage has many; None for what waited at the stage when it was
    ranked last, and `came`, those without a place. `replaced`: those that the answer must place
    anew, being among the first `top` or without a place. `labels`: record, 1 or 0, weight.
    `query` and `seeds` serve while the labels cannot teach. Only places that matter are
    answered: the first `top` and those of `replaced`.
    """

    review_id: str
    stage: str
    waiting: str | None
    came: Sequence[str] = ()
    replaced: Sequence[str] = ()
    labels: Sequence[tuple[str, int, float]]
    query: str = ""
    seeds: Sequence[str] = ()
    seed: int = 0
    random_share: float = 0.0
    top: int = PLACES_KEPT
    explained: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingDone:
    """The order found, as `(record, rank, score, why)`, and what made it."""

    places: Sequence[Ranked]
    model_version: str
    feature_version: str
    records: int


class ForgottenReview(RuntimeError):
    """The ranking process no longer holds a review's features; tell it everything again."""


class Ranker(Protocol):
    """Keeps features of a review's records, and ranks in a process of its own."""

    def stamp(self, review_id: str, more: Mapping[str, int] = {}) -> tuple[int, int]:
        """`(records, sum of their versions)` that it was told; (0, 0) for nothing.

        With `more`, what it would be after being told these records' versions too.
        """
        ...

    def outdated(self, review_id: str, versions: Mapping[str, int]) -> list[str]:
        """Records that it does not know at their present version."""
        ...

    async def learn(self, review_id: str, parts: AsyncIterator[Sequence[RecordTexts]]) -> None:
        """Take in texts, each once; features of what is known already are kept."""
        ...

    async def rank(self, task: RankingTask) -> RankingDone:
        """Train and rank."""
        ...

    def listed(self, review_id: str, stage: str) -> int | None:
        """After which change of the stage's entries its list of what waits there was right."""
        ...

    def keep_list(self, review_id: str, stage: str, changes: int) -> None:
        """Say that what it ranked last at a stage is what waits there after so many changes."""
        ...

    async def assess(self, labels: Sequence[int], records: int, target: Target) -> Assessment:
        """Look at the stopping rule (beside the event loop, which it would hold up)."""
        ...
