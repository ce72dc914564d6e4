"""The first owner, and joining by a link: both choose a password and are signed in."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import Authenticator
from shared.http.problems import Problem, Unauthenticated
from shared.kernel.service import Context
from workbench.people import adapters as passwords
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.people.domain import fault_of
from workbench.web.accounts import browser_token
from workbench.web.domain.keys import key_of
from workbench.web.pages.review_at import NOTHING, Sent, Tried, refused, sent
from workbench.web.services import Answer
from workbench.web.session import enter, pages_router
from workbench.web.site import page


def routes(ctx: Context) -> APIRouter:
    """First start, and links to join."""
    router = pages_router()
    _add_first(router, ctx)
    _add_joining(router, ctx)
    return router


def _add_first(router: APIRouter, ctx: Context) -> None:
    @router.get("/first-start", response_class=HTMLResponse)
    async def first() -> HTMLResponse:
        """Who owns this installation?"""
        return await _first(ctx)

    @router.post("/first-start")
    async def begin(request: Request) -> Response:
        """Make the owner's account, for whoever shows a token printed on the server."""
        form = await sent(request)
        try:
            person = await _found(ctx, request, form)
        except Problem as problem:
            answer = Answer(problem.status, None, problem.detail, problem.extra.get("field", ""))
            return await _first(ctx, refused("owner", answer, _without(form)))
        return await enter(request, await browser_token(ctx, person), "/")


async def _found(ctx: Context, request: Request, form: Sent) -> str:
    authenticator: Authenticator = request.app.state.authenticator
    try:
        shows = authenticator.verify(form["token"])
    except Unauthenticated:
        raise Unauthenticated(
            "This is not a token of this server, or it ran out; print a new one there.",
            field="token",
        ) from None
    if not shows.everywhere:
        raise Unauthenticated("This token is not the server's own.", field="token")
    person = key_of(form["person"] or form["name"])
    if not person:
        raise _Wrong("Give a sign-in name of letters or digits.", field="person")
    hashed = await _password(form, person)
    await ctx.db.write(lambda tx: use.found_installation(tx, person, form["name"], hashed))
    return person


class _Wrong(Problem):
    """A field that cannot be taken as it is."""

    status = 422


async def _password(form: Sent, person: str) -> str:
    """The hash of a new password that was typed twice; raises a problem with its field."""
    given, again = form.fields.get("password", [""])[0], form.fields.get("again", [""])[0]
    fault = fault_of(given, person)
    if fault:
        raise _Wrong(fault, field="password")
    if given != again:
        raise _Wrong("The two passwords differ; type both again.", field="again")
    return await passwords.hash_of(given)


def _without(form: Sent) -> dict[str, str]:
    """What was typed, without secrets."""
    secrets = ("password", "again", "token", "old")
    return {name: text for name, text in form.values().items() if name not in secrets}


async def _first(ctx: Context, tried: Tried = NOTHING) -> HTMLResponse:
    known = await ctx.db.read(people.count_owners)
    return await page("people/first.html", status=tried.status, tried=tried, known=known)


def _add_joining(router: APIRouter, ctx: Context) -> None:
    @router.get("/join/{secret}", response_class=HTMLResponse)
    async def look(secret: str) -> HTMLResponse:
        """Whom the link is for."""
        return await _join(ctx, secret)

    @router.post("/join/{secret}")
    async def join(secret: str, request: Request) -> Response:
        """Set the password; the link ends, and one is signed in."""
        form = await sent(request)
        person = await ctx.db.read(lambda tx: use.person_of_link(tx, secret))
        try:
            hashed = await _password(form, person)
        except _Wrong as problem:
            answer = Answer(422, None, problem.detail, str(problem.extra["field"]))
            return await _join(ctx, secret, refused("join", answer, {}))
        await ctx.db.write(lambda tx: use.take_link(tx, secret, hashed))
        return await enter(request, await browser_token(ctx, person), "/")


async def _join(ctx: Context, secret: str, tried: Tried = NOTHING) -> HTMLResponse:
    try:
        person = await ctx.db.read(lambda tx: use.person_of_link(tx, secret))
    except Unauthenticated as problem:
        return await page("people/join.html", status=404, tried=tried, gone=problem.detail)
    name = await ctx.db.read(lambda tx: people.name_of(tx, person))
    return await page(
        "people/join.html", status=tried.status, tried=tried, gone="", name=name, person=person
    )
