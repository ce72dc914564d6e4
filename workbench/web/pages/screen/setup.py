"""How a stage is screened: criteria, highlights, policy, ranking, stopping, agreement."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.domain.stage_templates import SCREENERS
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.pages.screen.setup_forms import FORMS
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

BLANK_ROWS = 3
PATIENCE = 2.0
"""Seconds that the page waits for a part of it."""


def routes(ctx: Context) -> APIRouter:
    """The page of a stage's setup and its forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/setup", response_class=HTMLResponse)
    async def setup(
        review_id: str, request: Request, principal: PrincipalDep, stage: str = ""
    ) -> HTMLResponse:
        """The setup of a stage; without one of the first."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, stage)

    @router.post("/reviews/{review_id}/setup")
    async def change(
        review_id: str, request: Request, principal: PrincipalDep, stage: str = ""
    ) -> Response:
        """Change one part of it."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        work = FORMS.get(form["deed"])
        found = _stage(at, stage)
        if work is None:
            raise NotFound("This form is not known here; reload the page and send it again.")
        answer = await work(at, found, form)
        if answer.problem:
            return await _shown(at, stage, refused(form["deed"], answer, form))
        return at.to(f"/setup?stage={key(found['name'])}#{form['deed']}")

    return router


def _stage(at: ReviewAt, wanted: str) -> Mapping[str, Any]:
    named = [one for one in at.review.stages if wanted in ("", one["name"])]
    if not named:
        raise NotFound("The review has no such screening stage; choose one from the page of setup.")
    return named[0]


async def _shown(at: ReviewAt, wanted: str, tried: Tried = NOTHING) -> HTMLResponse:
    stage = _stage(at, wanted)
    base = f"/stages/{key(stage['name'])}"
    names = ("criteria", "ranking", "stopping", "agreement", "progress")
    asked = [_patient(at, f"{base}/{name}") for name in names]
    told = await asyncio.gather(*asked, _patient(at, "/highlights"))
    parts = {name: one.body for name, one in zip((*names, "highlights"), told, strict=True)}
    listed = (parts["criteria"] or {}).get("criteria", [])
    return await at.page(
        "screen/setup.html",
        tried,
        stage=stage,
        criteria=_rows(listed, tried),
        trouble=next((one.problem for one in told if one.problem), ""),
        SCREENERS=SCREENERS,
        **{name: body for name, body in parts.items() if name != "criteria"},
    )


async def _patient(at: ReviewAt, path: str) -> Answer:
    """A part of the page; one that takes long (a stopping rule on a large stage) is left out."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await at.ask("GET", "screening", path)
    except TimeoutError:
        return Answer(200, None)


def _rows(listed: list[Mapping[str, Any]], tried: Tried) -> list[Mapping[str, Any]]:
    """The rows of the form of criteria: as they were typed, or as they stand and some blanks."""
    if tried.form == "criteria":
        values, n = tried.values, 0
        typed: list[Mapping[str, Any]] = []
        while f"text_{n}" in values:
            typed.append({name: values.get(f"{name}_{n}", "") for name in ("id", "text", "kind")})
            n += 1
        return typed
    blank = {"id": "", "text": "", "kind": "exclude"}
    return [*listed, *[blank] * BLANK_ROWS]
