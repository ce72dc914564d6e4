"""Signing in at the organisation's provider: there, and back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import RowMapping

from shared.http.auth import Authenticator, Principal
from shared.http.problems import NotFound, Unauthenticated
from shared.kernel.service import Context
from workbench.identity import handlers as use
from workbench.identity.adapters import Provider
from workbench.identity.domain import CannotSignIn
from workbench.web.accounts import browser_token
from workbench.web.session import (
    enter,
    own_path,
    pages_router,
    sign_in_page,
    signed_in_here,
)

STATE = "retroduct_sign_in"
BACK = "/sign-in/back"
NOBODY = "The provider signed nobody in. Sign in again, or another way."
Text = Annotated[str, Query(max_length=4000)]


def routes(ctx: Context) -> APIRouter:
    """The way to the provider, and the way back."""
    router = pages_router()
    _add_leaving(router, ctx)
    _add_coming_back(router, ctx)
    return router


def _provider(ctx: Context) -> Provider:
    found: Provider | None = ctx.resources.provider
    if found is None:
        raise NotFound("No provider is set up here; sign in with your name and password.")
    return found


def _add_leaving(router: APIRouter, ctx: Context) -> None:
    @router.get("/sign-in/provider", response_class=HTMLResponse)
    async def leave(request: Request, next: Text = "/", connect: bool = False) -> Response:
        """Go to the provider; with `connect` whoever is signed in adds it to their account."""
        provider = _provider(ctx)
        adding = _signed_in(request) if connect else None
        if adding is not None:
            await signed_in_here(request, adding)
        person = None if adding is None else adding.person_id
        begun = await ctx.db.write(lambda tx: use.begin(tx, own_path(next), person))
        try:
            address = await provider.address(
                _back(request), state=begun.state, nonce=begun.nonce, verifier=begun.verifier
            )
        except CannotSignIn as refusal:
            return await sign_in_page(request, next, str(refusal), status=503)
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(
            STATE, begun.state, max_age=int(use.HOLDS.total_seconds()), path="/sign-in",
            httponly=True, samesite="lax", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response


def _add_coming_back(router: APIRouter, ctx: Context) -> None:
    @router.get(BACK, response_class=HTMLResponse)
    async def back(request: Request, state: Text = "", code: Text = "") -> Response:
        """Take what the provider says, keep who it is in this browser, and go on."""
        _provider(ctx)
        kept = request.cookies.get(STATE, "")
        row = await ctx.db.write(lambda tx: use.end(tx, state, kept))
        if row is None:
            return await _refused(request, "/", use.RAN_OUT)
        try:
            person = await _person(ctx, request, row, code)
        except CannotSignIn as refusal:
            return await _refused(request, row["next_path"], str(refusal))
        token = await browser_token(ctx, person)
        response = await enter(request, token, row["next_path"])
        response.delete_cookie(STATE, path="/sign-in")
        return response


async def _person(ctx: Context, request: Request, row: RowMapping, code: str) -> str:
    """Who came back from the provider. Raises `CannotSignIn`."""
    provider, adding = _provider(ctx), row["person_id"]
    if not code:
        raise CannotSignIn(NOBODY)
    if adding is not None and adding != _signed_in(request).person_id:
        raise CannotSignIn(use.RAN_OUT)
    claims = await provider.claims(
        _back(request), code=code, nonce=row["nonce"], verifier=row["verifier"]
    )
    return await ctx.db.write(lambda tx: use.person_of(tx, claims, provider.policy, adding))


async def _refused(request: Request, next_path: str, why: str) -> Response:
    response = await sign_in_page(request, next_path, why, status=401)
    response.delete_cookie(STATE, path="/sign-in")
    return response


def _signed_in(request: Request) -> Principal:
    """Who is signed in in this browser; raises `Unauthenticated` for nobody."""
    authenticator: Authenticator = request.app.state.authenticator
    person = authenticator.principal(request)
    if person.everywhere and not person.grant:
        raise Unauthenticated("The machine's own owner needs no provider.")
    return person


def _back(request: Request) -> str:
    """The address to which the provider sends people back."""
    return str(request.url.replace(path=BACK, query="", fragment=""))
