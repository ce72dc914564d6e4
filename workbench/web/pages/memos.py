"""Memos of coding: what people noted about documents, passages, codes and theories."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.domain.inference_log import page_of
from workbench.web.pages.listing import Asked, Start, has_words, part, whole
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer
from workbench.web.session import pages_router

KINDS = {
    "document": "documents",
    "fragment": "passages",
    "code": "codes",
    "theory": "theories",
    "argument": "arguments",
}
About = Annotated[str, Query(max_length=600)]


def routes(ctx: Context) -> APIRouter:
    """The list, and writing a memo."""
    router = pages_router()

    @router.get("/reviews/{review_id}/memos", response_class=HTMLResponse)
    async def memos(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        q: Asked = "",
        kind: Asked = "",
        about: About = "",
        start: Start = 0,
    ) -> HTMLResponse:
        """Memos, newest first, by what they are about; `about` begins one."""
        at = await open_at(ctx, request, principal, review_id)
        asked = {"q": q, "kind": kind if kind in KINDS else ""}
        return await _shown(at, asked=asked, start=start, about=about)

    @router.post("/reviews/{review_id}/memos")
    async def write(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Write a memo, or rewrite one's own."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        answer = Answer(422, None, "Write the memo.", "text")
        if form["text"] and not form["about"]:
            answer = Answer(422, None, "Choose what it is about.", "about")
        elif form["text"]:
            body = {"about": form["about"], "text": form["text"]}
            body |= {"id": form["memo"]} if form["memo"] else {}
            answer = await at.ask("POST", "extraction", "/memos", json=body)
        if answer.problem:
            tried = refused(form["memo"] or "memo", answer, form, "text")
            return await _shown(at, tried, asked={"q": "", "kind": ""}, about=form["about"])
        return at.to("/memos")

    return router


async def _shown(
    at: ReviewAt,
    tried: Tried = NOTHING,
    *,
    asked: Mapping[str, str],
    start: int = 0,
    about: str = "",
) -> HTMLResponse:
    told = await at.ask("GET", "extraction", "/memos/log") if at.may("coder") else Answer(200, None)
    documents = (await whole(at, "extraction", "/documents")).items
    theories = await at.ctx.db.read(lambda tx: projections.theory_states(tx, at.review.id))
    arguments = (await at.ask("GET", "synthesis", "/arguments")).items()
    offered = {
        **{f"theory/{t['theory_id']}": f"Theory: {t['name'] or t['theory_id']}" for t in theories},
        **{f"argument/{a['id']}": f"Argument: {a['in_words']['argument']}" for a in arguments},
        **{f"document/{d['id']}": d["title"] or "A document without a title" for d in documents},
    }
    memos = [_seen(at, one, offered) for one in told.items()]
    listed = [
        one
        for one in sorted(memos, key=lambda one: str(one["at"]), reverse=True)
        if (not asked["kind"] or one["kind"] == asked["kind"])
        and has_words(asked["q"], one["text"], one["label"])
    ]
    items, more = part(listed, start, asked)
    return await at.page(
        "memos.html",
        tried,
        memos=items,
        more=more,
        trouble=told.problem,
        asked=asked,
        about=about,
        offered=offered,
        total=len(memos),
        may_read=at.may("coder"),
        may_write=at.may("coder", "reviewer"),
        KINDS=KINDS,
    )


def _seen(at: ReviewAt, memo: Mapping[str, Any], offered: Mapping[str, str]) -> dict[str, Any]:
    """A memo with the label of what it is about, and the address of its page ("": none)."""
    about = memo["about"]
    of = f"{about['kind']}/{about['id']}"
    label = about["label"] or offered.get(of, "")
    path = page_of(about) if label else ""
    return {
        **memo,
        "of": of,
        "kind": about["kind"],
        "label": label or "Something that is not here any more",
        "path": at.here(path) if path else "",
    }
