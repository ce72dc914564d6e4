"""The proof that no word of a source is left, in the projects of other tools neither."""

from fastapi import APIRouter

from services.extraction.documents.handlers.erasure import erasure_of
from services.extraction.documents.schemas.documents import ErasureOut
from services.extraction.exchange.handlers.forgetting import projects_with
from services.extraction.rights import CODER
from shared.db import Tx
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """What is left of a source."""
    router = APIRouter(prefix="/reviews/{review_id}")

    @router.get("/documents/{document_id:path}/erasure")
    async def get_erasure(review_id: Key, document_id: Key, principal: PrincipalDep) -> ErasureOut:
        """What is left of the source's words: nothing, once it is erased."""
        principal.require(review_id, CODER)

        async def query(tx: Tx) -> ErasureOut:
            found = await erasure_of(review_id, document_id, tx)
            projects = await projects_with(tx, review_id, document_id)
            return ErasureOut(**{**found, "left": {**found["left"], "projects": projects}})

        return await ctx.db.read(query)

    return router
