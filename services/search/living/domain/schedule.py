"""When a search is due: a cron expression or an interval, as slots that happen once.

A slot is a moment fixed by the schedule alone. Its key is unique, so that two
schedulers that see it due run it once. Slots missed while nothing ran are
caught up by one run in the newest of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice, pairwise

from cronsim import CronSim, CronSimError

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=3_653)
MOST_SLOTS = 100_000
MINUTES_OF_A_WEEK = 7 * 24 * 60


class UnusableSchedule(ValueError):
    """The schedule cannot be read or would never, or too often, come due."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression in UTC, e.g. `0 6 * * 1` for Mondays at six."""

    expression: str

    def __post_init__(self) -> None:
        try:
            slots = list(islice(CronSim(self.expression, datetime(2026, 1, 1, tzinfo=UTC)), 50))
        except (CronSimError, ValueError) as error:
            raise UnusableSchedule(
                f"'{self.expression}' is no cron expression ({error}); "
                "write five fields such as '0 6 * * 1'"
            ) from error
        if not slots:
            raise UnusableSchedule(f"'{self.expression}' never comes due")
        if any(later - sooner < SHORTEST for sooner, later in pairwise(slots)):
            raise UnusableSchedule(f"'{self.expression}' runs more often than hourly")

    def after(self, moment: datetime) -> datetime:
        """First slot later than `moment` (aware)."""
        try:
            return next(CronSim(self.expression, moment.astimezone(UTC)))
        except StopIteration as error:
            raise UnusableSchedule(f"'{self.expression}' never comes due again") from error


@dataclass(frozen=True, slots=True)
class Every:
    """A slot each `interval` from `anchor` (aware) on, e.g. every seven days."""

    interval: timedelta
    anchor: datetime

    def __post_init__(self) -> None:
        if self.interval < SHORTEST:
            raise UnusableSchedule(f"an interval of {self.interval} is shorter than an hour")
        if self.interval > LONGEST:
            raise UnusableSchedule("an interval is at most ten years; write a shorter one")

    def after(self, moment: datetime) -> datetime:
        """First slot later than `moment`; the anchor itself is the first of all."""
        if moment < self.anchor:
            return self.anchor
        passed = (moment - self.anchor) // self.interval
        return self.anchor + (passed + 1) * self.interval


Schedule = Cron | Every


@dataclass(frozen=True, slots=True)
class Due:
    """One run to start now: the newest slot that has come, and how many older ones it covers."""

    slot: datetime
    missed: int

    def key(self, search: str) -> str:
        """The unique key under which this slot of `search` runs once."""
        return slot_key(search, self.slot)


def weekly(name: str) -> Cron:
    """One minute of the week (UTC), the same for a name at all times, spread over all names."""
    minute = int.from_bytes(sha256(name.encode()).digest()[:8]) % MINUTES_OF_A_WEEK
    hour, minute = divmod(minute, 60)
    day, hour = divmod(hour, 24)
    return Cron(f"{minute} {hour} * * {day}")


def slot_key(search: str, slot: datetime) -> str:
    """`search@2026-11-23T06:00:00+00:00`."""
    return f"{search}@{slot.astimezone(UTC).isoformat(timespec='seconds')}"


def due(schedule: Schedule, last: datetime, now: datetime) -> Due | None:
    """The run that is due at `now` if the last slot run was `last`; None if none is."""
    newest, count = None, 0
    for slot in _until(schedule, last, now):
        newest, count = slot, count + 1
    return Due(newest, count - 1) if newest else None


def _until(schedule: Schedule, last: datetime, now: datetime) -> Iterator[datetime]:
    moment = last
    for _ in range(MOST_SLOTS):
        moment = schedule.after(moment)
        if moment > now:
            return
        yield moment


def read_schedule(words: str, anchor: datetime) -> Schedule:
    """A schedule as people write it: `weekly`, `every 14 days`, or a cron expression.

    `anchor` is the moment from which intervals count. Raises `UnusableSchedule`.
    """
    parts = words.strip().lower().split()
    if len(parts) == 1 and parts[0] in NAMED:
        return Every(NAMED[parts[0]], anchor)
    if len(parts) == 3 and parts[0] == "every":
        return Every(_interval(parts[1], parts[2], words), anchor)
    return Cron(words.strip())


NAMED = {
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "quarterly": timedelta(days=91),
}
UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


def _interval(number: str, unit: str, words: str) -> timedelta:
    size = UNITS.get(unit.removesuffix("s"))
    many = int(number) if number.isdecimal() and len(number) < 7 else 0
    if size is None or many == 0:
        raise UnusableSchedule(f"'{words}' is no interval; write for example 'every 7 days'")
    return many * size
