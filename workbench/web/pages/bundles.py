"""Bundles: choosing one, seeing what is wrong in it, following its load; downloading one."""

import asyncio
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import RowMapping
from starlette.datastructures import FormData, UploadFile

from shared.http.auth import Principal, PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import Unavailable
from shared.kernel.service import Context
from workbench.bundles import handlers as use
from workbench.bundles.adapters import CannotUnpack, check, pack, pack_folder
from workbench.bundles.ports import Bundles, CannotLoad
from workbench.bundles.store import loads as store
from workbench.people import store as people
from workbench.reviews import store as reviews
from workbench.web.domain.keys import key_of
from workbench.web.pages.review_at import open_at, sent
from workbench.web.services import key
from workbench.web.session import pages_router
from workbench.web.site import page

LISTED = 20
MOST_FILES = 5_000
NONE = "Choose the zip of a bundle, or the folder that holds its files."


def routes(ctx: Context) -> APIRouter:
    """Choosing, following and downloading."""
    router = pages_router()
    _add_choosing(router, ctx)
    _add_following(router, ctx)
    _add_download(router, ctx)
    return router


def _bundles(ctx: Context) -> Bundles:
    found: Bundles | None = getattr(ctx.peers, "bundles", None)
    if found is None:
        raise Unavailable("Bundles cannot be loaded just now; try again in a moment.")
    return found


def _add_choosing(router: APIRouter, ctx: Context) -> None:
    @router.get("/load", response_class=HTMLResponse)
    async def choose(principal: PrincipalDep) -> HTMLResponse:
        """The form, the examples, and what you loaded before."""
        return await _chosen(ctx, principal)

    @router.post("/load")
    async def take(request: Request, principal: PrincipalDep) -> Response:
        """Take a zip, a folder or an example; it is read and loaded in the background."""
        same_origin(request)
        try:
            name, content = await _archive(ctx, request)
        except CannotUnpack as refusal:
            return await _chosen(ctx, principal, str(refusal))
        load_id = await ctx.db.write(lambda tx: use.take(tx, principal, name, content))
        return RedirectResponse(f"/load/{load_id}", status_code=303)


async def _chosen(ctx: Context, principal: Principal, refusal: str = "") -> HTMLResponse:
    rows = await ctx.db.read(lambda tx: store.of_person(tx, principal.person_id, LISTED))
    return await page(
        "load.html",
        status=422 if refusal else 200,
        refusal=refusal,
        examples=_bundles(ctx).examples(),
        loads=rows,
    )


async def _archive(ctx: Context, request: Request) -> tuple[str, bytes]:
    """Name and bytes of what was sent, as one archive. Raises `CannotUnpack`."""
    async with request.form(max_files=MOST_FILES, max_fields=20) as form:
        example = str(form.get("example") or "")
        folder = _bundles(ctx).example(example) if example else None
        if folder is not None:
            return folder.name, await asyncio.to_thread(pack_folder, folder, folder.name)
        whole, parts = _files(form, "file"), _files(form, "folder")
        if whole:
            content = await whole[0].read()
            await asyncio.to_thread(check, content)
            return str(whole[0].filename), content
        if parts:
            files = [(str(one.filename).replace("\\", "/"), await one.read()) for one in parts]
            content = await asyncio.to_thread(pack, files)
            await asyncio.to_thread(check, content)
            return next(iter(Path(files[0][0]).parts), ""), content
    raise CannotUnpack(NONE)


def _files(form: FormData, name: str) -> list[UploadFile]:
    """The files that were chosen in a field."""
    sent_here = form.getlist(name)
    return [one for one in sent_here if isinstance(one, UploadFile) and one.filename]


def _add_following(router: APIRouter, ctx: Context) -> None:
    @router.get("/load/{load_id}", response_class=HTMLResponse)
    async def follow(load_id: str, principal: PrincipalDep) -> HTMLResponse:
        """How far a load is, and what is asked or wrong."""
        row = await ctx.db.read(lambda tx: use.of(tx, load_id, principal))
        owns = bool(row["review_id"]) and await _owns(ctx, principal, str(row["review_id"]))
        return await page("load_one.html", load=row, owns=owns)

    @router.post("/load/{load_id}")
    async def answer(load_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Go on with what is good, in or beside the review that is there, again; or not at all."""
        form = await sent(request)
        row = await ctx.db.read(lambda tx: use.of(tx, load_id, principal))
        if form["deed"] == "forget":
            await ctx.db.write(lambda tx: use.forget(tx, load_id, principal))
            return RedirectResponse("/load", status_code=303)
        said = await _said(ctx, row, form["deed"])
        await ctx.db.write(lambda tx: use.go_on(tx, load_id, principal, **said))
        return RedirectResponse(f"/load/{key(load_id)}", status_code=303)


async def _owns(ctx: Context, principal: Principal, review_id: str) -> bool:
    """Whether a person owns a review, which the address of a load does not name."""
    if principal.everywhere:
        return True
    return "owner" in await ctx.db.read(
        lambda tx: people.roles_in(tx, principal.person_id, review_id)
    )


async def _said(ctx: Context, row: RowMapping, deed: str) -> dict[str, object]:
    if deed == "keep_good":
        return {"keep_good": True}
    if deed == "into":
        return {"into": True}
    if deed == "beside":
        taken = {one["review_id"] for one in await ctx.db.read(reviews.all_reviews)}
        return {"as_id": key_of(str(row["review_id"]), taken), "into": False}
    return {}


def _add_download(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/bundle.zip")
    async def download(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """The whole review as the archive of a bundle, for its owners."""
        at = await open_at(ctx, request, principal, review_id)
        principal.require(review_id, "owner")
        with tempfile.TemporaryDirectory(prefix="retroduct-bundle-") as home:
            folder = Path(home)
            try:
                await _bundles(ctx).export(review_id, principal, folder)
            except CannotLoad as refusal:
                raise Unavailable(f"The bundle could not be written: {refusal}") from refusal
            content = await asyncio.to_thread(pack_folder, folder, at.review.id)
        headers = {"content-disposition": f'attachment; filename="{at.review.id}.zip"'}
        return Response(content, media_type="application/zip", headers=headers)
