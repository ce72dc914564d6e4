"""Notes on a theory, and the merging of CCMOCs into it, in people's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.synthesis.configurations.handlers.judge import require_ccmoc
from services.synthesis.configurations.handlers.states import StateChange, set_state
from services.synthesis.theories import store as theories_store
from services.synthesis.theories.handlers import require_theory
from shared.db import Tx
from shared.http.problems import Invalid

STATEMENT = "statement"
IN_THEORY = "in_theory"


async def keep_note(
    review_id: str,
    theory_id: str,
    kind: str,
    note_id: str,
    content: Mapping[str, Any],
    tx: Tx,
    at: datetime | None = None,
) -> None:
    """Keep one note on a theory: a slot filled from theory, a node or link of the programme
    sketch, a merged statement.

    A statement puts its CCMOCs into the theory; they must be agreed, and of the theory. One that
    was kept elsewhere (`at` says when) gives no states: those are told for themselves.
    """
    await require_theory(tx, review_id, theory_id)
    if kind == STATEMENT:
        await _merge(review_id, theory_id, content, tx, told=at is not None)
    row = {"review_id": review_id, "theory_id": theory_id, "kind": kind, "note_id": note_id}
    await theories_store.keep_note(
        tx, {**row, "content": dict(content), "person": tx.actor, "at": at or tx.now()}
    )


async def _merge(
    review_id: str, theory_id: str, content: Mapping[str, Any], tx: Tx, *, told: bool
) -> None:
    for ccmoc_id in content["ccmocs"]:
        row = await require_ccmoc(tx, review_id, ccmoc_id)
        if row["theory_id"] != theory_id:
            raise Invalid(
                f"CCMOC '{ccmoc_id}' belongs to theory {row['theory_id']}, not to {theory_id}.",
                field="content.ccmocs",
            )
        if told:
            continue
        said = StateChange(IN_THEORY, str(content.get("reason") or content["words"]))
        await set_state(review_id, ccmoc_id, said, tx)


async def drop_note(review_id: str, theory_id: str, kind: str, note_id: str, tx: Tx) -> None:
    """Take a note away; one that is not there is no error. States that it gave stay."""
    await require_theory(tx, review_id, theory_id)
    await theories_store.drop_note(tx, review_id, theory_id, kind, note_id)
