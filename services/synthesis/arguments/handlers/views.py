"""What people see of arguments: as stated, in words, with evidence, versions and revisions."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.arguments import store
from services.synthesis.arguments.domain import (
    HELD,
    argument_in_words,
    argument_of,
    prediction_in_words,
    shown,
)
from services.synthesis.arguments.handlers.stating import require_argument
from services.synthesis.engine import Labels, Review, labels_of
from services.synthesis.projections.store.codebooks import codebooks_of
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.synthesis import ArgumentState

View = dict[str, Any]


async def arguments(review_id: str, theory: str | None, retired: bool, tx: Tx) -> list[View]:
    """Arguments sorted by (theory, id), each with its evidence (None: not computed yet)."""
    await require_review(tx, review_id)
    rows = await store.every(tx, review_id, theory)
    states = [store.state_of(row) for row in rows if retired or row["status"] == HELD]
    known = await store.evidence(tx, review_id, theory)
    labels = await _labels(review_id, {state.theory_id for state in states}, tx)
    return [_item(state, known.get(state.argument_id), labels[state.theory_id]) for state in states]


async def _labels(review_id: str, theories: set[str], tx: Tx) -> dict[str, Labels]:
    review = Review(codebooks=await codebooks_of(tx, review_id, theories))
    return {theory: labels_of(review, theory) for theory in theories}


def _item(state: ArgumentState, evidence: Mapping[str, Any] | None, labels: Labels) -> View:
    argument = argument_of(state)
    return {
        **shown(state),
        "in_words": {
            "argument": argument_in_words(argument, labels),
            "predictions": {
                item.id: prediction_in_words(item, labels) for item in argument.predictions
            },
        },
        "evidence": evidence["body"] if evidence else None,
        "revision": evidence["revision"] if evidence else 0,
    }


async def one_argument(review_id: str, argument_id: str, tx: Tx) -> View:
    """An argument with every version and its reason, and every revision of its evidence."""
    state = await require_argument(tx, review_id, argument_id)
    known = await store.evidence(tx, review_id, state.theory_id)
    labels = await _labels(review_id, {state.theory_id}, tx)
    return {
        **_item(state, known.get(argument_id), labels[state.theory_id]),
        "versions": [
            {
                **shown(store.state_of(row)),
                "person": row["person"],
                "at": row["at"].isoformat(),
            }
            for row in await store.history(tx, review_id, argument_id)
        ],
        "revisions": [
            {
                "revision": row["revision"],
                "argument_version": row["argument_version"],
                "at": row["at"].isoformat(),
                "hash": row["hash"],
                "words": row["words"],
                "caused_by": row["caused_by"],
                "body": row["body"],
            }
            for row in await store.revisions(tx, review_id, argument_id)
        ],
    }
