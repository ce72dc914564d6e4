"""Authors write the texts of the report, item by item; every version is kept."""

from typing import Any

from services.synthesis.report import store
from services.synthesis.report.domain.items import ITEMS
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.reporting import AuthorTextState, AuthorTextWritten
from shared.http.problems import NotFound

Row = dict[str, Any]


async def lock_text(tx: Tx, review_id: str, item: str) -> None:
    """Keep everybody else from writing the text until the transaction ends."""
    await tx.lock(f"author_text/{review_id}/{item}")


async def newest(review_id: str, item: str, tx: Tx) -> Row | None:
    """The newest version of a text, or None; raises `NotFound` for an item of no standard."""
    await require_review(tx, review_id)
    if item not in ITEMS:
        raise NotFound(
            f"'{item}' is no item; use one of {', '.join(list(ITEMS)[:3])}, … lsr-L1, … prisma-s-1."
        )
    return (await store.texts(tx, review_id)).get(item)


async def write_text(
    review_id: str, item: str, text: str, because: str, tx: Tx, *, version: int | None = None
) -> tuple[int, bool]:
    """Write the text of an item, or change it; the same words again change nothing.

    A `version` from elsewhere counts only if it is higher than what is known. Returns the
    version that stands and whether it is new. Raises `NotFound` for an item of no standard.
    """
    await lock_text(tx, review_id, item)
    known = await newest(review_id, item, tx)
    stands = known["version"] if known else 0
    if version is not None and version <= stands:
        return stands, False
    if version is None and known is not None and known["text"] == text:
        return stands, False
    state = AuthorTextState(item=item, version=version or stands + 1, text=text, because=because)
    row = {"review_id": review_id, "item": item, "version": state.version, "text": text}
    await store.keep(tx, {**row, "because": because, "person": tx.actor, "at": tx.now()})
    tx.emit(AuthorTextWritten(review_id=review_id, text=state))
    return state.version, True
