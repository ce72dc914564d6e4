"""Imports: look into a file, take it in, see what became of each line, take it back."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

PIECE = 1 << 20
FORMATS = {
    "ris": "RIS", "nbib": "PubMed (MEDLINE)", "wos": "Web of Science", "endnote-xml": "EndNote XML",
    "enw": "EndNote", "bibtex": "BibTeX", "csv": "CSV", "tsv": "table (TSV)", "xlsx": "Excel",
    "ovid": "Ovid", "refworks": "RefWorks", "pubmed-xml": "PubMed XML",
}  # fmt: skip
Fragment = Annotated[str | None, Header(alias="X-Fragment")]


def routes(ctx: Context) -> APIRouter:
    """The list, one import, and the forms."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_taking(router, ctx)
    _add_reversing(router, ctx)
    return router


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/imports", response_class=HTMLResponse)
    async def imports(
        review_id: str, request: Request, principal: PrincipalDep, cursor: str | None = None
    ) -> HTMLResponse:
        """All imports, and a form for the next file."""
        at = await open_at(ctx, request, principal, review_id)
        return await _listed(at, cursor=cursor)

    @router.get("/reviews/{review_id}/imports/{import_id}", response_class=HTMLResponse)
    async def one(
        review_id: str, import_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """One import: counts, repairs and rejections by line."""
        at = await open_at(ctx, request, principal, review_id)
        return await _one(at, import_id)


async def _listed(
    at: ReviewAt, tried: Tried = NOTHING, *, cursor: str | None = None, preview: Any = None
) -> HTMLResponse:
    params = {"limit": 50, **({"cursor": cursor} if cursor else {})}
    found = await at.ask("GET", "search", "/imports", params=params)
    return await at.page(
        "find/imports.html",
        tried,
        imports=found.items(),
        more=found.body.get("next") if found.ok else None,
        trouble=found.problem,
        preview=preview,
        FORMATS=FORMATS,
    )


async def _one(at: ReviewAt, import_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "search", f"/imports/{key(import_id)}")
    return await at.page(
        "find/import.html", tried, one=found.body, trouble=found.problem, FORMATS=FORMATS
    )


def _add_taking(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/imports")
    async def take(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        file: Annotated[UploadFile | None, File()] = None,
        source: Annotated[str, Form(max_length=200)] = "",
        arm: Annotated[str, Form()] = "database",
        deed: Annotated[str, Form()] = "import",
        fragment: Fragment = None,
    ) -> Response:
        """Take a file in, or only look into it."""
        same_origin(request)
        at = await open_at(ctx, request, principal, review_id)
        typed = {"source": source, "arm": arm}
        if file is None or not file.filename:
            none = Answer(422, None, "Choose a file that a database or reference manager exported.")
            return await _listed(at, refused("import", none, typed, "file"))
        answer = await _sent_on(at, file, source, arm, look=deed == "preview")
        if fragment:
            return await at.page("find/_preview.html", seen=answer, FORMATS=FORMATS)
        if answer.problem:
            return await _listed(at, refused("import", answer, typed, "file"))
        if deed == "preview":
            return await _listed(at, Tried("import", typed), preview=answer)
        return at.to(f"/imports/{key(answer.body['import_id'])}")


async def _sent_on(at: ReviewAt, file: UploadFile, source: str, arm: str, *, look: bool) -> Answer:
    """The file, handed on piece by piece."""

    async def pieces() -> AsyncIterator[bytes]:
        while piece := await file.read(PIECE):
            yield piece

    named = source or str(file.filename)
    params = {"filename": str(file.filename)[:300], "source": named[:200]}
    if look:
        params.pop("filename")
        return await at.ask(
            "POST", "search", "/imports/preview", params=params, content=pieces(), timeout=None
        )
    params["arm"] = arm if arm == "other" else "database"
    return await at.ask("POST", "search", "/imports", params=params, content=pieces(), timeout=None)


def _add_reversing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/imports/{import_id}/reverse")
    async def reverse(
        review_id: str, import_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Take an import back, with a reason."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if not form["reason"]:
            none = Answer(422, None, "Say why the import is taken back.")
            return await _one(at, import_id, refused("reverse", none, form, "reason"))
        path = f"/imports/{key(import_id)}/reverse"
        answer = await at.ask("POST", "search", path, json={"reason": form["reason"]}, timeout=None)
        if answer.problem:
            return await _one(at, import_id, refused("reverse", answer, form))
        return at.to(f"/imports/{key(import_id)}")
