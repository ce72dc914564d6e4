"""Routes of theory lexicons: the words by which theories are known, every version of them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from services.search.cluster.handlers.lexicon import write_lexicon
from services.search.cluster.schemas.lexicons import LexiconIn, LexiconOut
from services.search.cluster.store import lexicons
from shared.http.api import Page
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context
from shared.text import clean


def routes(ctx: Context) -> APIRouter:
    """Lexicons of a review's theories."""
    router = APIRouter(tags=["clusters"])

    @router.get("/reviews/{review_id}/lexicons")
    async def every(review_id: Key, principal: PrincipalDep) -> Page[LexiconOut]:
        """The newest version of each theory's words."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: lexicons.every(tx, review_id))
        return Page(items=[_shown(row) for row in rows])

    @router.get("/reviews/{review_id}/lexicons/{theory_id}/versions")
    async def versions(review_id: Key, theory_id: Key, principal: PrincipalDep) -> Page[LexiconOut]:
        """Every version of a theory's words, the newest first: who changed them, when, why."""
        principal.require_member(review_id)
        rows = await ctx.db.read(lambda tx: lexicons.versions(tx, review_id, theory_id))
        return Page(items=[_shown(row) for row in rows])

    @router.put("/reviews/{review_id}/lexicons/{theory_id}")
    async def write(
        review_id: Key, theory_id: Key, body: LexiconIn, principal: PrincipalDep
    ) -> LexiconOut:
        """Write the words by which a theory is known; the same words again change nothing."""
        principal.require(review_id, "reviewer")
        words, reason, seen = [clean(one) for one in body.words], clean(body.reason), body.seen
        row = await ctx.db.write(
            lambda tx: write_lexicon(tx, review_id, theory_id, words, reason, seen)
        )
        return _shown(row)

    return router


def _shown(row: Mapping[str, Any]) -> LexiconOut:
    return LexiconOut(**{name: row[name] for name in LexiconOut.model_fields})
