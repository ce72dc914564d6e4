"""Personal tokens, the short-lived ones that services verify, and who one is."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from shared.http.api import created
from shared.http.auth import LIFETIME, Authenticator, Principal, PrincipalDep, current_principal
from shared.http.bounds import Key
from shared.http.problems import Forbidden
from shared.kernel.service import Context
from shared.text import clean
from workbench.people import handlers as use
from workbench.people import store
from workbench.people.schemas import (
    PERSONAL_COOKIE,
    PersonIn,
    PersonOut,
    RolesOut,
    TokenExchange,
    TokenMade,
    TokenOut,
    TokenWish,
)


def routes(ctx: Context) -> APIRouter:
    """Routes of people and tokens."""
    router = APIRouter()
    _add_making(router, ctx)
    _add_tokens(router, ctx)
    _add_people(router, ctx)
    _add_erasing(router, ctx)
    return router


Maker = Callable[[Request], Awaitable[Principal]]


def _maker(ctx: Context) -> Maker:
    async def maker(request: Request) -> Principal:
        """Who makes a token: the holder of a personal one, or the installation's owner."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and given.startswith(use.PERSONAL):
            return await ctx.db.read(lambda tx: use.principal_of(tx, given.strip()))
        principal = await current_principal(request)
        kept = request.cookies.get(PERSONAL_COOKIE, "")
        if kept and not given:
            holder = await ctx.db.read(lambda tx: use.principal_of(tx, kept))
            if holder.person_id == principal.person_id:
                return holder
        if principal.everywhere and not principal.grant:
            return principal
        raise Forbidden(
            "A short-lived token makes no other; send the personal token itself, or sign in."
        )

    return maker


def _add_making(router: APIRouter, ctx: Context) -> None:
    maker = _maker(ctx)

    @router.post("/tokens", status_code=201)
    async def make(
        wish: TokenWish,
        principal: Annotated[Principal, Depends(maker)],
        request: Request,
        response: Response,
    ) -> TokenMade:
        """A personal token, shown this once; the installation's owner makes them for others."""
        person = wish.person or principal.person_id
        if person != principal.person_id and not principal.everywhere:
            raise Forbidden("You can make tokens for yourself only.")
        made = await ctx.db.write(lambda tx: use.make_token(tx, person, wish.label, wish.days))
        created(request, response, made.token_id)
        return TokenMade(
            token=made.secret, id=made.token_id, person=person, expires_at=made.expires_at
        )

    @router.post("/tokens/exchange")
    async def exchange(wish: TokenExchange, request: Request) -> dict[str, Any]:
        """A personal token for one that holds fifteen minutes."""
        authenticator: Authenticator = request.app.state.authenticator
        principal = await ctx.db.read(lambda tx: use.principal_of(tx, wish.token))
        signed = authenticator.sign(principal, ctx.clock.now())
        return {"token": signed, "expires_in": int(LIFETIME.total_seconds())}


def _add_tokens(router: APIRouter, ctx: Context) -> None:
    @router.get("/tokens")
    async def tokens(
        principal: PrincipalDep,
        everyone: Annotated[bool, Query(description="all people's; for the owner of all")] = False,
    ) -> dict[str, Any]:
        """Your personal tokens, without their secrets."""
        if everyone and not principal.everywhere:
            raise Forbidden("Only the owner of the installation sees everybody's tokens.")
        whose = None if everyone else principal.person_id
        rows = await ctx.db.read(lambda tx: store.tokens_of(tx, whose))
        items = [
            TokenOut(
                id=r["token_id"], person=r["person_id"], label=r["label"],
                created_at=r["created_at"], expires_at=r["expires_at"],
                revoked_at=r["revoked_at"],
            )
            for r in rows
        ]  # fmt: skip
        return {"items": items, "next": None}

    @router.delete("/tokens/{token_id}")
    async def revoke(token_id: Key, principal: PrincipalDep) -> dict[str, bool]:
        """End one of your tokens at once; the installation's owner ends anybody's."""
        whose = None if principal.everywhere else principal.person_id
        gone = await ctx.db.write(lambda tx: use.revoke_token(tx, token_id, whose))
        return {"revoked": bool(gone)}


def _add_people(router: APIRouter, ctx: Context) -> None:
    @router.get("/people/me")
    async def me(principal: PrincipalDep) -> PersonOut:
        """Who you are here."""
        name = await ctx.db.read(lambda tx: store.name_of(tx, principal.person_id))
        return PersonOut(person=principal.person_id, name=name or principal.person_id)

    @router.put("/people/me")
    async def rename(wish: PersonIn, principal: PrincipalDep) -> PersonOut:
        """Change your own name."""
        name = clean(wish.name)
        await ctx.db.write(lambda tx: store.name_person(tx, principal.person_id, name))
        return PersonOut(person=principal.person_id, name=name)

    @router.get("/people/me/roles")
    async def roles(
        principal: PrincipalDep, review: Annotated[str | None, Query(max_length=64)] = None
    ) -> RolesOut:
        """Your roles in a review at this moment; the services ask here."""
        found = await ctx.db.read(lambda tx: use.roles_now(tx, principal, review))
        return RolesOut(person=principal.person_id, review=review, roles=sorted(found))


def _add_erasing(router: APIRouter, ctx: Context) -> None:
    @router.post("/people/{person}/erase", status_code=204)
    async def erase(person: Annotated[str, Path(max_length=64)], principal: PrincipalDep) -> None:
        """Delete a person's name for good and end their tokens; by them or the owner of all.

        Their work stays under their id; an owner removes them from a review besides.
        """
        if person != principal.person_id and not principal.everywhere:
            raise Forbidden("Only the person, or the owner of the installation, erases a name.")
        await ctx.db.write(lambda tx: use.erase_person(tx, person))
