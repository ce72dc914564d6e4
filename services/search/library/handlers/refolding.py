"""Source records read anew where the rules of comparison have changed: a chunk, a transaction."""

from collections.abc import Sequence

from services.search.library.domain.dedup import Features, normalise
from services.search.library.domain.dedup.features import VERSION
from services.search.library.handlers.placement import Arrival, move, place_records, propose
from services.search.library.handlers.preparation import identifies
from services.search.library.handlers.record_events import Changes, tell
from services.search.library.store import blocking_keys, refolding, sources
from services.search.library.store.content import decode
from shared.db import Tx
from shared.db.rows import Row

CHUNK = 200
REASON = "the rules that compare records have changed"


async def refold_some(review_id: str, tx: Tx) -> bool:
    """Reads the next chunk of a review anew, and places again what is read otherwise now.

    False when all of them are read by the rules of today. What stays the same costs no writing;
    what people decided of two records stands.
    """
    await tx.lock(f"library/{review_id}")
    after = await refolding.reached(tx, review_id, VERSION)
    if after is None:
        return False
    rows = await refolding.next_records(tx, review_id, after, CHUNK)
    await _place_again(review_id, await tx.compute(_turned, rows), tx)
    end = None if len(rows) < CHUNK else int(rows[-1]["arrived"])
    await refolding.keep(tx, review_id, VERSION, end)
    return end is not None


def _turned(rows: Sequence[Row]) -> list[tuple[Row, Features, bool]]:
    """Of source records those that are read otherwise now, and whether anything names them."""
    read = [(row, decode(row["content"])) for row in rows]
    anew = [(row, normalise(content), identifies(content)) for row, content in read]
    return [(row, new, named) for row, new, named in anew if new.encode() != row["features"]]


async def _place_again(
    review_id: str, turned: Sequence[tuple[Row, Features, bool]], tx: Tx
) -> None:
    if not turned:
        return
    standing = [(row, new) for row, new, named in turned if named and not row["withdrawn"]]
    old = {row["arrived"]: Features.decode(row["features"]) for row, _ in standing}
    await blocking_keys.remove_keys(tx, review_id, old)
    written = [{"id": row["id"], "features": new.encode()} for row, new, _ in turned]
    await sources.change(tx, review_id, written)
    if not standing:
        return
    arriving = [Arrival(row["id"], new, row["arrived"]) for row, new in standing]
    placed = await place_records(tx, review_id, arriving, [one.id for one in arriving])
    await move(tx, review_id, placed)
    await propose(tx, review_id, placed)
    await tell(tx, review_id, Changes(placement=placed.placement, reason=REASON))
