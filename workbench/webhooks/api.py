"""Webhooks of a review: for its owners."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import RowMapping

from shared.http.api import CursorQuery, LimitQuery, Page, created, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Name
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.reviews.handlers.reviews import known_review
from workbench.webhooks import handlers as use
from workbench.webhooks import store
from workbench.webhooks.schemas import (
    DeliveryOut,
    WebhookIn,
    WebhookMade,
    WebhookOut,
    WebhookPatch,
)

Key = Annotated[str, Path(min_length=1, max_length=64)]
Position = Annotated[int, Path(ge=1, le=2**63 - 1)]
State = Annotated[Literal["waiting", "delivered", "failed"] | None, Query()]


def routes(ctx: Context) -> APIRouter:
    """Routes of webhooks."""
    router = APIRouter(prefix="/reviews/{review_id}/webhooks")
    _add_commands(router, ctx)
    _add_changes(router, ctx)
    _add_secrets(router, ctx)
    _add_log(router, ctx)
    return router


def _add_commands(router: APIRouter, ctx: Context) -> None:
    @router.get("")
    async def webhooks(review_id: Name, principal: PrincipalDep) -> Page[WebhookOut]:
        """The review's webhooks, without their secrets."""
        principal.require(review_id, "owner")
        return Page(items=await ctx.db.read(lambda tx: _all(tx, review_id)))

    @router.post("", status_code=201)
    async def make(
        review_id: Name, wish: WebhookIn, principal: PrincipalDep, request: Request,
        response: Response,
    ) -> WebhookMade:  # fmt: skip
        """Send every wanted event from now on to an address; the secret is shown this once."""
        principal.require(review_id, "owner")
        body, person = wish.model_dump(), principal.person_id

        async def write(tx: Tx) -> tuple[str, str]:
            await known_review(tx, review_id)
            return await use.make(tx, review_id, body, person, _allowed(ctx))

        webhook_id, secret = await ctx.db.write(write)
        created(request, response, webhook_id)
        return WebhookMade(id=webhook_id, secret=secret)


def _add_changes(router: APIRouter, ctx: Context) -> None:
    @router.patch("/{webhook_id}")
    async def amend(
        review_id: Name, webhook_id: Key, wish: WebhookPatch, principal: PrincipalDep
    ) -> Page[WebhookOut]:
        """Change a webhook, or switch it off or on; switched on it goes on where it was."""
        principal.require(review_id, "owner")
        changes = {k: v for k, v in wish.model_dump(exclude_unset=True).items() if v is not None}
        if "url" in changes:
            use.check_url(changes["url"], _allowed(ctx))
        await ctx.db.write(lambda tx: use.amend(tx, review_id, webhook_id, changes))
        return Page(items=await ctx.db.read(lambda tx: _all(tx, review_id)))

    @router.delete("/{webhook_id}", status_code=204)
    async def remove(review_id: Name, webhook_id: Key, principal: PrincipalDep) -> Response:
        """Delete a webhook and its log."""
        principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: use.remove(tx, review_id, webhook_id))
        return Response(status_code=204)


def _add_secrets(router: APIRouter, ctx: Context) -> None:
    @router.post("/{webhook_id}/secret")
    async def rotate(review_id: Name, webhook_id: Key, principal: PrincipalDep) -> WebhookMade:
        """A new secret; for a day the one before signs as well, so that receivers can change."""
        principal.require(review_id, "owner")
        secret = await ctx.db.write(lambda tx: use.rotate(tx, review_id, webhook_id))
        return WebhookMade(id=webhook_id, secret=secret)


def _add_log(router: APIRouter, ctx: Context) -> None:
    @router.get("/{webhook_id}/deliveries")
    async def log(
        review_id: Name, webhook_id: Key, principal: PrincipalDep, state: State = None,
        limit: LimitQuery = 100, cursor: CursorQuery = None,
    ) -> Page[DeliveryOut]:  # fmt: skip
        """What was sent to a webhook and what it answered, newest first."""
        principal.require(review_id, "owner")
        before = decode_cursor(cursor, int)

        async def read(tx: Tx) -> list[DeliveryOut]:
            await use.known(tx, review_id, webhook_id)
            rows = await store.log(
                tx, review_id, webhook_id, state=state, limit=limit + 1,
                before=before[0] if before else None,
            )  # fmt: skip
            return [_delivery(row) for row in rows]

        return page_of(await ctx.db.read(read), limit, lambda item: (item.position,))

    @router.post("/{webhook_id}/deliveries/{position}/resend", status_code=202)
    async def resend(
        review_id: Name, webhook_id: Key, position: Position, principal: PrincipalDep
    ) -> dict[str, bool]:
        """Send one event again."""
        principal.require(review_id, "owner")
        await ctx.db.write(lambda tx: use.resend(tx, review_id, webhook_id, position))
        return {"queued": True}


def _allowed(ctx: Context) -> use.Allowed:
    """Where this installation may send to."""
    return use.Allowed(network=ctx.settings.network, private=ctx.settings.webhook_private)


async def _all(tx: Tx, review_id: str) -> list[WebhookOut]:
    waiting = await store.waiting(tx, review_id)
    return [
        WebhookOut(
            id=row["webhook_id"],
            url=row["url"],
            label=row["label"],
            types=row["types"],
            enabled=row["enabled"],
            reason=row["reason"],
            waiting=waiting.get(row["webhook_id"], 0),
            position=row["position"],
            created_at=row["created_at"],
        )
        for row in await store.webhooks_of(tx, review_id)
    ]


def _delivery(row: RowMapping) -> DeliveryOut:
    return DeliveryOut(
        position=row["position"],
        id=f"msg_{row['event_id']}",
        type=row["type"],
        state=row["state"],
        attempts=row["attempts"],
        status=row["status"],
        said=row["said"],
        tried_at=row["tried_at"],
        next_at=row["not_before"] if row["state"] == "waiting" else None,
    )
