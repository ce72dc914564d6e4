"""Failpoints: named places where a test makes a process fail, stall or die on purpose.

Off unless `RETRODUCT_FAILPOINTS` is set, and refused by a process that serves on any but a
loopback address. A rule is `point=action@when`, several are joined by commas:
`outbox.before_mark=kill@0.02,inbox.after_handle=error@3`. The same technique as FreeBSD's
fail(9) and etcd's gofail.
"""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from shared.http.problems import Invalid

POINTS = (
    "outbox.before_append",
    "outbox.after_append",
    "outbox.before_publish",
    "outbox.before_mark",
    "outbox.after_mark",
    "bus.before_publish",
    "bus.after_publish",
    "bus.before_store",
    "bus.before_ack",
    "inbox.after_store",
    "inbox.after_claim",
    "inbox.after_handle",
    "inbox.after_done",
    "jobs.after_claim",
    "jobs.before_work",
    "jobs.before_finish",
    "jobs.after_finish",
    "database.before_commit",
    "database.after_commit",
)
ACTIONS = ("error", "outage", "kill", "delay")
DELAY_SECONDS = 0.1
_RULE = re.compile(
    r"(?P<point>[a-z_.]+)=(?P<action>[a-z]+)(?::(?P<seconds>\d+(?:\.\d+)?))?"
    r"(?:@(?P<when>\d+(?:\.\d+)?))?"
)


class InjectedError(Exception):
    """What `error` raises: a failure of whatever was being done."""


@dataclass(slots=True)
class Rule:
    """What happens at a point: `nth` time only, else each time with this `probability`."""

    point: str
    action: str
    seconds: float = DELAY_SECONDS
    nth: int | None = None
    probability: float = 1.0
    reached: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def reach(self) -> None:
        """Count this time, and act if it is the one."""
        with self._turn:
            self.reached += 1
            chance = random.random()  # noqa: S311 - no secret hangs on it
            due = self.reached == self.nth if self.nth else chance < self.probability
        if due:
            self._act()

    def _act(self) -> None:
        # Written at once and past every buffer: after SIGKILL nothing is written any more.
        os.write(2, f"failpoint {self.point} {self.action}\n".encode())
        if self.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.action == "delay":
            time.sleep(self.seconds)
        elif self.action == "outage":
            raise ConnectionResetError(f"failpoint {self.point}: connection reset")
        else:
            raise InjectedError(f"failpoint {self.point}")


_armed: dict[str, tuple[Rule, ...]] = {}


def reach(point: str) -> None:
    """Say that a point is reached; nothing happens unless a rule names it.

    Raises `InjectedError` or `ConnectionResetError`, stalls the thread, or ends the process.
    """
    if _armed:
        for rule in _armed.get(point, ()):
            rule.reach()


def parse(said: str) -> list[Rule]:
    """The rules of a setting; raises `Invalid` that says what may stand there instead."""
    return [_rule(one.strip()) for one in said.split(",") if one.strip()]


def _rule(said: str) -> Rule:
    found = _RULE.fullmatch(said)
    if found is None:
        raise Invalid(
            f"RETRODUCT_FAILPOINTS: '{said}' is no rule; write point=action@when, "
            "for example outbox.before_mark=kill@0.02 or inbox.after_handle=error@3"
        )
    point, action, when = found["point"], found["action"], found["when"] or "1.0"
    if point not in POINTS:
        raise Invalid(f"RETRODUCT_FAILPOINTS: no point '{point}'; there are {', '.join(POINTS)}")
    if action not in ACTIONS:
        raise Invalid(f"RETRODUCT_FAILPOINTS: no action '{action}'; {', '.join(ACTIONS)}")
    rule = Rule(point, action, float(found["seconds"] or DELAY_SECONDS))
    if "." in when:
        rule.probability = float(when)
    else:
        rule.nth = int(when)
    if not 0 <= rule.probability <= 1 or rule.nth == 0:
        raise Invalid(
            f"RETRODUCT_FAILPOINTS: '@{when}' is neither a probability (0.02) nor a number from 1"
        )
    return rule


def arm(said: str | None, *, host: str = "127.0.0.1") -> None:
    """Put the rules of a setting in force for this process, in place of those before.

    Raises `Invalid` for a wrong rule, and for any rule where `host` can be reached from
    outside this machine: a deployment in use is not to be made to fail.
    """
    rules = parse(said or "")
    if rules and not _loops_back(host):
        raise Invalid(
            f"RETRODUCT_FAILPOINTS makes a process fail on purpose and is for tests only; "
            f"this one serves on {host}: unset it, or serve on 127.0.0.1"
        )
    _armed.clear()
    for point in {rule.point for rule in rules}:
        _armed[point] = tuple(rule for rule in rules if rule.point == point)


def _loops_back(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def armed(said: str) -> Iterator[None]:
    """Rules that hold within a block, for tests in one process."""
    arm(said)
    try:
        yield
    finally:
        arm(None)
