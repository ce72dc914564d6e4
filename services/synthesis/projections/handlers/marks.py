"""Marking theories as waiting: which theories an event touches, and through which fragments."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.synthesis.projections.domain.causes import named
from services.synthesis.projections.store import fragments as fragments_store
from services.synthesis.projections.store import marks, projections
from services.synthesis.projections.store.marks import Cause
from shared.db import Tx
from shared.events.base import Received

Key = tuple[str, str]
"""Review id, theory id."""


class AffectedTheories:
    """Collects what a batch of events touches, and marks each theory once, in one order."""

    def __init__(self, said: Sequence[Received[Any]]) -> None:
        self._affected: dict[Key, dict[str, Cause]] = {}
        self._said = {received.id: received for received in said}
        self._words: dict[str, str] = {}

    def name(self, event_id: str, words: str) -> None:
        """Say what an event changed in words of its own."""
        self._words[event_id] = words

    def theory(self, review_id: str, theory_id: str, event_id: str) -> None:
        """An event that may move anything in a theory."""
        self._affected.setdefault((review_id, theory_id), {})[event_id] = Cause()

    def fragments(
        self,
        review_id: str,
        event_id: str,
        theories: Mapping[str, Collection[str]],
        *,
        needs_recheck: bool = False,
    ) -> None:
        """An event that moves these fragments in these theories."""
        for theory_id, fragment_ids in theories.items():
            events = self._affected.setdefault((review_id, theory_id), {})
            known = events.get(event_id, Cause(frozenset()))
            if known.fragments is not None:
                both = known.fragments | frozenset(fragment_ids)
                events[event_id] = Cause(both, needs_recheck or known.needs_recheck)

    def _named(self, event_id: str, cause: Cause) -> Cause:
        received = self._said.get(event_id)
        if received is None:
            return cause
        return replace(cause, named=named(received, self._words.get(event_id, "")))

    async def mark(self, tx: Tx) -> None:
        """Mark every touched theory; sorted, so that two batches never wait in a circle."""
        for (review_id, theory_id), events in sorted(self._affected.items()):
            told = {name: self._named(name, cause) for name, cause in events.items()}
            await marks.mark(tx, review_id, theory_id, told)


async def affect_citing(
    tx: Tx,
    affected: AffectedTheories,
    review_id: str,
    documents: Mapping[str, Collection[str]],
    needs_recheck: Collection[str] = (),
) -> None:
    """Touch what cites the documents of each event (event id → document ids).

    `needs_recheck` are the events that make people check again.
    """
    every = {document for some in documents.values() for document in some}
    if not every or not await fragments_store.fragments_citing(tx, review_id, every):
        return
    for event_id, some in documents.items():
        citing = await fragments_store.fragments_citing(tx, review_id, some)
        theories = await fragments_store.theories_of_fragments(tx, review_id, citing)
        affected.fragments(review_id, event_id, theories, needs_recheck=event_id in needs_recheck)


async def affect_review(tx: Tx, affected: AffectedTheories, review_id: str, event_id: str) -> None:
    """Touch every theory of a review."""
    for theory_id in await projections.marked_or_known(tx, review_id):
        affected.theory(review_id, theory_id, event_id)


async def mark_theory(
    tx: Tx, review_id: str, theory_id: str, event_id: str | None, words: str = ""
) -> None:
    """A person's word moves a theory; `event_id` is None where no event tells of it.

    The cause is told in `words`, without the person: judgements are blind.
    """
    told = {"event": "", "at": tx.now().isoformat(), "person": None, "words": words}
    cause = Cause(named=told if words else None)
    await marks.mark(tx, review_id, theory_id, {} if event_id is None else {event_id: cause})


def by_review(said: Sequence[Received[Any]]) -> Iterable[tuple[str, list[Received[Any]]]]:
    """A batch, split by review, reviews in order."""
    found: dict[str, list[Received[Any]]] = {}
    for received in said:
        found.setdefault(received.review_id, []).append(received)
    return sorted(found.items())
