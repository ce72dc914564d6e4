"""The library: search and filter its records, see those behind a number, add one by hand."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.review.source_names import source_name
from workbench.feed.handlers import views
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages import record_view
from workbench.web.pages.listing import Asked
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

AT_ONCE = 50
STATES = {"active": "in the library", "removed": "taken back with an import", "absorbed": "merged"}
VERDICTS = {"include": "included", "exclude": "excluded", "maybe": "kept as maybe"}


def routes(ctx: Context) -> APIRouter:
    """The list, and the form for a record by hand."""
    router = pages_router()
    _add_list(router, ctx)
    _add_by_hand(router, ctx)
    return router


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/library", response_class=HTMLResponse)
    async def library(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        q: Asked = "",
        source: Asked = "",
        state: Asked = "active",
        stage: Asked = "",
        verdict: Asked = "",
        reason: Asked = "",
        cursor: str | None = None,
    ) -> HTMLResponse:
        """Records: those that have all the words, or those that a stage settled so."""
        at = await open_at(ctx, request, principal, review_id)
        asked = {
            "q": q, "source": source, "state": state if state in STATES else "active",
            "stage": stage, "verdict": verdict if verdict in VERDICTS else "", "reason": reason,
        }  # fmt: skip
        found = await (_settled(at, asked, cursor) if stage else _records(at, asked, cursor))
        return await _shown(at, asked, found, first=cursor is None)


async def _shown(
    at: ReviewAt, asked: Mapping[str, str], found: Answer, *, first: bool
) -> HTMLResponse:
    """The list; how many records there are is counted where all of them begin."""
    whole = not any(asked[name] for name in ("q", "source", "stage")) and first
    numbers = await at.ask("GET", "search", "/library") if whole else Answer(200, {})
    reasons: dict[str, str] = {}
    if asked["stage"]:
        criteria = await at.ask("GET", "screening", f"/stages/{key(asked['stage'])}/criteria")
        reasons = dict(record_view.reasons(criteria.body))
    following = (found.body or {}).get("next")
    kept = {name: value for name, value in asked.items() if value}
    return await at.page(
        "find/library.html",
        items=found.items(),
        trouble=found.problem,
        asked=asked,
        numbers=numbers.body or {},
        sources=await _sources(at, asked["source"]),
        reasons=reasons,
        more=f"?{urlencode({**kept, 'cursor': following})}" if following else "",
        STATES=STATES,
        VERDICTS=VERDICTS,
        R=record_view,
    )


async def _sources(at: ReviewAt, chosen: str) -> list[str]:
    """The sources of the review's records, by name; with the chosen one, whatever it is."""
    flow = await at.ctx.db.read(lambda tx: views.flow(tx, at.review.id))
    found = {one.source for one in flow.sources} | ({chosen} if chosen else set())
    return sorted(found, key=lambda one: source_name(one).casefold())


async def _records(at: ReviewAt, asked: Mapping[str, str], cursor: str | None) -> Answer:
    params: dict[str, Any] = {"limit": AT_ONCE, "state": asked["state"]}
    params |= {name: asked[name] for name in ("q", "source") if asked[name]}
    return await at.ask("GET", "search", "/records", params=_with(params, cursor))


async def _settled(at: ReviewAt, asked: Mapping[str, str], cursor: str | None) -> Answer:
    params: dict[str, Any] = {"limit": AT_ONCE}
    params |= {name: asked[name] for name in ("verdict", "reason") if asked[name]}
    path = f"/stages/{key(asked['stage'])}/settlements"
    return await at.ask("GET", "screening", path, params=_with(params, cursor))


def _with(params: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    return {**params, **({"cursor": cursor} if cursor else {})}


def _add_by_hand(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/library/new", response_class=HTMLResponse)
    async def blank(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """A form for one record."""
        at = await open_at(ctx, request, principal, review_id)
        return await _form(at)

    @router.post("/reviews/{review_id}/library/new")
    async def add(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Add the record; one that is there already is shown."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if not form["title"]:
            none = Answer(422, None, "A record needs a title.")
            return await _form(at, refused("record", none, form, "title"))
        if form["year"] and whole(form["year"]) is None:
            none = Answer(422, None, "A year is four digits, such as 2024.")
            return await _form(at, refused("record", none, form, "year"))
        names = ("title", "abstract", "journal", "doi", "pmid", "source")
        body: dict[str, Any] = {name: form[name] for name in names if form[name]}
        body |= {"authors": form.lines("authors"), "arm": form["arm"] or "other"}
        if form["year"]:
            body["year"] = whole(form["year"])
        answer = await at.ask("POST", "search", "/records", json=body)
        if answer.problem:
            return await _form(at, refused("record", answer, form))
        return at.to(f"/records/{key(answer.body['record_id'])}")


async def _form(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    return await at.page("find/record_new.html", tried)
