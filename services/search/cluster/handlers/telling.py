"""What people decided on steps and rounds of CLUSTER searching, as events."""

from services.search.library.store import reviews
from shared.db import Tx
from shared.db.rows import Row
from shared.events.clusters import ClusterRoundDecided, ClusterStepDecided
from shared.ids import stable_id

STATES = {"approved": "approved", "dismissed": "dismissed", "done": "closed"}
"""What people call the states that they give a step."""


async def decide_and_tell(tx: Tx, step: Row, state: str, decision: Row) -> None:
    """Keep what a person decided on a step, and say it."""
    await reviews.decide_step(tx, step, state, decision)
    tell_step({**step, "state": state, "detail": {**step["detail"], "decision": decision}}, tx)


def tell_step(step: Row, tx: Tx) -> None:
    """Say what stands of a step on which people have decided."""
    decision = step["detail"].get("decision", {})
    said = decision.get("closed", decision) if step["state"] == "done" else decision
    tx.emit(
        ClusterStepDecided(
            review_id=step["review_id"],
            cluster_id=step["id"],
            state=STATES[step["state"]],
            theory_id=step["theory_id"],
            about=str(step["detail"].get("detail", "")),
            reason=str(said.get("reason", "")),
            pearls=tuple(decision.get("pearls", ())),
        )
    )


def tell_round(row: Row, state: str, tx: Tx, reason: str = "") -> None:
    """Say that a round is planned, or what people decided on its queries."""
    asking = {
        name: step for name, step in row["report"]["steps"].items() if step["state"] == "waiting"
    }
    asked = [one for step in asking.values() for one in step.get("elsewhere", ())]
    of_pubmed = sum(len(step["queries"]) + bool(step["links"]) for step in asking.values())
    sources = {one["source"] for one in asked} | ({"pubmed"} if of_pubmed else set())
    tx.emit(
        ClusterRoundDecided(
            review_id=row["review_id"],
            round_id=stable_id("round", row["review_id"], row["step_id"], str(row["number"])),
            cluster_id=row["step_id"],
            round=row["number"],
            state=state,
            theory_id=row["report"]["theory_id"],
            steps=tuple(asking),
            sources=tuple(sorted(sources)),
            queries=of_pubmed + len(asked),
            reason=reason,
        )
    )
