"""The route by which decisions made elsewhere come in."""

import asyncio
import tempfile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request

from services.screening.decisions.schemas.conversions import decided_out
from services.screening.decisions.schemas.models import Moment, Verdict
from services.screening.external.adapters.reading import read_decisions
from services.screening.external.domain.external_decisions import FORMATS, ExternalDecision
from services.screening.external.domain.tables import UnreadableExport
from services.screening.external.handlers import import_decisions
from services.screening.external.handlers.import_decisions import Import, Imported
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Listed, Name
from shared.http.problems import Invalid, TooLarge
from shared.kernel.service import Context
from shared.ops.limited_process import turn

MOST_BYTES = 100_000_000

Tool = Annotated[str, Query(alias="format", max_length=20, pattern=f"^({'|'.join(FORMATS)})$")]
CodeSet = Annotated[
    Name | None, Query(description="of several code sets of EPPI-Reviewer, whose verdicts")
]
People = Annotated[Listed[Name], Query(description="name in the file = person, repeated")]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Import of exports."""

    @router.post("/reviews/{review_id}/stages/{stage}/imports")
    async def bring_in(
        review_id: Key,
        stage: Key,
        request: Request,
        principal: PrincipalDep,
        tool: Tool,
        person: Name | None = None,
        verdict: Verdict | None = None,
        decided_at: Moment | None = None,
        people: People = [],  # noqa: B006
        code_set: CodeSet = None,
    ) -> dict[str, Any]:
        """Bring in the decisions of a Rayyan, Covidence, ASReview or EPPI-Reviewer export (body).

        CSV, RIS, XLSX, JSON, or a zip with one of them. `person` made those that name nobody;
        `people` says who is who; `verdict` is that of a list that tells none. What matches no
        record, or several, and names that are nobody's on the team are listed in the answer.
        """
        principal.require(review_id)
        with tempfile.TemporaryFile(dir=ctx.settings.home) as spool:
            await _fill(spool, request)
            async with turn():
                found = await asyncio.to_thread(_read, spool, tool, verdict, code_set)
        wanted = Import(
            tool=tool,
            decisions=found,
            person=principal.acting_for(review_id, person),
            people=dict(pair.split("=", 1) for pair in people if "=" in pair),
            decided_at=decided_at,
            recorded_by=principal.person_id,
            vouched=principal.everywhere,
        )
        done = await ctx.db.write(
            lambda tx: import_decisions.import_decisions(review_id, stage, wanted, tx)
        )
        return _out(done)


async def _fill(spool: IO[bytes], request: Request) -> None:
    size = 0
    async for block in request.stream():
        size += len(block)
        if size > MOST_BYTES:
            raise TooLarge("Exports of up to 100 MB are taken; split the file.")
        await asyncio.to_thread(spool.write, block)
    spool.seek(0)


def _read(
    spool: IO[bytes], tool: str, verdict: str | None, code_set: str | None
) -> list[ExternalDecision]:
    try:
        return read_decisions(spool, tool, verdict, code_set)
    except UnreadableExport as error:
        raise Invalid(f"The file cannot be read: {error}.", field="body") from error


def _out(done: Imported) -> dict[str, Any]:
    return {
        "results": [decided_out(one) for one in done.results],
        "unmatched": [
            {"line": d.line, "title": d.title, "doi": d.doi, "several": d.line in done.several}
            for d in done.unmatched
        ],
        "unknown_reasons": list(done.unknown_reasons),
        "unknown_people": list(done.unknown_people),
    }
