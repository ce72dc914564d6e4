"""The words by which a theory is known, as reviewers write them; every version is kept."""

from collections.abc import Sequence
from dataclasses import replace

from services.search.cluster.domain.round import Options
from services.search.cluster.store import lexicons
from services.search.library.handlers.reviews import require_review
from shared.db import Tx
from shared.db.rows import Row
from shared.events.clusters import LexiconChanged
from shared.http.problems import Conflict, Invalid

SHORTEST = 3


async def write_lexicon(
    tx: Tx, review_id: str, theory_id: str, words: Sequence[str], reason: str, seen: int | None
) -> Row:
    """A further version of a theory's lexicon; the same words again change nothing.

    `seen` is the version that was read before (0 for none); without it nothing is compared.
    Raises `Conflict` where another version stands by now, `Invalid` for an entry that is too short.
    """
    await require_review(tx, review_id)
    await tx.lock(f"lexicon/{review_id}/{theory_id}")
    known = await lexicons.newest(tx, review_id, theory_id)
    stands = known["version"] if known else 0
    entries = list(dict.fromkeys(" ".join(one.split()) for one in words if one.strip()))
    if faulty := [one for one in entries if len(one.rstrip("*")) < SHORTEST]:
        raise Invalid(
            f"'{faulty[0]}' is too short to be found; an entry has at least {SHORTEST} letters.",
            field="words",
        )
    if known is not None and list(known["words"]) == entries:
        return known
    if seen is not None and seen != stands:
        raise Conflict(
            f"Version {stands} of these words stands by now; look at it and write yours anew."
        )
    row = {
        "review_id": review_id,
        "theory_id": theory_id,
        "version": stands + 1,
        "words": entries,
        "reason": reason,
        "changed_at": tx.now(),
        "changed_by": tx.actor,
    }
    await lexicons.add(tx, row)
    tell_words(row, tx)
    return row


def tell_words(row: Row, tx: Tx) -> None:
    """Say which words of a theory stand now."""
    tx.emit(
        LexiconChanged(
            review_id=row["review_id"],
            theory_id=row["theory_id"],
            version=row["version"],
            words=tuple(row["words"]),
            reason=row["reason"],
        )
    )


async def with_lexicon(tx: Tx, step: Row, options: Options) -> tuple[Options, int]:
    """Options with the lexicon of the step's theory, and its version.

    Words that were given with the round stay, as version 0.
    """
    if options.lexicon:
        return options, 0
    known = await lexicons.newest(tx, step["review_id"], step["theory_id"])
    if known is None:
        return options, 0
    return replace(options, lexicon=tuple(known["words"])), int(known["version"])
