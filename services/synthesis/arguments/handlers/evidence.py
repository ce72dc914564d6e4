"""Keeping what the engine computed of arguments: only what changed is revised, and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.synthesis.arguments import store
from services.synthesis.arguments.domain import (
    argument_in_words,
    moves_in_words,
    prediction_in_words,
    sayable,
)
from services.synthesis.engine import Body, Labels, Review, argument_moves, labels_of
from services.synthesis.engine.difference import Moved
from services.synthesis.engine.values import Argument
from services.synthesis.projections.store import marks
from services.synthesis.projections.store.marks import Cause
from shared.db import Tx
from shared.db.rows import Row
from shared.events.synthesis import ArgumentEvidenceChanged, PredictionRefuted
from shared.ids import stable_id

MOST_CAUSES = 500
"""So many causes are named in one event; the revision keeps all."""
SAME_CASES = "The cases are the same; other fragments tell of them."


@dataclass(frozen=True, slots=True)
class Computed:
    """The evidence of a theory's arguments, the inputs it rests on, and what moved them."""

    review_id: str
    theory_id: str
    review: Review
    bodies: Sequence[Body]
    causes: Mapping[str, Cause]


async def keep_evidence(computed: Computed, tx: Tx) -> None:
    """Revise the evidence that changed and say it; of a retired argument it stays as it was."""
    if not computed.bodies:
        return
    review_id, theory_id = computed.review_id, computed.theory_id
    known = await store.evidence(tx, review_id, theory_id)
    stated = {row["argument_id"]: row for row in await store.every(tx, review_id, theory_id)}
    arguments = {item.id: item for item in computed.review.arguments}
    labels = labels_of(computed.review, theory_id)
    changes = [
        _Change(computed, arguments[body["id"]], labels, known.get(body["id"]), body)
        for body in computed.bodies
    ]
    moved = [change for change in changes if change.moves()]
    causes = {change.argument.id: change.causes(stated) for change in moved}
    rows = [{**change.row(), "updated_at": tx.now()} for change in moved]
    revisions = [
        {**change.revision_row(causes[change.argument.id]), "at": tx.now()} for change in moved
    ]
    await store.keep_evidence(tx, rows, revisions)
    for change in moved:
        change.say(causes[change.argument.id], tx)


class _Change:
    """From the stored evidence of an argument to what the engine says of it now."""

    def __init__(
        self, computed: Computed, argument: Argument, labels: Labels, known: Row | None, body: Body
    ) -> None:
        self.argument = argument
        self._computed, self._labels, self._body = computed, labels, body
        self._old: Body | None = known["body"] if known else None
        self._revision = (known["revision"] if known else 0) + 1
        self._moved: Mapping[str, Moved] = argument_moves(self._old, body)

    def moves(self) -> bool:
        """Whether the evidence is new or has another hash."""
        return self._old is None or self._old["hash"] != self._body["hash"]

    def causes(self, stated: Mapping[str, Row]) -> list[str]:
        """Events that touched its fragments, before or after, or stated it."""
        mine = {name for body in (self._old, self._body) if body for name in body["fragments"]}
        own = str(stated.get(self.argument.id, {}).get("event_id") or "")
        return marks.causes_of(self._computed.causes, mine, own)

    def _key(self) -> dict[str, Any]:
        return {"review_id": self._computed.review_id, "argument_id": self.argument.id}

    def row(self) -> dict[str, Any]:
        """The evidence as stored."""
        return {
            **self._key(),
            "theory_id": self._computed.theory_id,
            "revision": self._revision,
            "hash": self._body["hash"],
            "body": self._body,
        }

    def _words(self) -> tuple[str, ...]:
        if not self._moved and self._old is not None:
            return (SAME_CASES,)
        return moves_in_words(self._moved, self.argument, self._labels)

    def revision_row(self, causes: Sequence[str]) -> dict[str, Any]:
        """The revision: of which version of the argument, what moved in words, and why."""
        return {
            **self._key(),
            "revision": self._revision,
            "argument_version": self.argument.version,
            "hash": self._body["hash"],
            "body": self._body,
            "words": list(self._words()),
            "caused_by": list(causes),
        }

    def say(self, causes: Sequence[str], tx: Tx) -> None:
        """Emit what became of the evidence, and which predictions new cases refute."""
        newest = causes[-1] if causes else None
        common: dict[str, Any] = {
            **self._key(),
            "theory_id": self._computed.theory_id,
            "argument": argument_in_words(self.argument, self._labels),
            "caused_by": tuple(causes[:MOST_CAUSES]),
        }
        changed = ArgumentEvidenceChanged(
            **common,
            revision=self._revision,
            hash=self._body["hash"],
            body=sayable(self._body),
            moves=self._words(),
        )
        tx.emit(changed, causation_id=newest)
        for refuted in self._refuted(common):
            tx.emit(refuted, causation_id=newest)

    def _refuted(self, common: Mapping[str, Any]) -> list[PredictionRefuted]:
        cases = {item["id"]: tuple(item["refuted"]) for item in self._body["predictions"]}
        nothing = Moved((), ())
        return [
            PredictionRefuted(
                **common,
                refutation_id=stable_id("refutation", self.argument.id, item.id),
                prediction=item.id,
                cases=cases[item.id],
                words=prediction_in_words(item, self._labels),
            )
            for item in self.argument.predictions
            if self._moved.get(f"refuted {item.id}", nothing).gained
        ]
