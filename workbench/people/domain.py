"""Passwords that are taken, and how often one may be tried."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SHORTEST, LONGEST = 10, 200
FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
MOST_NAMES = 20_000


def fault_of(password: str, person_id: str) -> str:
    """What is wrong with a new password, as a sentence; empty where nothing is."""
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters; a few words make a good one."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if password.casefold() == person_id.casefold() or len(set(password)) < 4:
        return "This password is too easy to guess; a few words make a good one."
    return ""


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    until: datetime | None = None


@dataclass(slots=True)
class Throttle:
    """How often a name may be tried: five times, then after waits that double.

    Known and unknown names are treated alike, so that a refusal tells nothing. Keeps the
    last twenty thousand names that were tried.
    """

    _names: "OrderedDict[str, _Tries]" = field(default_factory=OrderedDict)

    def wait(self, name: str, now: datetime) -> timedelta:
        """How long the name is not to be tried; zero where it may be. Counts a try as failed
        until `succeeded` says otherwise, so that many at once are counted too.
        """
        key = name.casefold()
        tries = self._names.setdefault(key, _Tries())
        self._names.move_to_end(key)
        while len(self._names) > MOST_NAMES:
            self._names.popitem(last=False)
        if tries.until is not None and now < tries.until:
            return tries.until - now
        tries.failed += 1
        if tries.failed >= FREE_TRIES:
            doubled = FIRST_WAIT * 2 ** min(tries.failed - FREE_TRIES, 12)
            tries.until = now + min(doubled, LONGEST_WAIT)
        return timedelta(0)

    def succeeded(self, name: str) -> None:
        """Forget the tries of a name."""
        self._names.pop(name.casefold(), None)
