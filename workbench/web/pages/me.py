"""Who one is here: name, password, personal tokens."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import Principal, PrincipalDep
from shared.kernel.service import Context
from shared.text import clean
from workbench.identity.adapters import Provider
from workbench.identity.store import identities
from workbench.people import adapters as passwords
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.people.domain import fault_of
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages.review_at import NOTHING, Sent, Tried, refused, sent
from workbench.web.services import Answer
from workbench.web.session import pages_router, signed_in_here
from workbench.web.site import page

MOST_DAYS = 365
LASTING = ("token", "password")
"""What gives a lasting way in."""


def routes(ctx: Context) -> APIRouter:
    """The page and its forms."""
    router = pages_router()

    @router.get("/me", response_class=HTMLResponse)
    async def me(principal: PrincipalDep) -> HTMLResponse:
        """Name, password and tokens."""
        return await _shown(ctx, principal)

    @router.post("/me")
    async def change(request: Request, principal: PrincipalDep) -> Response:
        """Change one of them."""
        form = await sent(request)
        if form["deed"] in LASTING:
            await signed_in_here(request, principal)
        if form["deed"] == "token":
            return await _made(ctx, principal, form)
        work = {"name": _rename, "password": _set_password}.get(form["deed"], _revoke)
        answer = await work(ctx, principal, form)
        if answer.problem:
            kept = {name: form[name] for name in ("name", "label", "days") if form[name]}
            return await _shown(ctx, principal, refused(form["deed"], answer, kept))
        return RedirectResponse("/me", status_code=303)

    return router


async def _rename(ctx: Context, principal: Principal, form: Sent) -> Answer:
    if not form["name"]:
        return Answer(422, None, "Write your name.", "name")
    name = clean(form["name"])[:200]
    await ctx.db.write(lambda tx: people.name_person(tx, principal.person_id, name))
    return Answer(200, None)


async def _set_password(ctx: Context, principal: Principal, form: Sent) -> Answer:
    given, again, old = (form.fields.get(name, [""])[0] for name in ("password", "again", "old"))
    account = await ctx.db.read(lambda tx: people.account(tx, principal.person_id))
    if account and not await passwords.is_right(old[:200], account["password_hash"]):
        return Answer(422, None, "This is not your password now.", "old")
    fault = fault_of(given, principal.person_id)
    if fault:
        return Answer(422, None, fault, "password")
    if given != again:
        return Answer(422, None, "The two passwords differ; type both again.", "again")
    hashed = await passwords.hash_of(given)
    await ctx.db.write(lambda tx: use.set_password(tx, principal.person_id, hashed))
    return Answer(200, None)


async def _revoke(ctx: Context, principal: Principal, form: Sent) -> Answer:
    whose = principal.person_id
    await ctx.db.write(lambda tx: use.revoke_token(tx, form["token"], whose))
    return Answer(200, None)


async def _made(ctx: Context, principal: Principal, form: Sent) -> HTMLResponse:
    """Make a token and show it, this once."""
    days = whole(form["days"]) or 0
    if not 1 <= days <= MOST_DAYS:
        none = Answer(422, None, f"Days are a whole number from 1 to {MOST_DAYS:,}.", "days")
        return await _shown(ctx, principal, refused("token", none, form))
    label = form["label"] or "token"
    made = await ctx.db.write(lambda tx: use.make_token(tx, principal.person_id, label, days))
    return await _shown(ctx, principal, secret=made.secret)


async def _shown(
    ctx: Context, principal: Principal, tried: Tried = NOTHING, secret: str = ""
) -> HTMLResponse:
    person = principal.person_id
    tokens = await ctx.db.read(lambda tx: people.tokens_of(tx, person))
    return await page(
        "people/me.html",
        status=tried.status,
        tried=tried,
        person=person,
        name=await ctx.db.read(lambda tx: people.name_of(tx, person)),
        has_password=await ctx.db.read(lambda tx: people.account(tx, person)) is not None,
        tokens=[row for row in tokens if row["revoked_at"] is None],
        secret=secret,
        provider=_provider(ctx),
        connected=await _connected(ctx, person),
        now=ctx.clock.now(),
    )


def _provider(ctx: Context) -> str:
    """The words of the provider's button; empty without one."""
    provider: Provider | None = ctx.resources.provider
    return provider.label if provider else ""


async def _connected(ctx: Context, person: str) -> bool:
    provider: Provider | None = ctx.resources.provider
    if provider is None:
        return False
    issuer = provider.issuer
    return await ctx.db.read(lambda tx: identities.is_linked(tx, issuer, person))
