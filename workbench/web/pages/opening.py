"""Opening a review: its question first, then whatever one likes to set up, in any order."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.reviews import store as reviews
from workbench.web.domain.keys import key_of
from workbench.web.domain.stage_templates import SCREENERS, TEMPLATES, stages_of
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.pages.settings.team import ROLES, add_member
from workbench.web.pages.theory_work import state_theory
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

STEPS = (
    ("criteria", "Criteria"),
    ("team", "Team"),
    ("theory", "First theory"),
    ("import", "First import"),
)


def routes(ctx: Context) -> APIRouter:
    """The form that opens a review, and the steps after it."""
    router = pages_router()
    _add_opening(router, ctx)
    _add_steps(router, ctx)
    return router


def _add_opening(router: APIRouter, ctx: Context) -> None:
    @router.get("/new", response_class=HTMLResponse)
    async def blank(_principal: PrincipalDep) -> HTMLResponse:
        """What is asked first."""
        return await _first()

    @router.post("/new")
    async def begin(request: Request, _principal: PrincipalDep) -> Response:
        """Open the review."""
        form = await sent(request)
        if not form["title"]:
            none = Answer(422, None, "Give the review a title; it can be changed at any time.")
            return await _first(refused("review", none, form, "title"))
        taken = {row["review_id"] for row in await ctx.db.read(reviews.all_reviews)}
        body: dict[str, Any] = {
            "id": key_of(form["title"], taken) or key_of(f"review {len(taken) + 1}", taken),
            "title": form["title"],
            "question": form["question"],
            "stages": stages_of(form["template"], form["screeners"]),
        }
        answer = await ask(ctx, request, "POST", "/api/reviews", json=body)
        if answer.problem:
            return await _first(refused("review", answer, form, "title"))
        return RedirectResponse(f"/reviews/{key(body['id'])}/start/criteria", status_code=303)


async def _first(tried: Tried = NOTHING) -> HTMLResponse:
    return await page(
        "opening/new.html",
        status=tried.status,
        tried=tried,
        TEMPLATES=TEMPLATES,
        SCREENERS=SCREENERS,
        STEPS=STEPS,
    )


def _add_steps(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/start/{step}", response_class=HTMLResponse)
    async def step(
        review_id: str, step: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """One step; each can be left out."""
        at = await open_at(ctx, request, principal, review_id)
        return await _step(at, step)

    @router.post("/reviews/{review_id}/start/{step}")
    async def take(
        review_id: str, step: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Keep what was filled in, and go on."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if step == "team":
            answer = await add_member(at, form)
            following = step
        elif step == "criteria":
            answer, following = await _criteria(at, form), "team"
        else:
            answer, following = await state_theory(at, form), "import"
        if answer.problem:
            return await _step(at, step, refused(step, answer, form))
        return at.to(f"/start/{following}")


async def _step(at: ReviewAt, step: str, tried: Tried = NOTHING) -> HTMLResponse:
    if step not in dict(STEPS):
        raise NotFound("There is no such step; open the review from your list of reviews.")
    names = [name for name, _ in STEPS]
    following = names[names.index(step) + 1] if step != names[-1] else ""
    return await at.page(
        f"opening/{step}.html",
        tried,
        step=step,
        STEPS=STEPS,
        ROLES=ROLES,
        skip=at.here(f"/start/{following}") if following else at.here(),
    )


async def _criteria(at: ReviewAt, form: Sent) -> Answer:
    """The same criteria at every stage; each stage can have its own later."""
    listed = [
        {"id": f"{kind}-{n}", "text": text, "kind": kind}
        for kind in ("include", "exclude")
        for n, text in enumerate(form.lines(kind), 1)
    ]
    answer = Answer(200, None)
    for stage in at.review.stages:
        path = f"/stages/{key(stage['name'])}/criteria"
        answer = await at.ask("PUT", "screening", path, json={"criteria": listed})
        if answer.problem:
            return answer
    return answer
