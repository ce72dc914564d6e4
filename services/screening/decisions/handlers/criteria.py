"""Criteria of a stage, with versions, and what their change brings back."""

from collections.abc import Sequence
from typing import Any

from services.screening.decisions.handlers.event_handlers import offer_what_holds
from services.screening.decisions.handlers.known import known_entries, known_stage
from services.screening.decisions.store import counts, entries, records
from services.screening.stages.domain.reconsider import changed_words
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import CriteriaVersion
from shared.db import Tx
from shared.events.screening import CriteriaChanged, Criterion
from shared.http.problems import Invalid


async def set_criteria(
    review_id: str, stage: str, criteria: Sequence[Criterion], tx: Tx
) -> CriteriaVersion:
    """Give the stage a new version of its criteria; the same ones again change nothing.

    Excluded records that the change touches are offered again.
    """
    await known_stage(tx, review_id, stage)
    ids = [c.criterion_id for c in criteria]
    if len(set(ids)) < len(ids):
        raise Invalid("Two criteria have the same id; give each its own.", field="criteria")
    await tx.lock(f"{review_id}/{stage}/criteria")
    before = await reviews.criteria(tx, review_id, stage)
    if before.criteria == tuple(criteria) and before.version:
        return before
    new = CriteriaVersion(version=before.version + 1, criteria=tuple(criteria))
    await reviews.add_criteria(tx, review_id, stage, new)
    tx.emit(
        CriteriaChanged(
            review_id=review_id, stage=stage, version=new.version, criteria=new.criteria
        )
    )
    if before.version:
        await _reconsider(tx, review_id, stage, before, new)
    return new


async def _reconsider(
    tx: Tx, review_id: str, stage: str, before: CriteriaVersion, new: CriteriaVersion
) -> None:
    """Offer again what holds words that came or went, and what a criterion excluded that is gone.

    A criterion that excludes less, or no more, touches the records as one that includes more.
    """
    came = changed_words(_wording(before), _wording(new))
    went = changed_words(_wording(new), _wording(before))
    gone = sorted(set(before.ids) - set(new.ids))
    cause = f"criteria version {new.version}"
    await offer_what_holds(tx, review_id, stage, cause, {**went, **came}, gone)


def _wording(criteria: CriteriaVersion) -> str:
    return " ".join(c.text for c in criteria.criteria)


async def list_offered(
    review_id: str, stage: str, limit: int, after: str | None, tx: Tx
) -> list[Any]:
    """Excluded records that are offered again, with the words and the cause."""
    await known_stage(tx, review_id, stage)
    return await counts.offered(tx, review_id, stage, limit, after)


async def dismiss_offer(
    review_id: str, stage: str, record_id: str, person: str, reason: str, tx: Tx
) -> None:
    """The exclusion stands after another look; the history keeps who said so."""
    _, found = await known_stage(tx, review_id, stage)
    record_id = (await known_entries(tx, review_id, found, [record_id]))[record_id].record_id
    line = {
        "record_id": record_id, "person": person, "what": "exclusion confirmed",
        "said": {"reason": reason}, "blind": False,
    }  # fmt: skip
    await entries.note(tx, review_id, stage, [line])
    await records.close_offers(tx, review_id, stage, [record_id])
