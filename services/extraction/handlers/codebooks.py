"""Codebooks: put whole, versioned where their content changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.extraction.domain.codebook import codebook_hash, problems, symmetric
from services.extraction.handlers.known import require_review, require_theory
from services.extraction.store import codebooks
from services.extraction.store.rows import plain
from shared.db import Tx
from shared.events.extraction import CodebookChanged, GroupState
from shared.problems import Invalid


class CodebookAmbiguous(Invalid):
    """A codebook that could be counted in two ways."""

    title = "The codebook is ambiguous"


@dataclass(frozen=True, slots=True)
class CodebookResult:
    """The version at which a codebook stands, and whether this command made it."""

    theory_id: str
    version: int
    changed: bool


async def hold_codebook(tx: Tx, review_id: str, theory_id: str) -> None:
    """Let nobody else change this codebook until the transaction ends."""
    await tx.lock(f"codebook/{review_id}/{theory_id}")


async def put_codebook(
    review_id: str, theory_id: str, groups: Sequence[GroupState], tx: Tx
) -> CodebookResult:
    """Replace a theory's codebook by these groups.

    A new version, and an event, only where the content changed: the order of groups and
    codes is not content. Raises `CodebookAmbiguous` with everything that is wrong, each named
    by its field, or `NotKnownYet` for the review or the theory.
    """
    _refuse(groups)
    await require_review(tx, review_id)
    await require_theory(tx, review_id, theory_id)
    await hold_codebook(tx, review_id, theory_id)
    whole = symmetric(groups)
    content = codebook_hash(whole)
    before = await codebooks.codebook_of(tx, review_id, theory_id)
    if before is not None and before["hash"] == content:
        return CodebookResult(theory_id, before["version"], changed=False)
    version = 1 if before is None else before["version"] + 1
    row = {
        "review_id": review_id,
        "theory_id": theory_id,
        "version": version,
        "hash": content,
        "groups": plain(whole),
        "stored_at": tx.now(),
        "stored_by": tx.actor,
    }
    await codebooks.keep_codebook(tx, row)
    tx.emit(
        CodebookChanged(review_id=review_id, theory_id=theory_id, version=version, groups=whole)
    )
    return CodebookResult(theory_id, version, changed=True)


def _refuse(groups: Sequence[GroupState]) -> None:
    found = problems(groups)
    if found:
        errors = [{"field": p.field, "detail": p.sentence} for p in found]
        more = f" (and {len(found) - 1} more, see errors)" if len(found) > 1 else ""
        raise CodebookAmbiguous(found[0].sentence + more, field=found[0].field, errors=errors)
