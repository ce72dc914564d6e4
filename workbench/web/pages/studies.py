"""Studies: which documents are of one, what seems to be one, and the cases of each."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain.study_map import BY, CASE_KINDS, Study, cases_of, studies
from workbench.web.pages.listing import Asked, Start, has_words, part, whole
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

BLANK = {"id": "", "label": "", "kind": "", "description": ""}
"""A case that is not named yet."""


def routes(ctx: Context) -> APIRouter:
    """The page of studies and its forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/studies", response_class=HTMLResponse)
    async def listed(
        review_id: str, request: Request, principal: PrincipalDep, q: Asked = "", start: Start = 0
    ) -> HTMLResponse:
        """Every study with its documents, its cases, and what it may be one with."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, q=q, start=start)

    @router.post("/reviews/{review_id}/studies")
    async def change(
        review_id: str, request: Request, principal: PrincipalDep, q: Asked = "", start: Start = 0
    ) -> Response:
        """Link two studies, part them, say that they are distinct, or name cases."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        answer = await _said(at, form)
        if answer.problem:
            name = form["study"] if form["deed"] == "cases" else form["deed"] + form["about"]
            return await _shown(at, refused(name, answer, form), q=q, start=start)
        return at.to(f"/studies?q={key(q)}&start={start}")

    return router


async def _said(at: ReviewAt, form: Sent) -> Answer:
    if form["deed"] == "cases":
        known = await at.ask("GET", "extraction", "/studies/cases")
        own = [one["id"] for one in (known.body or {}).get("cases", ())]
        body: dict[str, Any] = {"cases": cases_of(form.values(), own)}
        path = f"/studies/cases/{key(form['study'])}"
        return await at.ask("PUT", "extraction", path, json=body)
    a, b = form["a"], form["b"]
    if not a or not b or a == b:
        return Answer(422, None, "Choose two different studies.", "b")
    if form["deed"] == "part":
        return await at.ask("DELETE", "extraction", "/studies/links", params={"a": a, "b": b})
    path = "/studies/distinct" if form["deed"] == "distinct" else "/studies/links"
    return await at.ask("PUT", "extraction", path, json={"a": a, "b": b})


async def _shown(at: ReviewAt, tried: Tried = NOTHING, *, q: str, start: int) -> HTMLResponse:
    documents = await whole(at, "extraction", "/documents")
    links = await at.ask("GET", "extraction", "/studies/links")
    cases = await at.ask("GET", "extraction", "/studies/cases")
    found = studies(documents.items, links.body or {}, (cases.body or {}).get("cases", ()))
    listed = [one for one in found if has_words(q, one.label, *_titles(one))]
    items, more = part(listed, start, {"q": q})
    return await at.page(
        "studies.html",
        tried,
        studies=items,
        every=found,
        labels={one.key: one.label for one in found},
        linked=[(one["a"], one["b"]) for one in (links.body or {}).get("links", ())],
        proposals=await _proposals(at),
        guidance=(cases.body or {}).get("guidance", ""),
        trouble=documents.problem or links.problem or cases.problem,
        more=more,
        q=q,
        may_code=at.may("coder"),
        BY=BY,
        CASE_KINDS=CASE_KINDS,
        BLANK=BLANK,
    )


def _titles(study: Study) -> list[Any]:
    return [one["title"] for one in study.documents]


async def _proposals(at: ReviewAt) -> list[Any]:
    """Pairs that seem to be one study, for whoever codes."""
    if not at.may("coder"):
        return []
    answer = await at.ask("GET", "extraction", "/studies/proposals")
    return list(answer.body) if answer.ok else []
