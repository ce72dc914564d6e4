"""Searches: each with its schedule and its runs, and what each run said of itself."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain.keys import key_of
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router
from workbench.web.site import moment

SCHEDULES = (
    ("", "only when a person runs it"),
    ("weekly", "once a week"),
    ("0 6 * * *", "every day at six"),
    ("0 6 * * 1", "every Monday at six"),
    ("0 6 1 * *", "on the first of each month at six"),
)
PATIENCE = 2.0
MOST = 20
"""Searches that a review's home tells of."""
MOST_LISTED = 50
"""Searches of the list whose newest run is looked up."""
STATES = (("active", "active"), ("paused", "paused"), ("retired", "retired"))
RUN_STATES = {
    "waiting": "waits for its turn", "running": "is carried out", "succeeded": "ended well",
    "failed": "failed", "partial": "ended in part",
}  # fmt: skip


RUN_HERE = ("pubmed", "europe_pmc", "openalex")
"""Databases that are searched from here; of others the strategy is kept."""
PLATFORMS = {
    "MEDLINE": "Ovid",
    "Embase": "Ovid",
    "PsycINFO": "Ovid",
    "CINAHL": "EBSCO",
    "Web of Science Core Collection": "Web of Science",
    "CENTRAL": "Cochrane Library",
    "Scopus": "Scopus",
}
"""Databases whose strategy is kept, and where they are mostly searched."""
DATABASES = (
    *((name, f"{name}: searched from here") for name in ("PubMed", "Europe PMC", "OpenAlex")),
    *((name, f"{name}, through {where}: its lines are kept") for name, where in PLATFORMS.items()),
)
OPEN = ("waiting", "running")


def routes(ctx: Context) -> APIRouter:
    """The list, one search, and their forms."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_writing(router, ctx)
    return router


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/searches", response_class=HTMLResponse)
    async def searches(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """All searches, with when each runs next."""
        at = await open_at(ctx, request, principal, review_id)
        return await _listed(at)

    @router.get("/reviews/{review_id}/searches/{search_id}", response_class=HTMLResponse)
    async def one(
        review_id: str, search_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """One search and its runs."""
        at = await open_at(ctx, request, principal, review_id)
        return await _one(at, search_id)


async def _listed(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "search", "/searches")
    listed = found.items()[:MOST_LISTED]
    runs = await asyncio.gather(*(_last_run(at, one["search_id"]) for one in listed))
    return await at.page(
        "find/searches.html",
        tried,
        searches=found.items(),
        newest={
            one["search_id"]: run for one, run in zip(listed, runs, strict=True) if run is not None
        },
        RUN_STATES=RUN_STATES,
        trouble=found.problem,
        SCHEDULES=SCHEDULES,
        DATABASES=DATABASES,
        schedule=schedule_words,
    )


async def _one(at: ReviewAt, search_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    path = f"/searches/{key(search_id)}"
    found = await at.ask("GET", "search", path)
    runs = await at.ask("GET", "search", f"{path}/runs", params={"limit": 30})
    runs_here = bool(found.body) and source_of(found.body["database"]) in RUN_HERE
    ahead = await at.ask("GET", "search", f"{path}/forecast") if runs_here else None
    return await at.page(
        "find/search.html",
        tried,
        one=found.body,
        trouble=found.problem,
        runs=[{**run, "told": told(run["report"])} for run in runs.items()],
        runs_here=runs_here,
        ahead=ahead.body if ahead else None,
        going_on=any(run["state"] in OPEN for run in runs.items()),
        SCHEDULES=SCHEDULES,
        STATES=STATES,
        RUN_STATES=RUN_STATES,
        schedule=schedule_words,
    )


def source_of(database: str) -> str:
    """A database as its name is written in small letters, without blanks."""
    return "_".join(database.casefold().split())


def schedule_words(schedule: str) -> str:
    """A schedule as people say it; one of their own as they wrote it."""
    return dict(SCHEDULES).get(schedule, f"as “{schedule}” says")


def told(report: Mapping[str, Any]) -> list[str]:
    """The sentences of a run's report: what failed, the newest first, and what to know."""
    said = [str(one["sentence"]) for one in report.get("remarks") or () if one.get("sentence")]
    troubles = [str(one["why"]) for one in report.get("troubles") or ()][::-1]
    summary = [report["summary"]] if isinstance(report.get("summary"), str) else []
    return list(dict.fromkeys((*troubles, *summary, *said)))


