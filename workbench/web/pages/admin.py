"""The machinery and the people of an installation, for its owner."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import Principal, PrincipalDep
from shared.http.problems import Forbidden, Unavailable
from shared.kernel.service import Context
from shared.ops.backlog import unsettled
from shared.ops.settings import SERVICES
from shared.text import clean
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.reviews import store as reviews
from workbench.web.domain.keys import key_of
from workbench.web.pages.review_at import NOTHING, Sent, Tried, refused, sent
from workbench.web.services import Answer, ask
from workbench.web.session import pages_router, signed_in_here
from workbench.web.site import page

WAITING = {
    "outbox": ("event to send", "events to send"),
    "inbox": ("event to handle", "events to handle"),
    "jobs": ("job to do", "jobs to do"),
    "dead": ("given up", "given up"),
    "dirty": ("theory to compute", "theories to compute"),
    "parked": ("put aside", "put aside"),
}
"""What waits in a service, in words: one, and many."""


def routes(ctx: Context) -> APIRouter:
    """Health and people."""
    router = pages_router()
    _add_health(router, ctx)
    _add_people(router, ctx)
    return router


def owner_only(principal: Principal) -> None:
    """Raise `Forbidden` for everybody but the owner of the installation."""
    if not principal.everywhere:
        raise Forbidden("Only the owner of the installation sees this page.")


def _add_health(router: APIRouter, ctx: Context) -> None:
    @router.get("/admin", response_class=HTMLResponse)
    async def health(request: Request, principal: PrincipalDep) -> HTMLResponse:
        """What each service has to do, and what was given up."""
        owner_only(principal)
        return await _health(ctx, request)

    @router.post("/admin")
    async def retry(request: Request, principal: PrincipalDep) -> Response:
        """Try again what was given up: one, or all of a service."""
        owner_only(principal)
        form = await sent(request)
        if form["service"] not in SERVICES:
            return RedirectResponse("/admin", status_code=303)
        ids = form.all("id") or None
        answer = await ask(ctx, request, "POST", f"/api/{form['service']}/dead/retry", json=ids)
        if answer.problem:
            return await _health(ctx, request, refused("retry", answer, form))
        return RedirectResponse("/admin", status_code=303)


async def _health(ctx: Context, request: Request, tried: Tried = NOTHING) -> HTMLResponse:
    told = await asyncio.gather(
        *(ask(ctx, request, "GET", f"/api/{name}/dead") for name in SERVICES)
    )
    trouble = ""
    waiting: dict[str, Any] = {}
    try:
        waiting = dict(unsettled(await ctx.peers.backlog()))
    except Unavailable as problem:
        trouble = problem.detail
    services = [
        {
            "name": name,
            "answers": answer.ok,
            "waiting": [
                (WAITING.get(k, (k, k))[n != 1], n) for k, n in waiting.get(name, {}).items()
            ],
            "dead": answer.items(),
        }
        for name, answer in zip(SERVICES, told, strict=True)
    ]
    return await page(
        "admin/health.html", status=tried.status, tried=tried, services=services, trouble=trouble
    )


def _add_people(router: APIRouter, ctx: Context) -> None:
    @router.get("/admin/people", response_class=HTMLResponse)
    async def everybody(principal: PrincipalDep) -> HTMLResponse:
        """Everybody who is known here."""
        owner_only(principal)
        return await _people(ctx)

    @router.post("/admin/people")
    async def change(request: Request, principal: PrincipalDep) -> Response:
        """Add somebody, make a link for somebody, or end all their tokens."""
        owner_only(principal)
        form = await sent(request)
        if form["deed"] == "end":
            await ctx.db.write(lambda tx: _end_all(tx, form["person"]))
            return RedirectResponse("/admin/people", status_code=303)
        await signed_in_here(request, principal)
        if form["deed"] == "add":
            return await _added(ctx, request, form)
        return await _linked(ctx, request, form["person"])


async def _end_all(tx: Any, person: str) -> None:
    for row in await people.tokens_of(tx, person):
        await use.revoke_token(tx, row["token_id"], person)


async def _added(ctx: Context, request: Request, form: Sent) -> HTMLResponse:
    taken = set(await ctx.db.read(reviews.names))
    person = key_of(form["person"] or form["name"])
    if not form["name"]:
        none = Answer(422, None, "Write the person's name.", "name")
        return await _people(ctx, refused("add", none, form))
    if not person or person in taken:
        words = "This sign-in name is taken; choose another." if person else "Give a sign-in name."
        return await _people(ctx, refused("add", Answer(422, None, words, "person"), form))
    await ctx.db.write(lambda tx: people.name_person(tx, person, clean(form["name"])))
    return await _linked(ctx, request, person)


async def _linked(ctx: Context, request: Request, person: str) -> HTMLResponse:
    secret = await ctx.db.write(lambda tx: use.make_link(tx, person))
    return await _people(ctx, link=(person, f"{request.base_url}join/{secret}"))


async def _people(
    ctx: Context, tried: Tried = NOTHING, link: tuple[str, str] | None = None
) -> HTMLResponse:
    async def read(tx: Any) -> tuple[Sequence[Any], Sequence[Any]]:
        return await people.everybody(tx), await people.tokens_of(tx, None)

    everybody, tokens = await ctx.db.read(read)
    now = ctx.clock.now()
    held: dict[str, int] = {}
    for row in tokens:
        if row["revoked_at"] is None and row["expires_at"] > now:
            held[row["person_id"]] = held.get(row["person_id"], 0) + 1
    return await page(
        "admin/people.html",
        status=tried.status,
        tried=tried,
        everybody=everybody,
        held=held,
        link=link,
    )
