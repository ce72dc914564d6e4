"""Who looks at a page: signing in, staying signed in, and problems as pages.

A browser keeps two cookies: the personal token, and the short-lived one that every
service verifies by itself. A page renews the second from the first.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from shared.http.auth import (
    LIFETIME,
    SESSION_COOKIE,
    Authenticator,
    Principal,
    current_principal,
)
from shared.http.origin import from_own_pages, same_origin
from shared.http.problems import Forbidden, Problem, TooMany, Unauthenticated
from shared.kernel.service import Context
from workbench.identity.adapters import Provider
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.people.schemas import PERSONAL_COOKIE
from workbench.web import accounts
from workbench.web.frame import looking
from workbench.web.site import page

SESSION, PERSONAL = SESSION_COOKIE, PERSONAL_COOKIE
MONTH = 30 * 24 * 3600


class PageRoute(APIRoute):
    """A route of pages: renews the session, and shows a refusal as a page of its own.

    A form that its handler read is closed with the request: an upload in it is a file.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, wrapped."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            looking.set(request)
            try:
                request, signed = await _renewed(request)
                looking.set(request)
                response = await inner(request)
            except Problem as problem:
                if request.headers.get("x-fragment") or not _wants_page(request):
                    raise
                return await _refusal(request, problem)
            finally:
                await request.close()
            if signed:
                _keep(request, response, SESSION, signed, int(LIFETIME.total_seconds()))
            return response

        return handle


def pages_router() -> APIRouter:
    """A router whose routes are pages."""
    return APIRouter(route_class=PageRoute)


def routes() -> APIRouter:
    """Signing in and out."""
    router = pages_router()
    _add_signing_in(router)
    _add_signing_out(router)
    return router


def _add_signing_in(router: APIRouter) -> None:

    @router.get("/sign-in", response_class=HTMLResponse)
    async def ask_who(request: Request, next: str = "/") -> Response:
        """Where name and password, or a personal token, are entered."""
        if await _has_no_owner(request):
            return RedirectResponse("/first-start", status_code=303)
        return await sign_in_page(request, next)

    @router.post("/sign-in", response_class=HTMLResponse)
    async def sign_in(
        request: Request,
        token: Annotated[str, Form()] = "",
        name: Annotated[str, Form(max_length=64)] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        """Take a password or a token, keep who it is in this browser, and go on."""
        same_origin(request)
        try:
            if not token.strip():
                token = await accounts.signed_in(request, name.strip(), password)
            return await enter(request, token.strip(), next)
        except (Unauthenticated, TooMany) as problem:
            return await sign_in_page(
                request, next, problem.detail, name=name, status=problem.status
            )


async def sign_in_page(
    request: Request, next: str, error: str = "", *, name: str = "", status: int = 200
) -> HTMLResponse:
    """Where people sign in: by password, by token, or at the provider if there is one."""
    ctx: Context = request.app.state.runnings["workbench"].context
    provider: Provider | None = ctx.resources.provider
    return await page(
        "sign_in.html",
        status=status,
        next=own_path(next),
        error=error,
        name=name,
        provider=provider.label if provider else "",
    )


def _add_signing_out(router: APIRouter) -> None:
    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """Forget who looks."""
        same_origin(request)
        await accounts.forget_browser(request, request.cookies.get(PERSONAL, ""))
        response = RedirectResponse("/sign-in", status_code=303)
        response.delete_cookie(SESSION)
        response.delete_cookie(PERSONAL)
        return response

    @router.get("/session", status_code=204)
    async def session(request: Request) -> Response:
        """Renew the session of a page that stays open; `X-Signed-In` says whether there is one."""
        signed_in = "yes" if await _is_somebody(request) else "no"
        return Response(status_code=204, headers={"x-signed-in": signed_in})


async def enter(request: Request, token: str, next_path: str) -> Response:
    """Sign this browser in by a token and go on; raises `Unauthenticated`."""
    signed = await _signed(request, token)
    response = RedirectResponse(own_path(next_path), status_code=303)
    _keep(request, response, SESSION, signed, int(LIFETIME.total_seconds()))
    if signed != token:
        _keep(request, response, PERSONAL, token, MONTH)
    return response


async def signed_in_here(request: Request, principal: Principal) -> None:
    """Raise `Forbidden` unless the person signed in with this browser.

    Asked for by what gives a lasting way in (tokens, passwords, links): whoever got hold of a
    short-lived token makes nothing that outlives it. Who works at the server needs none.
    """
    if principal.everywhere and not principal.grant:
        return
    kept = request.cookies.get(PERSONAL, "")
    ctx: Context = request.app.state.runnings["workbench"].context
    holder = await ctx.db.read(lambda tx: use.principal_of(tx, kept)) if kept else None
    if holder is None or holder.person_id != principal.person_id:
        raise Forbidden("Sign in with your password or a personal token first, then do it again.")


async def _has_no_owner(request: Request) -> bool:
    """Whether nobody has an account yet, where the machine itself is nobody's."""
    authenticator: Authenticator = request.app.state.authenticator
    if authenticator.local_owner:
        return False
    ctx: Context = request.app.state.runnings["workbench"].context
    return not await ctx.db.read(people.count_owners) and not await ctx.db.read(people.any_token)


async def _is_somebody(request: Request) -> bool:
    """Whether the reader is signed in, or needs not be."""
    try:
        await current_principal(request)
    except Unauthenticated:
        return False
    return True


def own_path(path: str) -> str:
    """A path of this site; anything else leads to the start."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _refusal(request: Request, problem: Problem) -> Response:
    if isinstance(problem, Unauthenticated) and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", status_code=303)
    return await page("problem.html", status=problem.status, problem=problem)


async def _renewed(request: Request) -> tuple[Request, str]:
    """The request, with a fresh short-lived token where the old one ran out.

    What writes has to come from our own pages, as with a token that holds; else `Forbidden`.
    """
    personal = request.cookies.get(PERSONAL)
    if not personal or "authorization" in request.headers or _holds(request):
        return request, ""
    from_own_pages(request)
    try:
        signed = await _signed(request, personal)
    except Unauthenticated:
        return request, ""
    bearer = (b"authorization", f"Bearer {signed}".encode())
    scope = {**request.scope, "headers": [*request.scope["headers"], bearer]}
    return Request(scope, request.receive), signed


def _holds(request: Request) -> bool:
    authenticator: Authenticator = request.app.state.authenticator
    try:
        authenticator.verify(request.cookies.get(SESSION, ""))
    except Unauthenticated:
        return False
    return True


async def _signed(request: Request, token: str) -> str:
    """A short-lived token for a personal one; one that is short-lived already is itself."""
    authenticator: Authenticator = request.app.state.authenticator
    if not token.startswith(use.PERSONAL):
        authenticator.verify(token)
        return token
    ctx: Context = request.app.state.runnings["workbench"].context
    principal = await ctx.db.read(lambda tx: use.principal_of(tx, token))
    return authenticator.sign(principal, ctx.clock.now())


def _keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
