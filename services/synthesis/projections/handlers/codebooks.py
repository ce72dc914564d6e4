"""Codebooks as extraction publishes them: kept, and their change told in words."""

from collections.abc import Sequence
from typing import Any

import msgspec

from services.synthesis.projections.domain.causes import codebook_in_words
from services.synthesis.projections.handlers.marks import AffectedTheories
from services.synthesis.projections.store import fragments as fragments_store
from services.synthesis.projections.store import projections, tables
from services.synthesis.projections.store.codebooks import groups_of
from shared.db import Tx
from shared.events.base import Received
from shared.events.extraction import CodebookChanged


async def on_codebooks(said: Sequence[Received[CodebookChanged]], tx: Tx) -> None:
    """Keep the codebook of a theory; it and those that share its fragments are counted anew."""
    affected = AffectedTheories(said)
    rows = [
        {
            "review_id": received.review_id,
            "theory_id": received.event.theory_id,
            "subject_version": received.subject_version,
            "version": received.event.version,
            "groups": msgspec.to_builtins(received.event.groups),
        }
        for received in said
    ]
    before = {item.id: await _groups_before(tx, item) for item in said}
    await projections.keep(tx, tables.codebooks, rows)
    for received in said:
        groups = msgspec.to_builtins(received.event.groups)
        words = codebook_in_words(received.event.theory_id, before[received.id], groups)
        affected.name(received.id, words)
        shared = await fragments_store.theories_sharing_fragments(
            tx, received.review_id, {received.event.theory_id}
        )
        for theory_id in shared:
            affected.theory(received.review_id, theory_id, received.id)
    await affected.mark(tx)


async def _groups_before(tx: Tx, received: Received[CodebookChanged]) -> list[dict[str, Any]]:
    return await groups_of(tx, received.review_id, received.event.theory_id)
