"""The study map: people say which studies are siblings, and that they are not after all."""

from dataclasses import dataclass

from services.extraction.projections.handlers import require_review
from services.extraction.studies import store
from services.extraction.studies.domain import link_id, pair
from shared.db import Tx
from shared.events.extraction import StudyLinked, StudyUnlinked
from shared.http.problems import Invalid


@dataclass(frozen=True, slots=True)
class LinkResult:
    """A sibling link, whether it stands, and whether this command changed it."""

    link_id: str
    linked: bool
    changed: bool


async def link_studies(review_id: str, a: str, b: str, tx: Tx) -> LinkResult:
    """Two studies are siblings: they count as one. The same again changes nothing."""
    return await _set_link(review_id, a, b, tx, linked=True)


async def unlink_studies(review_id: str, a: str, b: str, tx: Tx) -> LinkResult:
    """Two studies are not siblings after all; a link that never was stays so."""
    return await _set_link(review_id, a, b, tx, linked=False)


async def _set_link(review_id: str, a: str, b: str, tx: Tx, *, linked: bool) -> LinkResult:
    try:
        studies, link = pair(a, b), link_id(a, b)
    except ValueError as error:
        raise Invalid(str(error), field="b") from error
    await require_review(tx, review_id)
    await tx.lock(f"study_link/{review_id}/{link}")
    if await store.is_linked(tx, review_id, link) == linked:
        return LinkResult(link, linked, changed=False)
    row = {
        "review_id": review_id,
        "link_id": link,
        "a": studies[0],
        "b": studies[1],
        "linked": linked,
        "changed_at": tx.now(),
        "changed_by": tx.actor,
    }
    await store.keep_link(tx, row)
    event = StudyLinked if linked else StudyUnlinked
    tx.emit(event(review_id=review_id, link_id=link, studies=studies))
    return LinkResult(link, linked, changed=True)
