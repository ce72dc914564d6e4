"""What to call documents, studies and cases of a review, for people."""

from services.synthesis.projections.domain.naming import OPAQUE, SourceLabels, labelled
from services.synthesis.projections.store import flow, projections
from shared.db import Tx
from shared.review.studies import canonical_studies


async def names_of_review(review_id: str, tx: Tx) -> SourceLabels:
    """Labels of all documents, and of all studies by the first of their reports."""
    rows = await flow.documents_of(tx, review_id)
    ids = {row["record_id"] for row in rows if row["record_id"]}
    records = await projections.records_by_id(tx, review_id, ids)
    united = canonical_studies(await projections.links_of(tx, review_id))
    documents: dict[str, str] = {}
    studies: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: str(row["document_id"])):
        key, study = row["document_id"], row["study_id"] or row["document_id"]
        record = records.get(row["record_id"] or "", {})
        documents[key] = labelled(key, record.get("label"), row["title"], record.get("title"))
        study = united.get(study, study)
        studies.setdefault(study, documents[key] if OPAQUE.search(study) else study)
    return SourceLabels(documents, studies)
