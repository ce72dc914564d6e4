"""What an operator asks of a service's outbox, inbox and jobs."""

from typing import Any

import msgspec
from sqlalchemy import or_, select

from shared.kernel.inbox import inbox
from shared.kernel.jobs import jobs
from shared.kernel.outbox import outbox
from shared.kernel.tx import Tx


async def dead_events(tx: Tx, limit: int) -> list[dict[str, Any]]:
    """Dead and parked events and dead jobs, newest first, with reason and fingerprint."""
    stuck = select(inbox).where(inbox.c.state.in_(("dead", "parked")))
    rows = (await tx.execute(stuck.order_by(inbox.c.position.desc()).limit(limit))).all()
    events = [
        {
            "kind": "event",
            "id": row.id,
            "state": row.state,
            "type": row.type,
            "review": row.review_id,
            "subject": row.subject,
            "attempts": row.attempts,
            "reason": row.reason,
            "fingerprint": row.fingerprint,
        }
        for row in rows
    ]
    given_up = select(jobs).where(jobs.c.state == "dead").order_by(jobs.c.position.desc())
    work = [
        {
            "kind": "job",
            "id": row.id,
            "state": row.state,
            "type": row.name,
            "subject": row.key,
            "attempts": row.attempts,
            "reason": row.reason,
            "fingerprint": row.fingerprint,
        }
        for row in await tx.execute(given_up.limit(limit))
    ]
    return events + work


async def trace_of(tx: Tx, subject_id: str, limit: int = 500) -> list[dict[str, Any]]:
    """This service's events about one thing (`record/<id>`, or the bare id)."""
    about = or_(
        outbox.c.subject == subject_id, outbox.c.subject.endswith(f"/{subject_id}", autoescape=True)
    )
    found = select(outbox).where(about).order_by(outbox.c.position).limit(limit)
    return [
        {
            "id": row.id,
            "position": row.published_position,
            "type": row.type,
            "review": row.review_id,
            "subject": row.subject,
            "version": row.subject_version,
            "at": row.created_at.isoformat(),
            "event": msgspec.json.decode(row.envelope),
        }
        for row in await tx.execute(found)
    ]
