"""Upkeep of an installation, for its owner: everybody's tokens, and backups."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.bundles.ports import Backups
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.web.pages.admin import owner_only
from workbench.web.pages.listing import Start
from workbench.web.pages.review_at import sent
from workbench.web.session import pages_router
from workbench.web.site import page

AT_ONCE = 50


def routes(ctx: Context) -> APIRouter:
    """Tokens and backups."""
    router = pages_router()
    _add_tokens(router, ctx)
    _add_backups(router, ctx)
    return router


def _add_tokens(router: APIRouter, ctx: Context) -> None:
    @router.get("/admin/tokens", response_class=HTMLResponse)
    async def tokens(principal: PrincipalDep, start: Start = 0) -> HTMLResponse:
        """Tokens that hold, of everybody; the newest first."""
        owner_only(principal)
        now = ctx.clock.now()

        async def read(tx: Any) -> tuple[Sequence[Any], dict[str, str]]:
            rows = [
                row
                for row in await people.tokens_of(tx, None)
                if row["revoked_at"] is None and row["expires_at"] > now
            ]
            return rows, await people.names_of(tx, {row["person_id"] for row in rows})

        rows, names = await ctx.db.read(read)
        rows = sorted(rows, key=lambda row: row["created_at"], reverse=True)
        end = start + AT_ONCE
        more = f"?start={end}" if end < len(rows) else ""
        return await page("admin/tokens.html", tokens=rows[start:end], names=names, more=more)

    @router.post("/admin/tokens")
    async def end(request: Request, principal: PrincipalDep) -> Response:
        """End a token at once, whoever's it is."""
        owner_only(principal)
        form = await sent(request)
        await ctx.db.write(lambda tx: use.revoke_token(tx, form["token"], None))
        return RedirectResponse("/admin/tokens", status_code=303)


def _add_backups(router: APIRouter, ctx: Context) -> None:
    @router.get("/admin/backups", response_class=HTMLResponse)
    async def backups(principal: PrincipalDep) -> HTMLResponse:
        """Backups that lie beside the databases, and how one is put back."""
        owner_only(principal)
        return await _backups(ctx)

    @router.post("/admin/backups")
    async def make(request: Request, principal: PrincipalDep) -> Response:
        """Begin a backup; work goes on meanwhile."""
        owner_only(principal)
        await sent(request)
        held = _held(ctx)
        if held is not None:
            held.begin(ctx.clock.now())
        return RedirectResponse("/admin/backups", status_code=303)


def _held(ctx: Context) -> Backups | None:
    """Backups of this installation; None where each service runs for itself."""
    found: Backups | None = getattr(ctx.peers, "backups", None)
    return found


async def _backups(ctx: Context) -> HTMLResponse:
    held = _held(ctx)
    return await page(
        "admin/backups.html",
        here=held is not None,
        running=bool(held and held.running()),
        trouble=held.trouble if held else "",
        made=await asyncio.to_thread(held.made) if held else (),
    )
