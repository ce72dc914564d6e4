"""Appraisals of evidence that travel with a review, and what of it no project can hold."""

from collections.abc import Mapping
from typing import Any

from services.extraction.appraisal import store as appraisal_store
from services.extraction.appraisal.handlers import appraisals as appraising
from services.extraction.exchange.domain.appraisals import AXES
from services.extraction.exchange.domain.content import Appraisal, Content
from services.extraction.exchange.domain.losses import Losses
from services.extraction.forms import store as forms_store
from services.extraction.studies import store as studies_store
from shared.db import Tx

_STAYS = "appraisals of what stays behind stay behind"
_FORMS = "answers to data-extraction forms stay behind; take the table of each form"
_CASES = "labels and descriptions of the cases of studies stay behind"


async def appraisals_of(tx: Tx, review_id: str, content: Content, losses: Losses) -> None:
    """Put the appraisals of what is in `content` there; the others are losses."""
    rows = [
        ("fragment", row["fragment_id"], row)
        for row in await appraisal_store.appraisals_of_review(tx, review_id)
    ]
    rows += [
        ("document", row["document_id"], row)
        for row in await appraisal_store.appraisals_of_document(tx, review_id, None)
    ]
    for of, key, row in rows:
        here: Mapping[str, Any] = content.fragments if of == "fragment" else content.documents
        if key not in here:
            losses.add(_STAYS, f"of a {of}")
            continue
        said = {name: row[name] for name in (*AXES, "comment")}
        one = Appraisal(of=of, id=key, person_id=row["person_id"], **said)
        content.appraisals[one.key] = one


async def losses_beside(tx: Tx, review_id: str, losses: Losses) -> None:
    """Say what of the review has no place in a project at all."""
    for form in await forms_store.forms_of(tx, review_id):
        if await forms_store.answers_of(tx, review_id, form["form_id"]):
            losses.add(_FORMS, form["title"] or "a form without a title")
    for case in await studies_store.cases_of(tx, review_id):
        if case["label"] or case["description"]:
            losses.add(_CASES, case["case_id"])


async def accept_appraisals(
    review_id: str, wanted: Content, touched: Mapping[tuple[str, str], str], tx: Tx
) -> None:
    """Store the appraisals that are new or other."""
    for key, one in wanted.appraisals.items():
        if touched.get(("appraisal", key)) not in ("added", "changed"):
            continue
        judged = {name: getattr(one, name) for name in (*AXES, "comment")}
        if one.of == "document":
            await appraising.appraise_document(review_id, one.id, one.person_id, judged, tx)
        else:
            said = appraising.Appraisal(fragment_id=one.id, person_id=one.person_id, **judged)
            await appraising.appraise_fragment(review_id, said, tx)