def _add_writing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/searches")
    async def define(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Write a new search."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        known = await at.ask("GET", "search", "/searches")
        name = key_of(form["name"], {one["search_id"] for one in known.items()})
        if not name:
            none = Answer(422, None, "Give the search a name of letters or digits.")
            return await _listed(at, refused("search", none, form, "name"))
        answer = await _put(at, name, form)
        if answer.problem:
            return await _listed(at, refused("search", answer, form, "query"))
        return at.to(f"/searches/{key(name)}")

    @router.post("/reviews/{review_id}/searches/{search_id}")
    async def change(
        review_id: str, search_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Change a search, or run it now."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if form["deed"] == "run":
            answer = await _run(at, search_id, form)
        else:
            answer = await _put(at, search_id, form)
        if answer.problem:
            return await _one(at, search_id, refused(form["deed"] or "search", answer, form))
        return at.to(f"/searches/{key(search_id)}")


async def _run(at: ReviewAt, search_id: str, form: Sent) -> Answer:
    """Run a search now, at PubMed or at the optional source that its database names."""
    path = f"/searches/{key(search_id)}"
    if source_of(form["database"]) == "pubmed":
        full = {"full": form["full"] == "yes"}
        return await at.ask("POST", "search", f"{path}/runs", json=full)
    return await at.ask("POST", "search", f"{path}/connector-runs")


async def _put(at: ReviewAt, search_id: str, form: Sent) -> Answer:
    """Keep what the form says; a strategy of concepts keeps its concepts."""
    body: dict[str, Any] = {
        "name": form["name"],
        "query": form["query"],
        "schedule": form["own_schedule"] or form["schedule"],
        "state": form["state"] or "active",
    }
    database = form["own_database"] or form["database"]
    if source_of(database) not in ("", "pubmed"):
        body |= {"database": database, "platform": PLATFORMS.get(database, "")}
        body |= {"query": "", "lines": form.lines("query")}
    return await at.ask("PUT", "search", f"/searches/{key(search_id)}", json=body)


async def living_clock(at: ReviewAt) -> list[dict[str, str]]:
    """When each search runs next, and which failed last; what does not answer is left out."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await at.ask("GET", "search", "/searches")
            active = [one for one in found.items() if one["state"] == "active"][:MOST]
            last = await asyncio.gather(*(_last_run(at, one["search_id"]) for one in active))
    except TimeoutError:
        return []
    return [
        {"key": one["search_id"], "name": one["name"] or "A search", "words": words}
        for one, run in zip(active, last, strict=True)
        if (words := _clock_words(one, run))
    ]


async def _last_run(at: ReviewAt, search_id: str) -> Mapping[str, Any] | None:
    runs = await at.ask("GET", "search", f"/searches/{key(search_id)}/runs", params={"limit": 1})
    return next(iter(runs.items()), None)


def _clock_words(search: Mapping[str, Any], run: Mapping[str, Any] | None) -> str:
    """When a search runs next, after how it failed where it did last; "" where neither is so."""
    said = []
    if run and run["state"] in ("failed", "partial"):
        why = next(iter(told(run["report"])), "")
        said.append(f"{RUN_STATES[run['state']]} on {moment(run['asked_at'])}. {why}".strip())
    if search["next_slot"]:
        said.append(f"runs next on {moment(search['next_slot'])}")
    return " and ".join(said)
