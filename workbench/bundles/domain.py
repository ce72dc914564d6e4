"""What a load of a bundle is, and what its states are called."""

from dataclasses import dataclass, field
from typing import Any

WAITING, REFUSED, ASKS, LOADING, DONE, FAILED = (
    "waiting", "refused", "asks", "loading", "done", "failed",
)  # fmt: skip
OPEN = (WAITING, LOADING)
"""States in which the load goes on by itself."""
LONGEST_LIST = 200
"""Problems and notes that are kept of one load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong in a bundle: where it stands, what it is and how to put it right."""

    file: str
    what: str
    remedy: str
    line: int | None = None
    keeps: bool = True
    """Whether it keeps the bundle from being loaded whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a reading of a bundle found; without `review_id` nothing in it can be loaded."""

    review_id: str = ""
    title: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing keeps it from being loaded as it is."""
        return bool(self.review_id) and not any(fault.keeps for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a finished load brought, and the sentences about what was not taken."""

    records: int = 0
    fragments: int = 0
    events: int = 0
    already: bool = False
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Steps:
    """How far a load is; the loader tells it, and it is written down from time to time."""

    words: str = ""
    total: int = 0
    done: int = 0
    before: list[str] = field(default_factory=list)

    def step(self, name: str, total: int) -> None:
        """A step of `total` things begins; the one before is done."""
        if self.words:
            self.before.append(self.words)
        self.words, self.total, self.done = name, total, 0

    def advance(self, number: int = 1) -> None:
        """So many more things of the step are done."""
        self.done += number

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "words": self.words, "total": self.total, "done": min(self.done, self.total),
            "before": list(self.before),
        }  # fmt: skip
