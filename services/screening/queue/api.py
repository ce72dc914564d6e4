"""Routes of the queue: what to read next."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.screening.decisions.schemas.conversions import VOTERS, criteria_out, queue_item
from services.screening.decisions.schemas.models import (
    AssignIn,
    HoldOut,
    QueueCountOut,
    QueueOut,
    TakeIn,
)
from services.screening.queue.handlers import assigning, holding, pages
from services.screening.queue.handlers.holding import QueueWish
from services.screening.queue.handlers.pages import (
    MOST_BESIDE,
    MOST_COUNTED,
    Desk,
    OwnCount,
    QueuePage,
)
from services.screening.queue.schemas import DeskIn, DeskOut, TitleItem
from services.screening.queue.store import QueueFilter
from shared.http.api import CursorQuery, decode_cursor, page_of
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key, Name, Whole
from shared.http.search_query import SearchQuery
from shared.kernel.service import Context

PageLimit = Annotated[int, Query(ge=1, le=200, description="at most so many records")]


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Queue, leases, postponing, assignments."""
    _add_pages(router, ctx)
    _add_count(router, ctx)
    _add_desk(router, ctx)
    _add_leases(router, ctx)
    _add_holds(router, ctx)
    _add_postponing(router, ctx)
    _add_assignments(router, ctx)


