"""Routes of exports: the library, or what one stage included, as RIS, NBIB or CSV."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.search.imports.exports.csv import write_csv
from services.search.imports.exports.nbib import write_nbib
from services.search.imports.exports.ris import write_ris
from services.search.library.domain.record import Bibliography
from services.search.library.handlers import views
from shared.db import Tx
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

PAGE = 500
Records = Iterable[tuple[str, Bibliography]]
Format = Literal["ris", "nbib", "csv"]
_MEDIA = {
    "ris": "application/x-research-info-systems",
    "nbib": "application/nbib",
    "csv": "text/csv; charset=utf-8",
}


def routes(ctx: Context) -> APIRouter:
    """Exports of a review's records."""
    router = APIRouter(tags=["exports"])

    @router.get("/reviews/{review_id}/export")
    async def export(
        review_id: Key, principal: PrincipalDep, format: Format = "ris", stage: Name = ""
    ) -> StreamingResponse:
        """Active records in order of arrival; with `stage`, those that it included."""
        principal.require_member(review_id)
        only = None
        if stage:
            only = await ctx.db.read(lambda tx: views.included(tx, review_id, stage))
        name = f"{review_id}{'-' + stage if stage else ''}.{format}"
        return StreamingResponse(
            _written(ctx, review_id, format, only),
            media_type=_MEDIA[format],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
        )

    return router


async def _written(
    ctx: Context, review_id: str, format: Format, only: set[str] | None
) -> AsyncIterator[str]:
    after: int | None = None
    first = True
    while True:
        page, after = await ctx.db.read(partial(_page, review_id, after, only))
        yield "".join(_writer(format, first)(page))
        first = False
        if after is None:
            return


async def _page(
    review_id: str, after: int | None, only: set[str] | None, tx: Tx
) -> tuple[list[tuple[str, Bibliography]], int | None]:
    return await views.export_page(tx, review_id, after, PAGE, only)


def _writer(format: Format, first: bool) -> Callable[[Records], Iterator[str]]:
    if format == "csv":
        return lambda page: write_csv(page, header=first)
    plain = write_ris if format == "ris" else write_nbib
    return lambda page: plain(content for _, content in page)
