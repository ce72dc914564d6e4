"""The route by which decisions made elsewhere come in."""

import codecs
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.screening.api.reading import decided_out
from services.screening.domain.elsewhere import (
    FORMATS,
    UnreadableExport,
    decisions_elsewhere,
)
from services.screening.handlers import importing
from services.screening.handlers.importing import Import, Imported
from services.screening.schemas import Moment, Verdict
from shared.auth import PrincipalDep
from shared.problems import Invalid, TooLarge
from shared.service import Context
from shared.text import clean

MOST_BYTES = 100_000_000

Tool = Annotated[str, Query(alias="format", pattern=f"^({'|'.join(FORMATS)})$")]
People = Annotated[list[str], Query(description="name in the file = person, repeated")]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Import of exports."""

    @router.post("/reviews/{review_id}/stages/{stage}/imports")
    async def bring_in(
        review_id: str,
        stage: str,
        request: Request,
        principal: PrincipalDep,
        tool: Tool,
        person: str | None = None,
        verdict: Verdict | None = None,
        decided_at: Moment | None = None,
        people: People = [],  # noqa: B006
    ) -> dict[str, Any]:
        """Bring in the decisions of a Rayyan, Covidence, ASReview or EPPI-Reviewer export (body).

        `person` made those that name nobody; `people` says who is who.
        """
        principal.require(review_id)
        try:
            found = decisions_elsewhere(tool, await _text(request), verdict)
        except UnreadableExport as error:
            raise Invalid(f"The file cannot be read: {error}.", field="body") from error
        wanted = Import(
            tool=tool,
            decisions=found,
            person=principal.acting_for(review_id, person),
            people=dict(pair.split("=", 1) for pair in people if "=" in pair),
            decided_at=decided_at,
        )
        done = await ctx.db.write(
            lambda tx: importing.import_decisions(review_id, stage, wanted, tx)
        )
        return _out(done)


async def _text(request: Request) -> str:
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise TooLarge("Exports of up to 100 MB are taken; split the file.")
    return clean(_decoded(body))


def _decoded(body: bytes) -> str:
    """UTF-8, or UTF-16 where a mark says so, or else what Windows programs write."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _out(done: Imported) -> dict[str, Any]:
    return {
        "results": [decided_out(one) for one in done.results],
        "unmatched": [{"line": d.line, "title": d.title, "doi": d.doi} for d in done.unmatched],
        "unknown_reasons": list(done.unknown_reasons),
    }
