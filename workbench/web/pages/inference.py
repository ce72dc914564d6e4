"""Routes of the substantive theories and of the inference log."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.projections.store import projections
from workbench.web.domain import inference_log
from workbench.web.domain import theory_work as domain
from workbench.web.pages.listing import Asked, Start, has_words, part
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

SYNTHESIST, CODER = "reviewer", "coder"
RATED = ("fit", "simplicity", "compatibility", "level")
BLANK = dict.fromkeys(
    ("id", *RATED, "decision", "phase", "name", "citation", "summary", "theories"), ""
)
EVERYTHING = {"q": "", "kind": ""}
WORDS = ("name", "citation", "summary", "because")


def routes(ctx: Context) -> APIRouter:
    """Both pages with their forms."""
    router = pages_router()
    _add_substantive(router, ctx)
    _add_log(router, ctx)
    return router


async def _theories(at: ReviewAt) -> list[tuple[str, str]]:
    async def read(tx: Tx) -> list[tuple[str, str]]:
        found = await projections.theory_states(tx, at.review.id)
        return [(t["theory_id"], t["name"]) for t in found]

    return await at.ctx.db.read(read)


def _add_substantive(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/substantive-theories", response_class=HTMLResponse)
    async def listed(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The review's substantive theories with their appraisal, and what rests on each."""
        return await _substantive_page(await open_at(ctx, request, principal, review_id))

    @router.post("/reviews/{review_id}/substantive-theories")
    async def appraise(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Take up a substantive theory, or appraise it."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _appraised(at, form)
        if answer.problem:
            return await _substantive_page(at, refused(f"theory-{form['id']}", answer, form))
        return at.to(f"/substantive-theories#{key(answer.body['id'])}")


async def _appraised(at: ReviewAt, form: Sent) -> Answer:
    if not form["name"]:
        return Answer(422, None, "Give the theory its name.", "name")
    name = form["id"]
    if not name:
        known = (await at.ask("GET", "synthesis", "/substantive-theories")).items()
        name = domain.key_of(form["name"], [item["id"] for item in known])
    body: dict[str, Any] = {part: form[part] for part in WORDS}
    body |= {part: form[part] or None for part in RATED}
    body |= {"decision": form["decision"] or "shortlisted", "phase": form["phase"] or "initial"}
    body |= {"theories": form.all("theories")}
    return await at.ask("PUT", "synthesis", f"/substantive-theories/{key(name)}", json=body)


async def _substantive_page(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    answer = await at.ask("GET", "synthesis", "/substantive-theories")
    return await at.page(
        "substantive.html",
        tried,
        items=answer.items(),
        problem=answer.problem,
        theories=await _theories(at),
        may_work=at.may(SYNTHESIST),
        BLANK=BLANK,
        RATINGS=domain.RATINGS,
        LEVELS=domain.LEVELS,
        DECISIONS=domain.DECISIONS,
        PHASES=domain.PHASES,
    )


def _add_log(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/inference-log", response_class=HTMLResponse)
    async def log(
        review_id: str,
        principal: PrincipalDep,
        request: Request,
        q: Asked = "",
        kind: Asked = "",
        start: Start = 0,
        whole: Annotated[bool, Query()] = False,
    ) -> HTMLResponse:
        """What people noted, worded and decided, newest first, with reasons and links; a part of
        it, or the `whole` on one page to print.
        """
        at = await open_at(ctx, request, principal, review_id)
        asked = {"q": q, "kind": kind if kind in inference_log.SUBJECTS else ""}
        return await _log_page(at, asked=asked, start=None if whole else start)

    @router.post("/reviews/{review_id}/inference-log")
    async def write(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Write a memo about things of the review."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST, CODER)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _written(at, form)
        if answer.problem:
            return await _log_page(at, refused("memo", answer, form))
        return at.to("/inference-log")


async def _written(at: ReviewAt, form: Sent) -> Answer:
    if not form["text"]:
        return Answer(422, None, "Write the memo.", "text")
    known = (await at.ask("GET", "synthesis", "/memos", params={"history": True})).items()
    name = domain.key_of(form["text"], [item["id"] for item in known])
    body = {"text": form["text"], "about": domain.references(form.all("about"))}
    return await at.ask("PUT", "synthesis", f"/memos/{key(name)}", json=body)


async def _log_page(
    at: ReviewAt,
    tried: Tried = NOTHING,
    *,
    asked: Mapping[str, str] = EVERYTHING,
    start: int | None = 0,
) -> HTMLResponse:
    answer = await at.ask("GET", "synthesis", "/inference-log")
    found = [
        entry
        for entry in reversed(answer.items())
        if (not asked["kind"] or inference_log.is_about(entry, asked["kind"]))
        and has_words(asked["q"], *inference_log.texts_of(entry))
    ]
    entries, more = (found, "") if start is None else part(found, start, asked)
    return await at.page(
        "inference_log.html",
        tried,
        entries=entries,
        more=more,
        asked=asked,
        total=len(answer.items()),
        is_whole=start is None,
        problem=answer.problem,
        log=inference_log,
        about=await _to_note_about(at),
        may_work=at.may(SYNTHESIST, CODER),
        KINDS=dict(domain.KINDS) | {"lineage": "Theory"},
    )


async def _to_note_about(at: ReviewAt) -> list[tuple[str, str]]:
    """Theories, arguments and ideas, to choose what a memo is about."""
    theories = [
        {"kind": "theory", "id": name, "label": f"{name}: {words}"}
        for name, words in await _theories(at)
    ]
    ideas = [
        {"kind": "idea", "id": item["id"], "label": f"Idea: {domain.idea_label(item)[:120]}"}
        for item in (await at.ask("GET", "synthesis", "/ideas")).items()
    ]
    arguments = [
        {"kind": "argument", "id": item["id"], "label": f"Argument: {item['in_words']['argument']}"}
        for item in (await at.ask("GET", "synthesis", "/arguments")).items()
    ]
    return domain.choices([*theories, *arguments, *ideas])
