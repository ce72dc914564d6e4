"""What a service that suggests passages is asked, and how it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its text and the tokens used (None: not told).

    `declined` says that the model would not answer, `cut_off` that it was not done.
    """

    content: str
    tokens: int | None = None
    declined: bool = False
    cut_off: bool = False


class TryLater(Exception):
    """The service cannot answer now; `seconds` where it says how long to wait."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


class NeedsAPerson(Exception):
    """The service will not answer before a person changes something; the reason says what."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Suggester(Protocol):
    """Answers in JSON of a schema. Raises `TryLater` or `NeedsAPerson`."""

    async def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> Reply:
        """The model's reply to some messages, in JSON of the schema."""
        ...
