"""The time that code is given instead of looking it up."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells due times; lease expiry is told by the database's clock instead."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that a test or a replay moves by hand."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The time as it was last set, in UTC."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move forward by `step`."""
        self._now += step

    def set(self, moment: datetime) -> None:
        """Move to `moment`."""
        self._now = moment.astimezone(UTC)
