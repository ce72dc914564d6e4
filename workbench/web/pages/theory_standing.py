"""Routes of a theory's standing: pin its outcome, set it aside, bring it back, undo a wording."""

from fastapi import APIRouter, Request, Response

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages import theories
from workbench.web.pages.review_at import ReviewAt, Sent, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

SYNTHESIST = "reviewer"
DEEDS = ("retire", "bring-back", "undo")


def routes(ctx: Context) -> APIRouter:
    """The forms of a theory's standing; a refusal stands beside the form."""
    router = pages_router()

    @router.post("/reviews/{review_id}/standing-of/{theory_id:path}")
    async def standing(
        review_id: str, theory_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Pin an outcome, retire the theory, bring it back, or word it as before."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _done(at, theory_id, form)
        if answer.problem:
            wrong = refused(f"standing-{form['deed']}", answer, form)
            tried = theories.TheoryFormTried(worded=wrong, status=wrong.status)
            return await theories.theory_page(ctx, request, principal, review_id, theory_id, tried)
        return at.to(f"/theories/{key(theory_id)}#standing")

    return router


async def _done(at: ReviewAt, theory_id: str, form: Sent) -> Answer:
    path = f"/theories/{key(theory_id)}"
    if not form["reason"]:
        return Answer(422, None, "Say why; the reason is kept.", "reason")
    if form["deed"] == "pin":
        body = {"outcome": form["outcome"] or None, "reason": form["reason"]}
        return await at.ask("PUT", "synthesis", f"{path}/pin", json=body)
    if form["deed"] not in DEEDS:
        return Answer(422, None, "Choose what to do with the theory.", "deed")
    body = {"reason": form["reason"]}
    return await at.ask("POST", "synthesis", f"{path}/{form['deed']}", json=body)
