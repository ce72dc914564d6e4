"""Routes of groups, and of what was done to the codebook."""

from functools import partial

from fastapi import APIRouter, Request, Response

from services.extraction.codes import store
from services.extraction.codes.api.codes import carried_out
from services.extraction.codes.handlers import groups, joining
from services.extraction.codes.handlers.acting import shown_act
from services.extraction.codes.schemas import CodebookActOut, GroupChangeIn, NewGroupIn
from services.extraction.rights import CODER
from shared.http.api import CursorQuery, LimitQuery, Page, created, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name, Whole
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Groups of a theory's codebook; acts on the review's codebooks."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_groups(router, ctx)
    _add_acts(router, ctx)
    return router


def _add_groups(router: APIRouter, ctx: Context) -> None:
    @router.post("/theories/{theory_id:path}/groups", status_code=201)
    async def create(
        review_id: Key,
        theory_id: Key,
        principal: PrincipalDep,
        body: NewGroupIn,
        request: Request,
        response: Response,
    ) -> CodebookActOut:
        """Make a group; the product gives it its id."""
        principal.require(review_id, CODER)
        new = body.model_dump()
        act = await carried_out(ctx, lambda tx: groups.create_group(review_id, theory_id, new, tx))
        created(request, response, str(act.group))
        return act

    @router.patch("/theories/{theory_id:path}/groups/{group_id}")
    async def change(
        review_id: Key,
        theory_id: Key,
        group_id: Key,
        principal: PrincipalDep,
        body: GroupChangeIn,
    ) -> CodebookActOut:
        """Another label, description, level, valence, opposite or place in the tree."""
        principal.require(review_id, CODER)
        new = body.model_dump(exclude_unset=True)
        command = partial(groups.change_group, review_id, theory_id, group_id, new)
        return await carried_out(ctx, command)

    @router.delete("/theories/{theory_id:path}/groups/{group_id}")
    async def remove(
        review_id: Key, theory_id: Key, group_id: Key, principal: PrincipalDep
    ) -> CodebookActOut:
        """Take an empty group away."""
        principal.require(review_id, CODER)
        return await carried_out(ctx, partial(groups.remove_group, review_id, theory_id, group_id))


def _add_acts(router: APIRouter, ctx: Context) -> None:
    @router.get("/codebook-acts")
    async def acts(
        review_id: Key,
        principal: PrincipalDep,
        code: Name | None = None,
        limit: LimitQuery = 100,
        cursor: CursorQuery = None,
    ) -> Page[CodebookActOut]:
        """What was done to codes and groups, newest first, with what it did to fragments."""
        principal.require_member(review_id)
        before = (decode_cursor(cursor, int) or (2**31 - 1,))[0]
        rows = await ctx.db.read(
            lambda tx: store.acts_of(tx, review_id, before=before, limit=limit + 1, code_id=code)
        )
        items = [CodebookActOut(**shown_act(row)) for row in rows]
        return page_of(items, limit, lambda one: (one.act,))

    @router.post("/codebook-acts/{number}/undo")
    async def undo(review_id: Key, number: Whole, principal: PrincipalDep) -> CodebookActOut:
        """Put codes, groups and fragments back as they were before the act."""
        principal.require(review_id, CODER)
        return await carried_out(ctx, lambda tx: joining.undo_act(review_id, number, tx))
