"""What stands beside a document's text: its appraisal, memos, forms, and who else codes it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

AXES = (
    ("relevance", "Relevance", "to the review's question", ("low", "moderate", "high")),
    ("richness", "Richness", "of what it explains", ("thinner", "thicker", "conceptually_rich")),
    ("rigour", "Rigour", "of how it was found out", ("low", "moderate", "high")),
)
"""Each axis of appraisal: its key, its name, what it is about, and its words from the least."""

UNSAID = {"relevance": None, "richness": None, "rigour": None, "comment": ""}


def routes(ctx: Context) -> APIRouter:
    """The page, and its two forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/appraisal-of/{document_id:path}", response_class=HTMLResponse)
    async def beside(
        review_id: str, document_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """The document's appraisals, memos, forms and rounds of two coders."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at, document_id)

    @router.post("/reviews/{review_id}/appraisal-of/{document_id:path}")
    async def say(
        review_id: str, document_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Appraise the document as evidence, or write a memo about it."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if form["deed"] == "memo":
            answer = Answer(422, None, "Write the memo.", "text")
            if form["text"]:
                body: dict[str, Any] = {"about": f"document/{document_id}", "text": form["text"]}
                answer = await at.ask("POST", "extraction", "/memos", json=body)
        else:
            body = {name: form[name] or None for name, *_ in AXES} | {"comment": form["comment"]}
            path = f"/documents/{key(document_id)}/appraisal"
            answer = await at.ask("PUT", "extraction", path, json=body)
        if answer.problem:
            return await _shown(at, document_id, refused(form["deed"] or "appraisal", answer, form))
        return at.to(f"/appraisal-of/{key(document_id)}")

    return router


async def _shown(at: ReviewAt, document_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    path = f"/documents/{key(document_id)}"
    about = {"about": f"document/{document_id}"}
    found, appraisals, memos, forms, rounds = await asyncio.gather(
        at.ask("GET", "extraction", path),
        at.ask("GET", "extraction", f"{path}/appraisals"),
        at.ask("GET", "extraction", "/memos", params=about),
        at.ask("GET", "extraction", "/forms"),
        at.ask("GET", "extraction", "/coding-rounds"),
    )
    if not found.ok:
        raise NotFound(found.problem)
    said = appraisals.body or []
    me = at.principal.person_id
    return await at.page(
        "appraisal.html",
        tried,
        document=found.body,
        own=next((one for one in said if one["person_id"] == me), UNSAID),
        others=[one for one in said if one["person_id"] != me],
        memos=memos.body or [],
        forms=[one for one in forms.body or [] if one.get("status") != "retired"],
        rounds=[one for one in rounds.body or [] if _is_in(one, document_id)],
        trouble=appraisals.problem,
        may_say=at.may("coder", "reviewer"),
        AXES=AXES,
    )


def _is_in(coding_round: Mapping[str, Any], document_id: str) -> bool:
    return any(
        (one["document"] if isinstance(one, Mapping) else one) == document_id
        for one in coding_round["documents"]
    )
