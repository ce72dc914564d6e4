"""Routes of coding many fragments at once, and of a review's coding schema."""

from fastapi import APIRouter

from services.extraction.fragments.handlers.recode import Recoding, recode_fragments
from services.extraction.fragments.handlers.rules import roles_of, set_schema
from services.extraction.fragments.schemas import RecodeIn, SchemaIn, SchemaOut
from services.extraction.fragments.store import fragments
from services.extraction.rights import CODER
from services.extraction.schemas import ResultOut, ResultsOut
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Re-coding and schemas."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_recoding(router, ctx)
    _add_schema(router, ctx)
    return router


def _add_recoding(router: APIRouter, ctx: Context) -> None:
    @router.post("/fragments/recode")
    async def recode(review_id: Key, principal: PrincipalDep, body: RecodeIn) -> ResultsOut:
        """Give many fragments another code, or other theories: one act, undone as one.

        A coder changes their own fragments, an owner everybody's.
        """
        principal.require(review_id, CODER)
        wanted = Recoding(
            role=body.role,
            code=body.code,
            to_role=body.to_role or body.role,
            to_code=body.to_code,
            add_theories=body.add_theories,
            remove_theories=body.remove_theories,
        )
        everybodys = principal.has(review_id)
        results = await ctx.db.write(
            lambda tx: recode_fragments(
                review_id, body.ids, wanted, body.reason, tx, everybodys=everybodys
            )
        )
        return ResultsOut(
            results=[ResultOut(id=r.id, version=r.version, changed=r.changed) for r in results]
        )


def _add_schema(router: APIRouter, ctx: Context) -> None:
    @router.get("/coding-schema")
    async def get_schema(review_id: Key, principal: PrincipalDep) -> SchemaOut:
        """The review's coding schema, and the roles that elements may have in it."""
        principal.require_member(review_id)
        name = await ctx.db.read(lambda tx: fragments.schema_of(tx, review_id))
        return SchemaOut(name=name, roles=roles_of(name))

    @router.put("/coding-schema")
    async def put_schema(review_id: Key, principal: PrincipalDep, body: SchemaIn) -> SchemaOut:
        """Choose the coding schema: CMO, ICAMO (intervention, actor) or SCMO (strategy)."""
        principal.require(review_id, "owner")
        name = await ctx.db.write(lambda tx: set_schema(review_id, body.name, tx))
        return SchemaOut(name=name, roles=roles_of(name))
