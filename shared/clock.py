"""The time that code is given instead of looking it up."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells due times; lease expiry is told by the database's clock instead."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken as UTC already.

    Raises `ValueError` where the calendar ends: midnight of 1 January of the year 1 in a zone
    east of Greenwich is no moment of UTC.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment lies outside the years 1 to 9999 in UTC") from None


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
