"""Words of a source that is erased go from every fragment, and every version of one, that rests
or ever rested on it.
"""

from dataclasses import replace

from services.extraction.fragments.domain import content_hash, erased, withheld
from services.extraction.fragments.handlers.anchors import NONE
from services.extraction.fragments.handlers.publish import nameless, say
from services.extraction.fragments.store import fragments, past
from services.extraction.fragments.store.memos import erase_memos
from services.extraction.rounds.domain import memos_on
from shared.db import Tx
from shared.db.rows import Row


async def erase_fragments(review_id: str, document_id: str, tx: Tx) -> None:
    """Withdraw the fragments that rest on a document, without a word; they keep roles and codes.

    One that has left the document stays; its versions from before lose their words.
    """
    on = await _resting_on(review_id, document_id, tx)
    rows = await fragments.fragments_by_id(tx, review_id, on)
    kept = []
    for row in rows.values():
        gone = erased(replace(fragments.state_of(row), version=row["version"] + 1))
        state = nameless(review_id, gone)
        columns = fragments.row_of(review_id, state, content_hash(state))
        place = {"anchor": NONE, "place": None, "withheld": True, "updated_at": tx.now()}
        same = {name: row[name] for name in ("coded_by", "unpublished", "round_id", "blind")}
        kept.append({**columns, **place, **same})
    await fragments.keep_fragments(tx, kept)
    await fragments.erase_words(tx, kept)
    left = await past.left_versions(tx, review_id, document_id)
    await past.erase_versions(tx, [_wordless(review_id, row) for row in left])
    on_it = memos_on("document", [document_id])
    await erase_memos(tx, review_id, [*on_it, *memos_on("fragment", on)])
    for row in (row for row in kept if not row["unpublished"]):
        say(tx, review_id, row["state"], withhold=True, is_new=False, changed=("status",))


def _wordless(review_id: str, row: Row) -> Row:
    """A version without its words, and without the names of participants."""
    state = fragments.state_of(row)
    gone = replace(withheld(state), confidential=state.confidential)
    return {**row, "state": nameless(review_id, gone)}


async def _resting_on(review_id: str, document_id: str, tx: Tx) -> list[str]:
    """Fragments of a document, and those that repeat them: they hold the same words."""
    found = await fragments.fragment_ids_on(tx, review_id, [document_id])
    newest = found
    while newest:
        newest = sorted(set(await fragments.repeating(tx, review_id, newest)) - set(found))
        found += newest
    return found
