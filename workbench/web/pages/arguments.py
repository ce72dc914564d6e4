"""Routes of arguments on the page of their theory: stating one, retiring it, bringing it back."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.web.domain import arguments as domain
from workbench.web.pages.theories import TheoryFormTried, theory_page
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router

SYNTHESIST = "reviewer"
TAKEN = "There is an argument of this name already: choose another name, or amend that one."
OVERTAKEN = (
    "Somebody amended this argument meanwhile; how it stands now is above. What you typed stays "
    "here: press again to put it in its place."
)


def routes(ctx: Context) -> APIRouter:
    """The forms; what is refused is shown beside the form, with what was typed."""
    router = pages_router()
    _add_stating(router, ctx)
    _add_standing(router, ctx)
    return router


def _add_stating(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/arguments-of/{theory_id:path}")
    async def state(
        review_id: str, theory_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """State an argument, or amend the version that was seen."""
        same_origin(request)
        principal.require(review_id, SYNTHESIST)
        sent = await request.form()
        typed = domain.typed({name: [str(v) for v in sent.getlist(name)] for name in sent})
        answer = await _stated(ctx, request, review_id, theory_id, typed)
        if answer.problem:
            if answer.status == HTTPStatus.PRECONDITION_FAILED and typed.seen:
                typed = replace(typed, seen=await _newest(ctx, request, review_id, typed))
            tried = TheoryFormTried(argument=typed, problem=answer.problem, status=answer.status)
            return await theory_page(ctx, request, principal, review_id, theory_id, tried)
        return _back(review_id, theory_id)


async def _stated(
    ctx: Context, request: Request, review_id: str, theory_id: str, typed: domain.Form
) -> Answer:
    if not typed.id:
        return Answer(422, None, "Give the argument a short name of your own.")
    if not typed.outcome:
        return Answer(422, None, "Choose the outcome that the argument is about.")
    missing = typed.missing()
    if missing:
        return Answer(422, None, missing)
    path = f"/api/synthesis/reviews/{key(review_id)}/arguments/{key(typed.id)}"
    head = {"if-match": f'"{typed.seen or 0}"'}
    answer = await ask(ctx, request, "PUT", path, extra=head, json=typed.body(theory_id))
    if answer.status == HTTPStatus.PRECONDITION_FAILED:
        return Answer(answer.status, None, OVERTAKEN if typed.seen else TAKEN)
    return answer


async def _newest(ctx: Context, request: Request, review_id: str, typed: domain.Form) -> str:
    """The version at which an argument stands now; the one that was seen, where nobody says."""
    path = f"/api/synthesis/reviews/{key(review_id)}/arguments/{key(typed.id)}"
    answer = await ask(ctx, request, "GET", path)
    return str(answer.body["version"]) if answer.ok else typed.seen


def _add_standing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/arguments-standing/{theory_id:path}")
    async def stand(
        review_id: str,
        theory_id: str,
        request: Request,
        principal: PrincipalDep,
        argument: Annotated[str, Form()],
        deed: Annotated[str, Form()],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Retire an argument, or bring it back, with a reason."""
        same_origin(request)
        principal.require(review_id, SYNTHESIST)
        action = "retire" if deed == "retire" else "bring-back"
        path = f"/api/synthesis/reviews/{key(review_id)}/arguments/{key(argument)}/{action}"
        answer = await ask(ctx, request, "POST", path, json={"reason": reason})
        if answer.problem:
            said: dict[str, Any] = {"retired": argument, "reason": reason}
            tried = TheoryFormTried(**said, problem=answer.problem, status=answer.status)
            return await theory_page(ctx, request, principal, review_id, theory_id, tried)
        return _back(review_id, theory_id)


def _back(review_id: str, theory_id: str) -> RedirectResponse:
    own = f"/reviews/{key(review_id)}/theories/{key(theory_id)}#arguments"
    return RedirectResponse(own, status_code=303)
