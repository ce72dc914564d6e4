"""Signing in with a password: tried a few times, checked in the same time for everybody."""

from fastapi import Request

from shared.http.problems import TooMany, Unauthenticated
from shared.kernel.service import Context
from workbench.people import adapters as passwords
from workbench.people import handlers as use
from workbench.people import store as people
from workbench.people.domain import LONGEST, Throttle

BROWSER = "browser"
BROWSER_DAYS = 30
WRONG = "Name and password do not go together. Try again, or ask your owner for a new link."


async def signed_in(request: Request, name: str, password: str) -> str:
    """A personal token for this browser; raises `Unauthenticated`, `TooMany`."""
    ctx: Context = request.app.state.runnings["workbench"].context
    if not name or not password or len(password) > LONGEST:
        raise Unauthenticated("Enter your name and your password, or a token.")
    throttle: Throttle = ctx.resources.throttle
    wait = throttle.wait(name, ctx.clock.now())
    if wait:
        seconds = int(wait.total_seconds()) + 1
        raise TooMany(f"This name was tried too often; wait {seconds} seconds, then try again.")
    account = await ctx.db.read(lambda tx: people.account(tx, name))
    if not await passwords.is_right(password, account["password_hash"] if account else None):
        raise Unauthenticated(WRONG)
    throttle.succeeded(name)
    return await browser_token(ctx, name)


async def browser_token(ctx: Context, person_id: str) -> str:
    """A personal token that a browser keeps for a month."""
    made = await ctx.db.write(lambda tx: use.make_token(tx, person_id, BROWSER, BROWSER_DAYS))
    return made.secret


async def forget_browser(request: Request, secret: str) -> None:
    """End the token that signing in gave a browser; one that a person made stays."""
    ctx: Context = request.app.state.runnings["workbench"].context
    row = await ctx.db.read(lambda tx: people.token(tx, use.hashed(secret))) if secret else None
    if row is not None and row["label"] == BROWSER:
        token, person = row["token_id"], row["person_id"]
        await ctx.db.write(lambda tx: use.revoke_token(tx, token, person))
