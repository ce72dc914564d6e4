"""Steps of CLUSTER searching as people approve and dismiss them, and the step done here.

Approved with its pearls, a step rechecks the reference database (step 3 of
Booth et al. 2013): excluded records that may be of a pearl's study are offered
for screening again. No decision is changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.domain.kinship import kinship, names_of
from services.search.domain.record import Bibliography
from services.search.store import following, library, searching
from services.search.store.content import decode
from shared.db import Tx
from shared.events.search import RescreenSuggested
from shared.problems import Conflict, Invalid, NotFound

MOST_PEOPLE = 20
MOST_RECORDS = 500
Row = Mapping[str, Any]


class NoSuchStep(NotFound):
    """The review has no step of this id."""

    title = "The review has no such step"


async def approve_step(
    tx: Tx, review_id: str, step_id: str, pearls: Sequence[str], reason: str
) -> Row:
    """Approve a proposed step with its pearls, and recheck the library for their studies.

    A repeat answers what the first did. Raises `Conflict` for a step that was
    dismissed or has closed, `Invalid` for a pearl that is no active record.
    """
    step = await _held(tx, review_id, step_id)
    if step["state"] in ("approved", "done"):
        return step
    if step["state"] != "proposed":
        raise Conflict(f"The step is {step['state']}; only a proposed step can be approved.")
    known = await _pearls(tx, review_id, pearls)
    offered: dict[str, str] = {}
    for record_id, pearl in known.items():
        for other, why in (await _relatives(tx, review_id, pearl, set(known))).items():
            offered.setdefault(other, f"CLUSTER, of the study of record {record_id}? {why}")
    for other, why in sorted(offered.items()):
        tx.emit(RescreenSuggested(review_id=review_id, record_id=other, reason=why))
    decision = {"by": tx.actor, "reason": reason, "pearls": list(known), "offered": offered}
    await following.decide_step(tx, step, "done", decision)
    return await _held(tx, review_id, step_id)


async def dismiss_step(tx: Tx, review_id: str, step_id: str, reason: str) -> Row:
    """Dismiss a proposed step; it stays dismissed while its gap stands."""
    step = await _held(tx, review_id, step_id)
    if step["state"] == "dismissed":
        return step
    if step["state"] != "proposed":
        raise Conflict(f"The step is {step['state']}; only a proposed step can be dismissed.")
    await following.decide_step(tx, step, "dismissed", {"by": tx.actor, "reason": reason})
    return await _held(tx, review_id, step_id)


async def _held(tx: Tx, review_id: str, step_id: str) -> Row:
    await tx.lock(f"step/{review_id}/{step_id}")
    step = await following.step_of(tx, review_id, step_id)
    if step is None:
        raise NoSuchStep(f"The review has no step '{step_id}'; look at the list of steps.")
    return step


async def _pearls(tx: Tx, review_id: str, wanted: Sequence[str]) -> dict[str, Bibliography]:
    ids = [await library.resolved(tx, review_id, one) for one in dict.fromkeys(wanted)]
    rows = await library.rows_of(tx, review_id, ids)
    absent = [one for one in ids if one not in rows or rows[one]["state"] != "active"]
    if absent:
        raise Invalid(f"No active record: {', '.join(absent)}.", field="pearls")
    return {one: decode(rows[one]["content"]) for one in ids}


async def _relatives(
    tx: Tx, review_id: str, pearl: Bibliography, apart: set[str]
) -> dict[str, str]:
    """Excluded records that may be of the pearl's study, and why."""
    queries = [f'"{name}"' for name in names_of(pearl)[:MOST_PEOPLE]]
    queries += [f'"{trial.rpartition("/")[2]}"' for trial in pearl.trial_ids]
    found: dict[str, Row] = {}
    for query in queries:
        rows = await searching.page(tx, review_id, query=query, most=MOST_RECORDS)
        found |= {row["id"]: row for row in rows if row["id"] not in apart}
    excluded = await following.excluded_among(tx, review_id, found)
    why = {one: kinship(pearl, decode(found[one]["content"])) for one in sorted(excluded)}
    return {one: said for one, said in why.items() if said}
