"""Queries of a planned round: people have seen them and let them run, or take the round back."""

from collections.abc import Sequence

from services.search.cluster.handlers.rounds import ROUND_JOB, end, held
from services.search.cluster.handlers.telling import tell_round
from services.search.cluster.store import rounds
from shared.db import Tx
from shared.db.rows import Row

NOT_APPROVED = "Its queries were not approved, and not run."


async def approve_queries(key: rounds.Key, wanted: Sequence[str] | None, tx: Tx) -> Row | None:
    """Let a planned round run, or only its steps `wanted`; None if there is no such round.

    A repeat changes nothing. Who approved the queries, and when, is kept with them.
    """
    row = await held(tx, key)
    if row is None or row["state"] != "planned":
        return row
    steps = {
        name: each
        if wanted is None or name in wanted or each["state"] != "waiting"
        else {**each, "state": "skipped", "notes": [*each["notes"], NOT_APPROVED]}
        for name, each in row["report"]["steps"].items()
    }
    approved = {"by": tx.actor, "at": tx.now().isoformat()}
    report = {**row["report"], "steps": steps, "approved": approved}
    tell_round({**row, "report": report}, "approved", tx)
    if any(each["state"] == "waiting" for each in steps.values()):
        await rounds.change(tx, key, state="waiting", report=report)
        payload = {"review_id": key[0], "step_id": key[1], "number": key[2]}
        await tx.enqueue(ROUND_JOB, key="/".join(map(str, key)), payload=payload)
    else:
        await end(tx, key, "succeeded", report)
    return await rounds.one(tx, key)


async def withdraw_round(key: rounds.Key, reason: str, tx: Tx) -> Row | None:
    """Take back a planned round: none of its queries runs. None if there is no such round."""
    row = await held(tx, key)
    if row is None or row["state"] != "planned":
        return row
    withdrawn = {"by": tx.actor, "at": tx.now().isoformat(), "reason": reason}
    report = {**row["report"], "withdrawn": withdrawn}
    await rounds.change(tx, key, state="withdrawn", report=report, ended_at=tx.now())
    tell_round(row, "withdrawn", tx, reason)
    return await rounds.one(tx, key)
