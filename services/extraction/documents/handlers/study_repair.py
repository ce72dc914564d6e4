"""Studies that an earlier version called by a record's id get the name that people would cite."""

from services.extraction.documents import store
from services.extraction.documents.handlers.documents import put_documents
from services.extraction.documents.handlers.study_names import free_name
from services.extraction.texts.domain import DocumentFacts
from shared.db import Tx

NAME_STUDIES = "name_studies"
"""The job that looks at every document once after a start."""
AT_ONCE = 100
Place = tuple[str, str]


async def name_studies(tx: Tx, after: Place) -> Place | None:
    """Name the studies of the next documents after `(review, document)`; where to go on.

    A study that people linked with another, gave cases or other reports keeps its id: they name it
    by that. So does one of whose record neither authors and year nor a label are known.
    """
    rows = await store.named_by_record(tx, after, AT_ONCE)
    for row in rows:
        name = await free_name(row["review_id"], row["record_id"], tx)
        if name:
            facts = DocumentFacts(
                document_id=row["document_id"],
                kind=row["kind"],
                title=row["title"],
                record_id=row["record_id"],
                study_id=name,
                case_id=row["case_id"],
                year=row["year"],
            )
            await put_documents(row["review_id"], [facts], tx)
    if len(rows) < AT_ONCE:
        return None
    return rows[-1]["review_id"], rows[-1]["document_id"]
