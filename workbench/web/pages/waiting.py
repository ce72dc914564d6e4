"""What waits for the reader, by name: the numbers beside pages in the bars."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.review.prisma import Flow
from workbench.feed.handlers import views
from workbench.web.navigation import AREAS
from workbench.web.pages.review_at import ReviewAt, open_at
from workbench.web.services import key
from workbench.web.session import pages_router

PATIENCE = 5.0
"""Seconds after which a number that is not there yet is left out."""


def routes(ctx: Context) -> APIRouter:
    """The numbers, for the script of the bars."""
    router = pages_router()

    @router.get("/reviews/{review_id}/waiting")
    async def waiting(review_id: str, request: Request, principal: PrincipalDep) -> dict[str, int]:
        """How many things wait for the reader, by the names in `navigation`."""
        at = await open_at(ctx, request, principal, review_id)
        return await counted(at)

    return router


async def counted(at: ReviewAt) -> dict[str, int]:
    """Every number that can be told in time; what a service does not tell is left out."""
    names = list(COUNTERS)
    found = await asyncio.gather(*(_told(at, COUNTERS[name]) for name in names))
    return {name: number for name, number in zip(names, found, strict=True) if number}


async def _told(at: ReviewAt, counter: Callable[[ReviewAt], Awaitable[int]]) -> int:
    try:
        async with asyncio.timeout(PATIENCE):
            return await counter(at)
    except TimeoutError:
        return 0


async def _flow(at: ReviewAt) -> Flow:
    return await at.ctx.db.read(lambda tx: views.flow(tx, at.review.id))


async def own_queues(at: ReviewAt) -> dict[str, Mapping[str, int]]:
    """Stage → what waits for the reader there, and what they decided today."""
    if not at.may("reviewer", "resolver"):
        return {}
    names = [str(stage["name"]) for stage in at.review.stages]
    told = await asyncio.gather(
        *(at.ask("GET", "screening", f"/stages/{key(name)}/queue/count") for name in names)
    )
    return {name: one.body for name, one in zip(names, told, strict=True) if one.ok}


async def _queue(at: ReviewAt) -> int:
    return sum(one["waiting"] for one in (await own_queues(at)).values())


async def _conflicts(at: ReviewAt) -> int:
    if not at.may("resolver"):
        return 0
    return sum(stage.conflict for stage in (await _flow(at)).stages)


async def _steps(at: ReviewAt) -> int:
    if not at.may("resolver", "reviewer"):
        return 0
    answer = await at.ask("GET", "search", "/steps", params={"state": "proposed"})
    return len(answer.items())


async def _to_check(at: ReviewAt) -> int:
    if not at.may("reviewer"):
        return 0
    answer = await at.ask("GET", "synthesis", "/to-check", params={"limit": 1})
    return int(answer.body["rechecks"]) + int(answer.body["waiting"]) if answer.ok else 0


async def _proposals(at: ReviewAt) -> int:
    if not at.may("resolver", "reviewer"):
        return 0
    answer = await at.ask("GET", "search", "/library")
    return int(answer.body["proposals"]) if answer.ok else 0


async def _reconsider(at: ReviewAt) -> int:
    if not at.may("resolver"):
        return 0
    paths = [f"/stages/{key(stage['name'])}/reconsider" for stage in at.review.stages]
    told = await asyncio.gather(
        *(at.ask("GET", "screening", path, params={"limit": 200}) for path in paths)
    )
    return sum(len(one.items()) for one in told)


async def _to_get(at: ReviewAt) -> int:
    if not at.may("coder", "reviewer"):
        return 0
    params = {"state": "sought", "limit": 1000}
    answer = await at.ask("GET", "extraction", "/retrievals", params=params)
    return sum(bool(one["included"]) for one in answer.items())


async def _uploads(at: ReviewAt) -> int:
    if not at.may("coder"):
        return 0
    answer = await at.ask("GET", "extraction", "/uploads", params={"limit": 1000})
    return sum(one["state"] != "confirmed" for one in answer.items())


COUNTERS: dict[str, Callable[[ReviewAt], Awaitable[int]]] = {
    "queue": _queue,
    "conflicts": _conflicts,
    "steps": _steps,
    "to_check": _to_check,
    "proposals": _proposals,
    "reconsider": _reconsider,
    "to_get": _to_get,
    "uploads": _uploads,
}
"""Name → how it is counted; a page names it in `navigation`."""

WORDS = {
    "queue": ("record to screen", "records to screen"),
    "conflicts": ("conflict to resolve", "conflicts to resolve"),
    "proposals": ("possible duplicate", "possible duplicates"),
    "steps": ("search to approve", "searches to approve"),
    "reconsider": ("exclusion to reconsider", "exclusions to reconsider"),
    "to_get": ("report to get", "reports to get"),
    "uploads": ("full text to confirm", "full texts to confirm"),
    "to_check": ("configuration to check", "configurations to check"),
}
"""What waits, in words: one, and many."""


async def things(at: ReviewAt) -> list[tuple[str, str]]:
    """What waits for the reader: the path of its page, and how many of what."""
    found = await counted(at)
    paths = {page.counts: page.path for area in AREAS for page in area.pages if page.counts}
    return [
        (paths[name], words)
        for name, words in zip((n for n in found if n in WORDS), waiting_words(found), strict=True)
    ]


def waiting_words(found: Mapping[str, int]) -> list[str]:
    """Numbers of things that wait, as people say them."""
    return [
        f"{number:,} {WORDS[name][number > 1]}" for name, number in found.items() if name in WORDS
    ]
