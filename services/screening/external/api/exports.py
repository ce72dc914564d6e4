"""The route by which a stage goes out as a table."""

from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.screening.external.handlers import export as export_handlers
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Export of everything."""

    @router.get(
        "/reviews/{review_id}/stages/{stage}/export",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def export(review_id: Key, stage: Key, principal: PrincipalDep) -> StreamingResponse:
        """Every record of the stage as CSV: how it stands, and both votes once it is settled."""
        principal.require_member(review_id)
        page = partial(export_handlers.export_page, review_id, stage)
        first, after = await ctx.db.read(partial(page, None))

        async def lines() -> AsyncIterator[str]:
            yield first
            last = after
            while last is not None:
                part, last = await ctx.db.read(partial(page, last))
                yield part

        return StreamingResponse(
            lines(),
            media_type="text/csv",
            headers={"content-disposition": 'attachment; filename="screening.csv"'},
        )
