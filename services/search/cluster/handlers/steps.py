"""Steps of CLUSTER searching as people approve, dismiss and close them.

An approved step is a cluster: it plans a round from its pearls. The round's steps over the
reference database (3 and 9 of Booth et al. 2013) are done with the approval: see `planning`.
What PubMed has to be asked is shown first, and runs as a job once people have approved it.
"""

from collections.abc import Sequence

from services.search.cluster.domain.round import ENDED, Options
from services.search.cluster.handlers import rounds
from services.search.cluster.handlers.lexicon import with_lexicon
from services.search.cluster.handlers.planning import pearls_of, plan_and_open
from services.search.cluster.handlers.telling import decide_and_tell
from services.search.cluster.store import rounds as rounds_store
from services.search.library.store import reviews
from shared.db import Tx
from shared.db.rows import Row
from shared.http.problems import Conflict, NotFound


class NoSuchStep(NotFound):
    """The review has no step of this id."""

    title = "The review has no such step"


async def approve_step(
    tx: Tx,
    review_id: str,
    step_id: str,
    pearls: Sequence[str],
    reason: str,
    options: Options | None = None,
    sources: Sequence[str] = (),
) -> Row:
    """Approve a proposed step with its pearls, and plan its first round.

    A repeat answers what the first did. `sources` are the optional sources that are on.
    Raises `Conflict` for a step that was dismissed or has closed or whose review is
    retired, `Invalid` for a pearl that is no active record, for a source that is off,
    and for a block that PubMed could not read.
    """
    step = await _held(tx, review_id, step_id)
    if step["state"] in ("approved", "done"):
        return step
    if step["state"] != "proposed":
        raise Conflict(f"The step is {step['state']}; only a proposed step can be approved.")
    said = await plan_and_open(tx, step, pearls, reason, options or Options(), sources)
    await decide_and_tell(tx, step, "approved", said)
    return await _held(tx, review_id, step_id)


async def start_round(
    tx: Tx,
    review_id: str,
    step_id: str,
    pearls: Sequence[str],
    reason: str,
    options: Options | None = None,
    sources: Sequence[str] = (),
) -> int:
    """Plan the next round of an approved step, from the same pearls or others; its number.

    While a round of the same pearls and options is open, a repeat answers with it.
    Raises `Conflict` while another is open, or for a step that is not approved.
    """
    step = await _held(tx, review_id, step_id)
    if step["state"] != "approved":
        raise Conflict(f"The step is {step['state']}; only an approved step has further rounds.")
    wanted, _ = await with_lexicon(tx, step, options or Options())
    for row in await rounds_store.of_step(tx, review_id, step_id):
        if row["state"] not in ENDED:
            known = await pearls_of(tx, review_id, pearls)
            if set(row["pearls"]) == set(known) and rounds.read_options(row) == wanted:
                return int(row["number"])
            raise Conflict(_not_ended(row))
    said = await plan_and_open(tx, step, pearls, reason, wanted, sources)
    return int(said["round"])


async def dismiss_step(tx: Tx, review_id: str, step_id: str, reason: str) -> Row:
    """Dismiss a proposed step; it stays dismissed while its gap stands."""
    step = await _held(tx, review_id, step_id)
    if step["state"] == "dismissed":
        return step
    if step["state"] != "proposed":
        raise Conflict(f"The step is {step['state']}; only a proposed step can be dismissed.")
    await decide_and_tell(tx, step, "dismissed", {"by": tx.actor, "reason": reason})
    return await _held(tx, review_id, step_id)


async def close_step(tx: Tx, review_id: str, step_id: str, reason: str) -> Row:
    """Close an approved step: no round follows; who closed it and why is kept.

    Raises `Conflict` while a round is open, or for a step that is not approved.
    """
    step = await _held(tx, review_id, step_id)
    if step["state"] == "done":
        return step
    if step["state"] != "approved":
        raise Conflict(f"The step is {step['state']}; only an approved step can be closed.")
    rows = await rounds_store.of_step(tx, review_id, step_id)
    for row in rows:
        if row["state"] not in ENDED:
            raise Conflict(_not_ended(row))
    closed = {"by": tx.actor, "reason": reason, "at": tx.now().isoformat()}
    decision = {**step["detail"].get("decision", {}), "closed": closed}
    await decide_and_tell(tx, step, "done", decision)
    return await _held(tx, review_id, step_id)


def _not_ended(row: Row) -> str:
    if row["state"] == "planned":
        return f"Round {row['number']} is planned; approve its queries or withdraw it first."
    return f"Round {row['number']} has not ended; wait for it."


async def _held(tx: Tx, review_id: str, step_id: str) -> Row:
    await tx.lock(f"step/{review_id}/{step_id}")
    return await step_or_not_found(tx, review_id, step_id)


async def step_or_not_found(tx: Tx, review_id: str, step_id: str) -> Row:
    """The step, or a problem that names it."""
    step = await reviews.step_of(tx, review_id, step_id)
    if step is None:
        raise NoSuchStep(f"The review has no step '{step_id}'; look at the list of steps.")
    return step
