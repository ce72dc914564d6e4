"""One's own decisions at a stage: to look at again, and to change."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.pages import record_view
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import key
from workbench.web.session import pages_router

VERDICTS = (("include", "include"), ("maybe", "maybe"), ("exclude", "exclude"))
AT_ONCE = 50


def routes(ctx: Context) -> APIRouter:
    """The list and the form of each line."""
    router = pages_router()

    @router.get("/reviews/{review_id}/decided", response_class=HTMLResponse)
    async def decided(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        stage: str = "",
        cursor: str | None = None,
    ) -> HTMLResponse:
        """What one decided, and what the team may see besides."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, stage, cursor)

    @router.post("/reviews/{review_id}/decided")
    async def change(
        review_id: str, request: Request, principal: PrincipalDep, stage: str = ""
    ) -> Response:
        """Change one's decision on a record, or take it back."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        name = _named(at, stage)
        path = f"/stages/{key(name)}/decisions/{key(form['record'])}"
        if form["verdict"] == "undo":
            answer = await at.ask("DELETE", "screening", path)
        else:
            body: dict[str, Any] = {"verdict": form["verdict"], "note": form["note"]}
            if form["verdict"] == "exclude" and form["reason"]:
                body["reason"] = form["reason"]
            answer = await at.ask("PUT", "screening", path, json=body)
        if answer.problem:
            return await _shown(at, name, None, refused(form["record"], answer, form))
        return at.to(f"/decided?stage={key(name)}")

    return router


def _named(at: ReviewAt, wanted: str) -> str:
    names = [str(one["name"]) for one in at.review.stages]
    if not names or (wanted and wanted not in names):
        raise NotFound("The review has no such screening stage; choose one from the queue.")
    return wanted or names[0]


async def _shown(
    at: ReviewAt, wanted: str, cursor: str | None, tried: Tried = NOTHING
) -> HTMLResponse:
    stage = _named(at, wanted)
    params = {"limit": AT_ONCE, "own": True, **({"cursor": cursor} if cursor else {})}
    path = f"/stages/{key(stage)}"
    found = await at.ask("GET", "screening", f"{path}/decisions", params=params)
    criteria = await at.ask("GET", "screening", f"{path}/criteria")
    return await at.page(
        "screen/decided.html",
        tried,
        stage=stage,
        items=found.items(),
        trouble=found.problem,
        more=(found.body or {}).get("next"),
        reasons=record_view.reasons(criteria.body),
        VERDICTS=VERDICTS,
        R=record_view,
    )
