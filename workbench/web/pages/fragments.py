"""Routes of all fragments of a review: found by what they are, coded anew together, and undone."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain import fragment_list as domain
from workbench.web.pages.documents import KINDS
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

CODER, OWNER = "coder", "owner"
EACH = ("withdraw", "restore")
AT_ONCE = 50
ACTS = 15


def routes(ctx: Context) -> APIRouter:
    """The list, and what is done with it."""
    router = pages_router()

    @router.get("/reviews/{review_id}/fragments", response_class=HTMLResponse)
    async def fragments(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """Fragments that are as asked for, and what was done lately."""
        at = await open_at(ctx, request, principal, review_id)
        return await _listed(at, domain.asked(request.query_params))

    @router.post("/reviews/{review_id}/fragments")
    async def change(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Code the ticked ones anew, or undo an act."""
        form = await sent(request, most=4 * AT_ONCE)
        principal.require(review_id, CODER, "reviewer")
        at = await open_at(ctx, request, principal, review_id)
        asked = domain.asked(request.query_params)
        answer = await _carried_out(at, form)
        if answer.problem:
            name = "undo" if form["deed"] == "undo" else "recode"
            return await _listed(at, asked, refused(name, answer, form), form)
        return at.to(f"/fragments?{urlencode(asked)}")

    return router


async def _carried_out(at: ReviewAt, form: Sent) -> Answer:
    if form["deed"] == "undo":
        return await at.ask("POST", "extraction", f"/acts/{key(form['act'] or '-')}/undo")
    if form["deed"] in EACH:
        return await _each(at, form["deed"], form.all("fragments"), form["reason"])
    if form["deed"] != "recode":
        return Answer(422, None, "Choose what to do with the fragments.")
    body, wrong = domain.recoding(
        form.all("fragments"), {name: form[name] for name in domain.RECODING}
    )
    if wrong:
        return Answer(422, None, wrong)
    return await at.ask("POST", "extraction", "/fragments/recode", json=body)


async def _each(at: ReviewAt, deed: str, ids: Sequence[str], reason: str) -> Answer:
    """Withdraw or restore fragments one after the other, up to the first that is refused."""
    answer = Answer(422, None, "Tick the fragments that are meant.")
    for one in ids:
        path = f"/fragments/{key(one)}/{deed}"
        answer = await at.ask("POST", "extraction", path, json={"reason": reason})
        if answer.problem:
            break
    return answer


async def _listed(
    at: ReviewAt, asked: Mapping[str, str], tried: Tried = NOTHING, form: Sent | None = None
) -> HTMLResponse:
    params = {"limit": AT_ONCE, **domain.filters(asked)}
    found = await at.ask("GET", "extraction", "/fragments", params=params)
    following = found.body.get("next") if found.ok else None
    theories = (await at.ask("GET", "synthesis", "/theories")).items()
    codes = (await at.ask("GET", "extraction", "/codes")).body or []
    documents = await _titles(at, found.items())
    return await at.page(
        "fragments.html",
        tried,
        asked=asked,
        rows=domain.rows(found.items(), {one["code_id"]: one["label"] for one in codes}),
        documents=documents,
        theories=[(one["id"], one["name"] or one["id"]) for one in theories],
        codes=domain.code_options(codes),
        kinds=list(KINDS.items()),
        coders=[(one.person, one.name) for one in at.review.team if CODER in one.roles],
        acts=await _acts(at) if at.may(CODER, "reviewer") else [],
        may_code=at.may(CODER),
        ticked=set(form.all("fragments")) if form else set(),
        more=urlencode({**asked, "cursor": following}) if following else "",
        here=urlencode(asked),
        problem=found.problem,
        domain=domain,
    )


async def _titles(at: ReviewAt, fragments: list[dict[str, Any]]) -> dict[str, str]:
    """The titles of the documents that fragments stand in."""
    found = {}
    for document in {one["document"] for one in fragments if one["document"]}:
        answer = await at.ask("GET", "extraction", f"/documents/{key(document)}")
        found[document] = (
            answer.body["title"] if answer.ok else ""
        ) or "A document without a title"
    return found


async def _acts(at: ReviewAt) -> list[dict[str, Any]]:
    """What was done lately, by everybody for an owner, with the words of a fragment each."""
    params = {"limit": ACTS, "everybodys": str(at.may(OWNER)).lower()}
    acts = (await at.ask("GET", "extraction", "/acts", params=params)).items()
    ids = [one["changed"][0] for one in acts if one["changed"]]
    quoted = await at.ask("POST", "extraction", "/fragments/quotes", json={"ids": ids})
    words = {one["id"]: domain.words(one) for one in quoted.items()}
    return [
        {
            **one,
            "words": words.get(next(iter(one["changed"]), ""), ""),
            "by": at.name(one["person"]),
        }
        for one in acts
    ]
