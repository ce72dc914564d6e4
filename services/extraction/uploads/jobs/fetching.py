"""Fetching open-access full texts of documents to get, where people ask for it."""

from collections.abc import AsyncIterator

from services.extraction.documents.handlers.documents import document_or_sought
from services.extraction.projections import store as projections_store
from services.extraction.uploads.adapters.europe_pmc import EuropePmc
from services.extraction.uploads.jobs.uploads import Taken, take_upload
from services.extraction.uploads.ports import OpenAccess
from shared.db import Tx
from shared.http.problems import Conflict, NotFound
from shared.kernel.service import Context


class FetchingIsOff(Conflict):
    """Nobody has allowed to ask Europe PMC."""

    title = "Open-access full texts are not fetched here"


def open_access(ctx: Context) -> OpenAccess:
    """Europe PMC, as far as the settings allow it; raises `FetchingIsOff`."""
    if not (ctx.settings.network and ctx.settings.europe_pmc_url):
        raise FetchingIsOff(
            "Set RETRODUCT_EUROPE_PMC_URL and RETRODUCT_NETWORK=true to fetch open-access full "
            "texts, or upload the file."
        )
    return EuropePmc(ctx.settings)


async def fetch_document(ctx: Context, review_id: str, document_id: str) -> Taken:
    """Fetch the full text of a document's record, and make it the document's text.

    Raises `NotFound` where no open one is known, `FetchingIsOff`, `Unavailable`.
    """
    place = open_access(ctx)
    doi, pmid = await ctx.db.read(lambda tx: _names_of(review_id, document_id, tx))
    found = await place.fetch(doi, pmid)
    if found is None:
        raise NotFound("Europe PMC knows no open-access full text of it; upload the file.")
    return await take_upload(
        ctx, review_id, _whole(found.data), name=found.name, document_id=document_id
    )


async def _names_of(review_id: str, document_id: str, tx: Tx) -> tuple[str | None, str | None]:
    row = await document_or_sought(tx, review_id, document_id)
    record = None
    if row["record_id"]:
        survivor = await projections_store.survivors(tx, review_id, [row["record_id"]])
        record = await projections_store.record_of(tx, review_id, survivor[row["record_id"]])
    if record is None or not (record["doi"] or record["pmid"]):
        raise NotFound("The document's record has no DOI and no PubMed id; upload the file.")
    return record["doi"], record["pmid"]


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
