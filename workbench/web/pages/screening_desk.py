"""Where a person sits to screen: review, stage, on whose behalf, and what stands around it."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request

from shared.http.auth import Principal
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.prisma import Flow, StageFlow
from workbench.feed import store as feed_store
from workbench.feed.handlers import views
from workbench.projections.store import projections
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.services import Answer, ask

QUEUE = 40
UNTOLD: dict[str, Any] = {"state": "", "recall_at_least": None, "curve": ()}
PATIENCE = 0.3
"""Seconds that a page waits for what it can do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPage:
    """Where a person sits: review, stage, and on whose behalf (where they may)."""

    review: ReviewOut
    flow: Flow
    stage: StageFlow
    person: str | None
    theories: list[Any]
    may_stand_in: bool
    last: int
    """The feed's last position before anything was looked up."""

    @property
    def api(self) -> str:
        """The stage's address in screening."""
        review, stage = quote(self.review.id, safe=""), quote(self.stage.stage, safe="")
        return f"/api/screening/reviews/{review}/stages/{stage}"

    def hold(self, record: str) -> str:
        """The address of a record's hold in screening."""
        return f"{self.api}/queue/{quote(record, safe='')}/hold"

    @property
    def page(self) -> str:
        """This screening_page's own address."""
        asked = {"stage": self.stage.stage, **({"person": self.person} if self.person else {})}
        return f"/reviews/{quote(self.review.id, safe='')}/screening?{urlencode(asked)}"

    @property
    def whose(self) -> dict[str, str]:
        """The person to name to screening, where it is somebody else."""
        return {"person": self.person} if self.person else {}


async def screening_page(
    ctx: Context, principal: Principal, review_id: str, stage: str | None, person: str | None
) -> ScreeningPage:
    """The screening_page of a reader; without a stage the first one where something waits."""
    member(principal, review_id)

    async def query(tx: Tx) -> tuple[int, ReviewOut, Flow, list[Any]]:
        last = await feed_store.head(tx, review_id)
        theories = list(await projections.theory_states(tx, review_id))
        return last, await shown(tx, review_id), await views.flow(tx, review_id), theories

    last, review, flow, theories = await ctx.db.read(query)
    found = _stage(flow, stage)
    at_last = [s for s in flow.stages if s.main][-1:] == [found] and found.source is not None
    return ScreeningPage(
        review=review,
        flow=flow,
        stage=found,
        person=person or None,
        theories=theories if at_last else [],
        may_stand_in=principal.everywhere,
        last=last,
    )


def _stage(flow: Flow, wanted: str | None) -> StageFlow:
    if wanted is not None:
        named = [s for s in flow.stages if s.stage == wanted]
        if not named:
            raise NotFound(f"The review has no stage '{wanted}'.")
        return named[0]
    waiting = sorted((s for s in flow.stages if s.open), key=lambda s: not s.main)
    if not flow.stages:
        raise NotFound("The review has no screening stage; an owner adds one first.")
    return (waiting or list(flow.stages))[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The record that a person asks for, and the one that they turn from."""

    record: str | None = None
    leave: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a record: what screening said of it all, and the stopping rule."""

    told: Answer
    stopping: dict[str, Any]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The next records by their titles, with the one to read wherever it stands."""
        items, current = self.told.items(), self.current
        if current is None or any(one["record"] == current["record"] for one in items):
            return items
        return [current, *items]

    @property
    def current(self) -> dict[str, Any] | None:
        """The record to read."""
        found: dict[str, Any] | None = self._said("current", None)
        return found

    @property
    def ahead(self) -> dict[str, Any] | None:
        """The record after it, held for the reader too; None towards the end of a queue."""
        found: dict[str, Any] | None = self._said("ahead", None)
        return found

    @property
    def held_by_others(self) -> bool:
        """Whether the record that was asked for is with somebody else."""
        return bool(self._said("held_by_others", False))

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The stage's criteria."""
        return list(self._said("criteria", ()))

    @property
    def terms(self) -> list[str]:
        """Words to be marked."""
        return list(self._said("terms", ()))

    @property
    def own(self) -> dict[str, Any] | None:
        """The reader's own day."""
        found: dict[str, Any] | None = self._said("own", None)
        return found

    def _said(self, name: str, otherwise: Any) -> Any:
        return self.told.body[name] if self.told.ok else otherwise


async def looked_up(
    ctx: Context,
    request: Request,
    at: ScreeningPage,
    q: str,
    wanted: Wanted,
    *,
    hold: bool,
    rule: bool = True,
) -> Around:
    """All that stands around a record, asked side by side; `hold` it, or the next one.

    Without `rule` the stopping rule is not asked: the page keeps what it shows of it.
    """
    named = {"record": wanted.record, "leave": wanted.leave} if hold else {"record": wanted.record}
    named = {name: value for name, value in named.items() if value}
    wish = {"hold": hold, "ahead": hold, "limit": QUEUE, "q": q, **named}
    told, stopping = await asyncio.gather(
        ask(ctx, request, "POST", f"{at.api}/desk", json={**wish, **at.whose}),
        _stopping(ctx, request, at) if rule else _untold(),
    )
    return Around(told=told, stopping=stopping)


async def _untold() -> dict[str, Any]:
    return UNTOLD


async def _stopping(ctx: Context, request: Request, at: ScreeningPage) -> dict[str, Any]:
    """The stopping rule's word, left out where it is not at hand: nobody waits for it."""
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await ask(ctx, request, "GET", f"{at.api}/stopping")
    except TimeoutError:
        return UNTOLD
    return UNTOLD | (answer.body if answer.ok else {})