def _add_pages(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/queue")
    async def queue(
        review_id: Key,
        stage: Key,
        principal: PrincipalDep,
        limit: PageLimit = 50,
        cursor: CursorQuery = None,
        q: SearchQuery = "",
        state: Annotated[Name, Query(pattern="^(waiting|maybe)$")] = "waiting",
        assigned: bool = False,
        year_from: Whole | None = None,
        year_to: Whole | None = None,
        person: Name | None = None,
    ) -> QueueOut:
        """The person's next records, best first: paged, searched (`q`), filtered."""
        principal.require(review_id, *VOTERS)
        asked = QueueFilter(
            person=principal.sitting_for(person), sitter=principal.person_id, limit=limit,
            after=decode_cursor(cursor, int, int, str), text=q, maybe=state == "maybe",
            assigned=assigned,
            year_from=year_from, year_to=year_to,
        )  # fmt: skip
        page = await ctx.db.read(lambda tx: pages.queue_page(review_id, stage, asked, tx))
        return _queue_out(page, limit)


def _add_count(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/stages/{stage}/queue/count")
    async def count(
        review_id: Key, stage: Key, principal: PrincipalDep, person: Name | None = None
    ) -> QueueCountOut:
        """How many records wait for the person, counted up to 10,000, and were decided today."""
        principal.require(review_id, *VOTERS)
        asked = QueueFilter(
            person=principal.sitting_for(person), sitter=principal.person_id, limit=MOST_COUNTED + 1
        )
        own = await ctx.db.read(
            lambda tx: pages.count_own(review_id, stage, asked, _midnight(ctx), tx)
        )
        return _count_out(own, MOST_COUNTED)


def _add_desk(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/desk")
    async def desk(review_id: Key, stage: Key, wish: DeskIn, principal: PrincipalDep) -> DeskOut:
        """What a reader sits before, in one answer: a record to read, and all that stands around.

        `hold` holds it for ten minutes, as taking it does.
        """
        principal.require(review_id, *VOTERS)
        person = principal.sitting_for(wish.person)
        taken = None
        if wish.hold:
            wanted = QueueWish(
                person=person, record=wish.record, leave=wish.leave, text=wish.q,
                ahead=wish.limit if wish.ahead else 0,
            )  # fmt: skip
            taken = await ctx.db.write(lambda tx: holding.take_next(review_id, stage, wanted, tx))
        asked = QueueFilter(
            person=person, sitter=principal.person_id, limit=wish.limit, text=wish.q
        )
        found = await ctx.db.read(
            lambda tx: pages.desk(
                review_id, stage, asked, _midnight(ctx), tx,
                record=wish.record, held=taken is not None,
            )
        )  # fmt: skip
        return _desk_out(found, taken, wish.limit)


def _add_leases(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/queue/take")
    async def take(review_id: Key, stage: Key, wish: TakeIn, principal: PrincipalDep) -> QueueOut:
        """Hold the next records for ten minutes, so that nobody else is offered them."""
        principal.require(review_id, *VOTERS)
        wanted = QueueWish(
            person=principal.sitting_for(wish.person), count=wish.count, record=wish.record,
            leave=wish.leave, text=wish.q,
        )  # fmt: skip
        page = await ctx.db.write(lambda tx: holding.take_next(review_id, stage, wanted, tx))
        return _queue_out(page, wish.count)


def _add_holds(router: APIRouter, ctx: Context) -> None:
    @router.put("/reviews/{review_id}/stages/{stage}/queue/{record}/hold")
    async def hold(
        review_id: Key,
        stage: Key,
        record: Key,
        principal: PrincipalDep,
        person: Name | None = None,
    ) -> HoldOut:
        """Hold this record for ten minutes from now, unless it is with others."""
        principal.require(review_id, *VOTERS)
        reader = principal.sitting_for(person)
        counts_as, held = await ctx.db.write(
            lambda tx: holding.hold(review_id, stage, record, reader, tx)
        )
        return HoldOut(record=counts_as, held=held)

    @router.delete("/reviews/{review_id}/stages/{stage}/queue/{record}/hold", status_code=204)
    async def end_hold(
        review_id: Key,
        stage: Key,
        record: Key,
        principal: PrincipalDep,
        person: Name | None = None,
    ) -> Response:
        """Hold this record no more, so that others are offered it at once."""
        principal.require(review_id, *VOTERS)
        reader = principal.sitting_for(person)
        await ctx.db.write(lambda tx: holding.end_hold(review_id, stage, record, reader, tx))
        return Response(status_code=204)


def _add_postponing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/queue/{record}/later", status_code=204)
    async def later(review_id: Key, stage: Key, record: Key, principal: PrincipalDep) -> Response:
        """Come back to this record after all others."""
        principal.require(review_id, *VOTERS)
        person = principal.person_id
        await ctx.db.write(lambda tx: assigning.postpone(review_id, stage, record, person, tx))
        return Response(status_code=204)


def _add_assignments(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/stages/{stage}/assignments")
    async def assign(
        review_id: Key, stage: Key, wish: AssignIn, principal: PrincipalDep
    ) -> dict[str, Any]:
        """Give a person a batch: these records, or the next that nobody was given."""
        principal.require(review_id, "resolver")
        given = await ctx.db.write(
            lambda tx: assigning.assign(review_id, stage, wish.person, wish.records, wish.count, tx)
        )
        return {"person": wish.person, "records": given}


def _queue_out(page: QueuePage, limit: int) -> QueueOut:
    shown = page_of(page.rows, limit, lambda row: (row.later, row.place, row.record_id))
    return QueueOut(
        items=[queue_item(row) for row in shown.items],
        next=shown.next,
        criteria_version=page.criteria_version,
        stopped=page.stopped,
        held_by_others=page.held_by_others,
    )


def _midnight(ctx: Context) -> datetime:
    return ctx.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _count_out(own: OwnCount, most: int) -> QueueCountOut:
    return QueueCountOut(waiting=min(own.waiting, most), more=own.waiting > most, today=own.today)


def _desk_out(found: Desk, taken: QueuePage | None, limit: int) -> DeskOut:
    rows = [found.current] if found.current is not None else []
    if taken is not None:
        rows = list(taken.rows)
    return DeskOut(
        current=queue_item(rows[0]) if rows else None,
        ahead=queue_item(taken.ahead) if taken is not None and taken.ahead is not None else None,
        held_by_others=taken.held_by_others if taken is not None else False,
        items=[
            TitleItem(
                record=row.record_id, title=row.title, label=row.label, year=row.year,
                score=row.score,
            )
            for row in found.queue.rows[:limit]
        ],
        criteria=criteria_out(found.criteria),
        terms=[term for one in found.highlights for term in one.terms],
        own=_count_out(found.own, MOST_BESIDE),
        stopped=found.queue.stopped,
    )  # fmt: skip
