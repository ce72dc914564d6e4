"""Personal tokens, and the short-lived ones that services verify by themselves."""

from typing import Any

from fastapi import APIRouter, Request

from shared.http.auth import LIFETIME, Authenticator, PrincipalDep
from shared.http.problems import Forbidden
from shared.kernel.service import Context
from workbench.reviews import handlers as use
from workbench.reviews import store as store
from workbench.reviews.schemas.models import TokenExchange, TokenWish


def routes(ctx: Context) -> APIRouter:
    """Routes of tokens."""
    router = APIRouter()

    @router.post("/tokens", status_code=201)
    async def make(wish: TokenWish, principal: PrincipalDep) -> dict[str, str]:
        """A personal token, shown this once; the installation's owner makes them for others."""
        if wish.person != principal.person_id and not principal.everywhere:
            raise Forbidden("You can make tokens for yourself only.")
        return {"token": await ctx.db.write(lambda tx: use.make_token(tx, wish.person, wish.label))}

    @router.post("/tokens/exchange")
    async def exchange(wish: TokenExchange, request: Request) -> dict[str, Any]:
        """A personal token for one that holds fifteen minutes."""
        authenticator: Authenticator = request.app.state.authenticator
        principal = await ctx.db.read(lambda tx: use.principal_of(tx, wish.token))
        signed = authenticator.sign(principal, ctx.clock.now())
        return {"token": signed, "expires_in": int(LIFETIME.total_seconds())}

    @router.get("/tokens")
    async def mine(principal: PrincipalDep) -> dict[str, Any]:
        """Your personal tokens, without their secrets."""
        rows = await ctx.db.read(lambda tx: store.tokens_of(tx, principal.person_id))
        items = [
            {"id": r["token_id"], "label": r["label"], "created_at": r["created_at"]} for r in rows
        ]
        return {"items": items, "next": None}

    @router.delete("/tokens/{token_id}")
    async def revoke(token_id: str, principal: PrincipalDep) -> dict[str, bool]:
        """Forget one of your tokens."""
        gone = await ctx.db.write(lambda tx: store.drop_token(tx, token_id, principal.person_id))
        return {"revoked": bool(gone)}

    return router
