"""The event feed: live by server-sent events, and page by page."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from shared.http.api import LimitQuery
from shared.http.auth import Authenticator, Principal, PrincipalDep
from shared.http.bounds import Key, Listed, Name
from shared.http.problems import Invalid, Unauthenticated, Unavailable
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.feed import store as store
from workbench.feed.handlers.views import shown_entries
from workbench.reviews.handlers.reviews import ANY_ROLE, known_review, member
from workbench.reviews.schemas.models import ActivityOut

BATCH = 200
RETRY_MS = 3000
PING_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 1.0
AfterQuery = Annotated[
    int | None, Query(ge=0, le=2**63 - 1, description="position after which to begin")
]
PING = format_sse_event(comment="ping")


class EventStream(StreamingResponse):
    """Server-sent events that are encoded already, so that all readers of a feed share the bytes.

    FastAPI's own response encodes each event for each reader and passes it through two streams,
    which at 200 readers took more than half of the processor time of an event.
    """

    media_type = "text/event-stream"

    def __init__(self, content: AsyncIterator[bytes], status_code: int = 200) -> None:
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(content, status_code, headers)


def routes(ctx: Context) -> APIRouter:
    """Routes of the feed."""
    router = APIRouter()
    _add_activity(router, ctx)
    _add_stream(router, ctx)
    return router


def _add_activity(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/activity")
    async def activity(
        review_id: Key,
        principal: PrincipalDep,
        after: AfterQuery = None,
        limit: LimitQuery = 100,
        types: Annotated[Listed[Name] | None, Query(alias="type")] = None,
        ids: Annotated[list[Name] | None, Query(alias="id", max_length=200)] = None,
    ) -> dict[str, Any]:
        """Feed entries after a position, in order; `next` is the position to go on from.

        With `id` only the entries of these events.
        """
        member(principal, review_id)
        items = await ctx.db.read(
            lambda tx: _page(tx, review_id, after or 0, limit, types=types or (), ids=ids or ())
        )
        return {"items": items, "next": str(items[-1].position) if len(items) == limit else None}


def _add_stream(router: APIRouter, ctx: Context) -> None:
    async def start(
        review_id: Key,
        principal: PrincipalDep,
        after: AfterQuery = None,
        last_event_id: Annotated[Name | None, Header()] = None,
    ) -> int:
        """Whether the reader may listen, and from where: said before the stream begins."""
        member(principal, review_id)
        await ctx.db.read(lambda tx: known_review(tx, review_id))
        return _start(last_event_id, after)

    @router.get("/reviews/{review_id}/feed", response_class=EventStream)
    async def feed(
        review_id: Key, request: Request, start: Annotated[int, Depends(start)]
    ) -> EventStream:
        """Every event of the review as it happens; resumes after `Last-Event-ID` or `after`.

        The position is the id of each message; a comment every 15 seconds keeps the line open.
        It ends when the reader leaves the review, or their token is revoked or runs out.
        """
        listener = Listener(request, review_id)
        return EventStream(stream(ctx, review_id, start, listener.may_listen))


def _start(last_event_id: str | None, after: int | None) -> int:
    if last_event_id is None:
        return after or 0
    if not (last_event_id.isdecimal() and len(last_event_id) <= 18):
        raise Invalid("Last-Event-ID is a feed position, a whole number.", field="Last-Event-ID")
    return int(last_event_id)


class Listener:
    """Who listens to a feed, looked at again while they do."""

    def __init__(self, request: Request, review_id: str) -> None:
        self._authenticator: Authenticator = request.app.state.authenticator
        self._principal: Principal = request.state.principal
        self._review_id = review_id
        self._looked = time.monotonic()

    async def may_listen(self) -> bool:
        """Whether they are still a member, by a token that holds; looked up once a second."""
        if time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return True
        self._looked = time.monotonic()
        person = self._principal
        if person.until and not person.grant and time.time() > person.until:
            return False
        try:
            now = await self._authenticator.with_roles(person, self._review_id)
        except (Unauthenticated, Unavailable):
            return False
        return now.has(self._review_id, *ANY_ROLE)


async def stream(
    ctx: Context, review_id: str, after: int, may_listen: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    """Server-sent events from a position on, for as long as the reader may listen.

    A position that the feed has not reached, as after a backup was restored, is answered by
    `resync`: the reader must load anew what it knows, and is sent what follows the feed's end.
    """
    yield format_sse_event(comment="feed", retry=RETRY_MS)
    head = await ctx.db.read(lambda tx: store.head(tx, review_id))
    if after > head:
        told = json.dumps({"position": head})
        yield format_sse_event(data_str=told, event="resync", id=str(head))
        after = head
    with ctx.resources.pulse.listening(review_id) as beat:
        while True:
            entries = await beat.page(after, partial(_encoded, ctx, review_id))
            if not await may_listen():
                return
            for position, encoded in entries:
                yield encoded
                after = position
            if len(entries) < BATCH and not await beat.wait(after, PING_SECONDS):
                yield PING


async def _encoded(ctx: Context, review_id: str, after: int) -> list[tuple[int, bytes]]:
    """(position, encoded event) of what follows a position."""
    read = partial(_page, review_id=review_id, after=after, limit=BATCH)
    return [(entry.position, encoded_entry(entry)) for entry in await ctx.db.read(read)]


async def _page(
    tx: Tx,
    review_id: str,
    after: int,
    limit: int,
    *,
    types: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> list[ActivityOut]:
    rows = await store.entries(tx, review_id, after, limit, types=types, ids=ids)
    return await shown_entries(tx, review_id, rows)


def encoded_entry(entry: ActivityOut) -> bytes:
    """A feed entry as a server-sent event."""
    shown = json.dumps(entry.model_dump(mode="json"), ensure_ascii=False)
    return format_sse_event(data_str=shown, event="retroduct", id=str(entry.position))
