"""How much waits where: for `/pending`, `/metrics`, and for knowing when all is settled."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, func, or_, select

from shared.kernel.inbox import STUCK, inbox
from shared.kernel.jobs import jobs
from shared.kernel.outbox import NOT_SENT, counters, outbox
from shared.kernel.tx import Tx

_SOON = timedelta(seconds=5)


def _by_state(state: Any, condition: Any) -> Select[Any]:
    return select(state, func.count()).where(condition).group_by(state)


def _pressing() -> Any:
    """Jobs that change something soon: running, due (at `soon`), or failed and tried again later.

    Schedules of the future do not count. A job that failed has work left, however long it
    backs off.
    """
    due = jobs.c.not_before <= bindparam("soon")
    waiting = (jobs.c.state == "waiting") & or_(due, jobs.c.attempts > 0)
    return or_(jobs.c.state.in_(("running", "dead")), waiting)


_WAITING = _by_state(inbox.c.state, inbox.c.state == "waiting")
_STUCK = _by_state(inbox.c.state, STUCK)
_PRESSING = _by_state(jobs.c.state, _pressing())
_UNSENT = select(func.count(), func.min(outbox.c.created_at)).where(NOT_SENT)
_COUNTERS = select(counters)


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """A service's waiting work, and its counts of events sent and received by type."""

    service: str
    unsent: int
    waiting: int
    dead: int
    parked: int
    jobs: int
    dead_jobs: int
    oldest_unsent_seconds: float
    published: dict[str, int]
    received: dict[str, int]
    subscribes: list[str]


async def backlog(tx: Tx, subscriptions: frozenset[str]) -> Backlog:
    """Read the figures in one snapshot."""
    inboxes = await _counted(tx, _WAITING) | await _counted(tx, _STUCK)
    work = await _counted(tx, _PRESSING, soon=tx.now() + _SOON)
    unsent, since = tuple((await tx.execute(_UNSENT)).one())
    counts = (await tx.execute(_COUNTERS)).mappings().all()
    return Backlog(
        service=tx.service,
        unsent=unsent,
        waiting=inboxes.get("waiting", 0),
        dead=inboxes.get("dead", 0),
        parked=inboxes.get("parked", 0),
        jobs=work.get("waiting", 0) + work.get("running", 0),
        dead_jobs=work.get("dead", 0),
        oldest_unsent_seconds=(tx.now() - since).total_seconds() if since else 0.0,
        published={c["name"]: c["count"] for c in counts if c["kind"] == "published"},
        received={c["name"]: c["count"] for c in counts if c["kind"] == "received"},
        subscribes=sorted(subscriptions),
    )


async def _counted(tx: Tx, by_state: Select[Any], **values: Any) -> dict[str, int]:
    found: dict[str, int] = dict(tuple(row) for row in await tx.execute(by_state, values))
    return found


async def moving(
    look: Callable[[], Awaitable[Iterable[Backlog]]],
) -> Mapping[str, dict[str, int]]:
    """What moves, per service, at one of two looks one after the other; empty when settled.

    Services are looked at in turn: a request for history that one sends just then reaches
    another that was looked at before, and is counted for neither.
    """
    return unsettled(await look()) or unsettled(await look())


def unsettled(backlogs: Iterable[Backlog]) -> Mapping[str, dict[str, int]]:
    """What still moves, per service; empty when every inbox and dirty set is empty.

    An event in flight shows as a difference between what its publisher has sent
    and what a subscriber has received.
    """
    known = {f.service: f for f in backlogs}
    published: dict[str, int] = {}
    for f in known.values():
        for name, n in f.published.items():
            published[name] = published.get(name, 0) + n
    moving: dict[str, dict[str, int]] = {}
    for f in known.values():
        flight = sum(
            max(0, published.get(name, 0) - f.received.get(name, 0))
            for name in f.subscribes
            if not name.startswith("kernel.")
        )
        rest = {"unsent": f.unsent, "waiting": f.waiting, "jobs": f.jobs, "in_flight": flight}
        if any(rest.values()):
            moving[f.service] = {k: v for k, v in rest.items() if v}
    return moving
