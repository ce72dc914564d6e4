"""The page on which full texts are uploaded, and matched to the documents they are of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.feed import store as feed_store
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.shown import shown
from workbench.web.pages.listing import every
from workbench.web.services import Answer, ask, blocks, key
from workbench.web.session import pages_router
from workbench.web.site import page

HOW = {"doi": "its DOI", "title": "its title", "author_year": "author and year"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: a sentence, and the status with which it was refused (0: not)."""

    name: str
    said: str
    refused: int = 0


def routes(ctx: Context) -> APIRouter:
    """Upload, and confirm."""
    router = pages_router()
    _add_page(router, ctx)
    _add_upload(router, ctx)
    _add_confirm(router, ctx)
    return router


def _base(review_id: str) -> str:
    return f"/api/extraction/reviews/{key(review_id)}"


def _add_page(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/uploads", response_class=HTMLResponse)
    async def uploads(
        review_id: str,
        principal: PrincipalDep,
        request: Request,
        document: Annotated[str, Query(max_length=500)] = "",
    ) -> HTMLResponse:
        """A form for files, perhaps of one document, and files that nobody has confirmed."""
        member(principal, review_id)
        return await _page(ctx, request, review_id, [], document)


def _add_upload(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/uploads", response_class=HTMLResponse)
    async def upload(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """Take in every file of the form; the page says of each what came of it."""
        member(principal, review_id)
        same_origin(request)
        async with request.form() as form:
            document = str(form.get("document") or "")
            files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
            outcomes = [await _send(ctx, request, review_id, one, document) for one in files]
        return await _page(ctx, request, review_id, outcomes, document)


def _add_confirm(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/confirmations", response_class=HTMLResponse)
    async def confirm(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """Say of an upload which document it is the text of, or discard it."""
        member(principal, review_id)
        same_origin(request)
        form = {name: str(value) for name, value in (await request.form()).items()}
        path = f"{_base(review_id)}/uploads/{key(form.get('upload', ''))}"
        name = form.get("name", "The file")
        if form.get("do") == "discard":
            said = await ask(ctx, request, "DELETE", path)
            outcome = Outcome(name, said.problem or "is discarded.", _refused(said))
        else:
            body = {"document": form.get("document", "")}
            said = await ask(ctx, request, "POST", f"{path}/confirm", json=body)
            outcome = Outcome(name, said.problem or _told(said.body), _refused(said))
        return await _page(ctx, request, review_id, [outcome])


async def _send(
    ctx: Context, request: Request, review_id: str, file: Any, document: str
) -> Outcome:
    name = file.filename or "file"
    params = {"filename": name, **({"document": document} if document else {})}
    path = f"{_base(review_id)}/uploads"
    said = await ask(ctx, request, "POST", path, params=params, content=blocks(file))
    return Outcome(name, said.problem or _told(said.body), _refused(said))


def _refused(said: Answer) -> int:
    return said.status if said.problem else 0


def _told(upload: Mapping[str, Any]) -> str:
    if upload["state"] == "confirmed":
        lost = len(upload["to_place"])
        more = f" {lost} passages have to be found again." if lost else ""
        return f"is the text of its document, version {upload['text_version']}.{more}"
    if upload["state"] == "proposed":
        return f"was matched by {HOW[upload['proposals'][0]['by']]}; confirm it below."
    return "matches no document; choose one below."


async def _page(
    ctx: Context, request: Request, review_id: str, outcomes: list[Outcome], chosen: str = ""
) -> HTMLResponse:
    waiting = await every(ctx, request, f"{_base(review_id)}/uploads")
    listed = await every(ctx, request, f"{_base(review_id)}/documents")
    documents = listed.items
    return await page(
        "uploads.html",
        status=next((one.refused for one in outcomes if one.refused), 200),
        review=await ctx.db.read(lambda tx: shown(tx, review_id)),
        last=await ctx.db.read(lambda tx: feed_store.head(tx, review_id)),
        uploads=[one for one in waiting.items if one["state"] != "confirmed"],
        documents=sorted(documents, key=lambda d: (d["text_version"] > 0, d["title"] or d["id"])),
        titles={d["id"]: d["title"] or d["id"] for d in documents},
        outcomes=outcomes,
        chosen=chosen,
        problem=waiting.problem,
        HOW=HOW,
    )
