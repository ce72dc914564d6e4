"""The page of exports: every format that other tools read, and what a format cannot hold."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.review.drawing.flow import stage_name
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

File = tuple[str, str, str]
"""What a file is called, its address, and what it holds."""


def routes(ctx: Context) -> APIRouter:
    """The page of exports."""
    router = pages_router()

    @router.get("/reviews/{review_id}/exports", response_class=HTMLResponse)
    async def exports(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """References, decisions, coding and the audit log as files."""
        at = await open_at(ctx, request, principal, review_id)
        lost = await at.ask("GET", "extraction", "/exchange/losses")
        losses = lost.body["losses"] if lost.ok else []
        return await at.page("exports.html", groups=_groups(at), losses=losses)

    return router


def _groups(at: ReviewAt) -> list[tuple[str, list[File]]]:
    """Files by what they are about."""
    found = [
        ("Records", _records(at)),
        ("Screening", _decisions(at)),
        ("Coding", _coding(at)),
    ]
    if at.may("owner"):
        audit = f"/api/reviews/{key(at.review.id)}/audit.csv"
        found.append(("Who did what", [("Audit log (CSV)", audit, "every act with its person")]))
    return found


def _at(at: ReviewAt, service: str) -> str:
    return f"/api/{service}/reviews/{key(at.review.id)}"


def _records(at: ReviewAt) -> list[File]:
    here = f"{_at(at, 'search')}/export?format="
    return [
        ("References (RIS)", f"{here}ris", "for EndNote, Zotero, Covidence and most others"),
        ("References (PubMed)", f"{here}nbib", "for tools that read MEDLINE"),
        ("References (CSV)", f"{here}csv", "for a spreadsheet"),
    ]


def _decisions(at: ReviewAt) -> list[File]:
    here = f"{_at(at, 'screening')}/stages"
    names = [stage["name"] for stage in at.review.stages]
    return [
        (f"{stage_name(name)} (CSV)", f"{here}/{key(name)}/export", "votes and outcomes")
        for name in names
    ]


def _coding(at: ReviewAt) -> list[File]:
    here = f"{_at(at, 'extraction')}/exchange"
    return [
        (
            "Project (QDPX)",
            f"{here}/review.qdpx",
            "for NVivo, MAXQDA, ATLAS.ti, QualCoder and others",
        ),
        ("Codebook (QDC)", f"{here}/review.qdc", "codes with their descriptions"),
        ("Fragments (CSV)", f"{here}/fragments.csv", "one row an element"),
        ("Fragments (JSON lines)", f"{here}/fragments.jsonl", "one fragment a line"),
    ]
