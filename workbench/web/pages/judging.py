"""Routes of judging: one configuration down to its passages, and what is to check."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.projections.store import projections
from workbench.web.domain import configurations, judging
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages.code_labels import code_labels
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

SYNTHESIST = "reviewer"


def routes(ctx: Context) -> APIRouter:
    """A configuration with its forms, and the queue."""
    router = pages_router()
    _add_configuration(router, ctx)
    _add_judgements(router, ctx)
    _add_queue(router, ctx)
    return router


def _add_configuration(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/ccmocs/{ccmoc_id}", response_class=HTMLResponse)
    async def configuration(
        review_id: str, ccmoc_id: str, principal: PrincipalDep, request: Request
    ) -> HTMLResponse:
        """One configuration down to its passages, what people judged, and how it came to be."""
        return await configuration_page(await open_at(ctx, request, principal, review_id), ccmoc_id)


async def configuration_page(at: ReviewAt, ccmoc_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    """The page of a configuration, with the form that was refused where there is one."""
    found = await at.ctx.db.read(lambda tx: _known(tx, at.review.id, ccmoc_id))
    if found is None:
        return await at.page("gone.html", Tried(status=404))
    whole = await at.ask("GET", "synthesis", f"/ccmocs/{key(ccmoc_id)}")
    body = whole.body if whole.ok else {}
    quotes = body.get("quotes", [])
    words = await _words(at, [item["fragment"] for item in quotes])
    passages = judging.passages(quotes, words, await code_labels(at) if words else {})
    return await at.page(
        "ccmoc.html",
        tried,
        c=found,
        cases=judging.by_case(passages),
        passages=passages,
        silent=whole.problem or ("" if words is not None else UNREAD),
        history=body.get("history"),
        states=body.get("states", []),
        again=body.get("to_recheck"),
        seen=body.get("hash", ""),
        may_judge=at.may(SYNTHESIST),
        VERDICTS=judging.VERDICTS,
        VERDICT_WORDS=judging.VERDICT_WORDS,
        STATES=judging.STATES,
    )


UNREAD = "The passages' texts are not available just now. Load the page again in a moment."


async def _known(tx: Tx, review_id: str, ccmoc_id: str) -> configurations.Configuration | None:
    words = await projections.group_words(tx, review_id)
    rows = await projections.standing_ccmocs(tx, review_id)
    row = next((r for r in rows if r["ccmoc_id"] == ccmoc_id), None)
    return configurations.configuration(row, words) if row else None


async def _words(at: ReviewAt, ids: Sequence[str]) -> list[Any] | None:
    """Fragments with the reader's rights; None when extraction does not answer."""
    body = {"ids": list(ids)[:1000]}
    answer = await at.ask("POST", "extraction", "/fragments/quotes", json=body)
    return answer.items() if answer.ok else None


def _add_judgements(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/ccmocs/{ccmoc_id}/judgements")
    async def judge(
        review_id: str, ccmoc_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Say whether a passage supports a configuration; go on to the next that waits."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        path = f"/ccmocs/{key(ccmoc_id)}"
        known = await at.ask("GET", "synthesis", path)
        answer = known if known.problem else await _judged(at, known, form.values())
        if answer.problem:
            return await configuration_page(
                at, ccmoc_id, refused(f"judge-{form['fragment']}", answer, form)
            )
        after = judging.passages(known.body["quotes"], None)
        waiting = [one for one in after if one.id != form["fragment"]]
        target = judging.next_to_judge(waiting, form["fragment"]) or form["fragment"]
        return at.to(f"/ccmocs/{key(ccmoc_id)}#fragment-{quote(target)}")

    @router.post("/reviews/{review_id}/ccmocs/{ccmoc_id}/state")
    async def state(
        review_id: str, ccmoc_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Say what a configuration is, and why."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        seen = form.values().get("seen") or None
        body = {"state": form["state"], "reason": form["reason"], "seen": seen}
        answer = await at.ask("PUT", "synthesis", f"/ccmocs/{key(ccmoc_id)}/state", json=body)
        if answer.problem:
            return await configuration_page(at, ccmoc_id, refused("state", answer, form))
        return at.to(f"/ccmocs/{key(ccmoc_id)}#state")


async def _judged(at: ReviewAt, known: Answer, form: dict[str, str]) -> Answer:
    link = {name: known.body[name] for name in ("theory", "outcome", "role", "mechanism")}
    one = {
        **link,
        "fragment": form.get("fragment", ""),
        "fragment_version": whole(form.get("version", "")),
        "as": form.get("as", ""),
        "verdict": form.get("verdict", ""),
    }
    return await at.ask("POST", "synthesis", "/judgements", json={"judgements": [one]})


def _add_queue(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/to-check", response_class=HTMLResponse)
    async def to_check(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """What is to check by the reader, over all theories: what moves most comes first."""
        at = await open_at(ctx, request, principal, review_id)
        answer = await at.ask("GET", "synthesis", "/to-check")
        found = answer.body if answer.ok else {"recheck": [], "links": []}
        return await at.page(
            "to_check.html",
            again=found["recheck"],
            links=found["links"],
            rechecks=found.get("rechecks", 0),
            waiting=found.get("waiting", 0),
            problem=answer.problem,
            CELLS=judging.CELLS,
        )
