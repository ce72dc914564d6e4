"""Pages of blind coding: open a round, code, reveal, compare, and agree on one set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.http.auth import Principal, PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import NotFound
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.feed import store as feed_store
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.shown import shown
from workbench.web.domain import coding_rounds
from workbench.web.domain.coding_roles import EVERY
from workbench.web.pages.listing import every
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

MOST = 1000
FOUND = 303
NOTHING = Answer(200, None)


def routes(ctx: Context) -> APIRouter:
    """Rounds, one round, and what is done in it."""
    router = pages_router()
    _add_list(router, ctx)
    _add_round(router, ctx)
    _add_acts(router, ctx)
    return router


def _base(review_id: str) -> str:
    return f"/api/extraction/reviews/{key(review_id)}"


def _here(review_id: str, round_id: str) -> str:
    return f"/reviews/{key(review_id)}/coding-rounds/{key(round_id)}"


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/coding-rounds", response_class=HTMLResponse)
    async def rounds(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The review's rounds, and a form that opens the next."""
        member(principal, review_id)
        return await _list(ctx, request, review_id, principal, NOTHING)

    @router.post("/reviews/{review_id}/coding-rounds")
    async def start(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Open a round on a share of the documents, or on those that are named."""
        member(principal, review_id)
        form = await _form(request)
        name = new_id()
        path = f"{_base(review_id)}/coding-rounds/{name}"
        said = await ask(ctx, request, "PUT", path, json=coding_rounds.opening_of(form))
        if said.ok:
            return RedirectResponse(_here(review_id, name), status_code=FOUND)
        return await _list(ctx, request, review_id, principal, said, form)


async def _list(
    ctx: Context,
    request: Request,
    review_id: str,
    principal: Principal,
    said: Answer,
    form: Mapping[str, str] | None = None,
) -> HTMLResponse:
    found = await ask(ctx, request, "GET", f"{_base(review_id)}/coding-rounds")
    listed = await every(ctx, request, f"{_base(review_id)}/documents")
    review = await ctx.db.read(lambda tx: shown(tx, review_id))
    return await page(
        "rounds.html",
        status=said.status if said.problem else 200,
        review=review,
        last=await ctx.db.read(lambda tx: feed_store.head(tx, review_id)),
        rounds=found.body if found.ok else [],
        documents=[one for one in listed.items if one["text_version"]],
        names=coding_rounds.names_of(review.team),
        may_open=principal.has(review_id),
        form=defaultdict(str, form or {}),
        problem=said.problem or found.problem,
    )


def _add_round(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/coding-rounds/{round_id}", response_class=HTMLResponse)
    async def one_round(
        review_id: str, round_id: str, principal: PrincipalDep, request: Request
    ) -> HTMLResponse:
        """One round: documents to code, or both coders side by side and what is agreed on."""
        member(principal, review_id)
        return await _round(ctx, request, review_id, round_id, principal, NOTHING)


async def _round(
    ctx: Context,
    request: Request,
    review_id: str,
    round_id: str,
    principal: Principal,
    said: Answer,
) -> HTMLResponse:
    base = _base(review_id)
    path = f"{base}/coding-rounds/{key(round_id)}"
    found = await ask(ctx, request, "GET", path)
    if not found.ok:
        raise NotFound(found.problem)
    compared: Mapping[str, Any] = {}
    if found.body["state"] == "revealed":
        compared = (await ask(ctx, request, "GET", f"{path}/comparison")).body or {}
    listed = await every(ctx, request, f"{base}/documents")
    agreed = [name for one in found.body["documents"] for name in one["agreed"] or ()]
    fragments = await _fragments(ctx, request, base, [*found.body["fragments"], *agreed])
    review = await ctx.db.read(lambda tx: shown(tx, review_id))
    return await page(
        "round.html",
        status=said.status if said.problem else 200,
        review=review,
        last=await ctx.db.read(lambda tx: feed_store.head(tx, review_id)),
        round=found.body,
        documents=coding_rounds.documents_of(
            found.body, compared, {one["id"]: one["title"] for one in listed.items}, fragments
        ),
        compared=compared,
        names=coding_rounds.names_of(review.team),
        ROLES=EVERY,
        me=principal.person_id,
        may_end=principal.has(review_id),
        problem=said.problem,
    )


async def _fragments(
    ctx: Context, request: Request, base: str, ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """These fragments by id, as far as this person may see them."""
    found: dict[str, Mapping[str, Any]] = {}
    for n in range(0, len(ids), MOST):
        body = {"ids": list(ids[n : n + MOST])}
        some = await ask(ctx, request, "POST", f"{base}/fragments/quotes", json=body)
        found |= {one["id"]: one for one in some.items()}
    return found


def _add_acts(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/coding-rounds/{round_id}/{what}")
    async def act(
        review_id: str, round_id: str, what: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Say that you are done, end the round, write a note, or agree on a document."""
        member(principal, review_id)
        form = await _form(request)
        method, path, body = coding_rounds.act_of(what, form)
        if not path:
            raise NotFound("A round is not acted on like this; use the forms of its page.")
        there = f"{_base(review_id)}/coding-rounds/{key(round_id)}/{path}"
        said = await ask(ctx, request, method, there, json=body)
        if said.ok:
            return RedirectResponse(_here(review_id, round_id), status_code=FOUND)
        return await _round(ctx, request, review_id, round_id, principal, said)


async def _form(request: Request) -> dict[str, str]:
    same_origin(request)
    async with request.form() as form:
        said: dict[str, str] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                said[name] = f"{said[name]}\n{value}" if name in said else value
    return said
