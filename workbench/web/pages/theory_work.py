"""Routes of theory work on the pages: ideas, lineage, and the wording of a theory."""

from typing import Any

from fastapi import APIRouter, Request, Response

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain import theory_work as domain
from workbench.web.pages import theories
from workbench.web.pages.review_at import ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

SYNTHESIST = "reviewer"
WORDING = ("statement", *(name for name, _, _ in domain.SLOTS))


def routes(ctx: Context) -> APIRouter:
    """The forms of the theories page and of a theory; a refusal stands beside the form."""
    router = pages_router()
    _add_stating(router, ctx)
    _add_ideas(router, ctx)
    _add_lineage(router, ctx)
    _add_wording(router, ctx)
    return router


def _add_stating(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/synthesis")
    async def state(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """State a further programme theory, as far as it is worded."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        answer = await state_theory(at, form)
        if answer.problem:
            return await theories.theories_page(at, refused("theory", answer, form))
        return at.to("/synthesis#theories")


async def state_theory(at: ReviewAt, form: Sent) -> Answer:
    """A theory with the next free number; a form that is sent twice states it once."""
    if not form["name"]:
        return Answer(422, None, "Give the theory a name of a few words.", "name")
    known = await at.ask("GET", "synthesis", "/theories")
    if known.problem:
        return known
    body = {name: form[name] for name in ("name", *WORDING)}
    number, is_there = domain.next_number(known.items(), form["name"])
    if is_there:
        return Answer(200, None)
    path = f"/theories/PT{number}"
    return await at.ask("PUT", "synthesis", path, json={**body, "number": number})


def _add_ideas(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/ideas")
    async def ideas(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Note an if-then idea, sort it into theories, merge it, drop it, take it up again."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        deed = form["deed"]
        answer = await (_note(at, form) if deed == "note" else _stand(at, form, deed))
        if answer.problem:
            name = "idea" if deed == "note" else f"idea-{form['idea']}"
            return await theories.theories_page(at, refused(name, answer, form))
        return at.to("/synthesis#ideas")


async def _note(at: ReviewAt, form: Sent) -> Answer:
    if not form["text"]:
        return Answer(422, None, "Write the idea: if …, then …, because ….", "text")
    known = (await at.ask("GET", "synthesis", "/ideas")).items()
    name = domain.key_of(form["text"], [item["id"] for item in known])
    source = [{"kind": "person", "id": form["source"]}] if form["source"] else []
    body = {"text": form["text"], "sources": source, "theories": form.all("theories")}
    return await at.ask("PUT", "synthesis", f"/ideas/{key(name)}", json=body)


async def _stand(at: ReviewAt, form: Sent, deed: str) -> Answer:
    path = f"/ideas/{key(form['idea'])}"
    bodies: dict[str, dict[str, Any]] = {
        "sort": {"theories": form.all("theories"), "reason": form["reason"]},
        "merge": {"into": form["into"], "reason": form["reason"]},
        "drop": {"reason": form["reason"]},
        "take-up": {"reason": form["reason"]},
    }
    if deed not in bodies:
        return Answer(422, None, "Choose what to do with the idea.", "deed")
    if deed == "merge" and not form["into"]:
        return Answer(422, None, "Choose the idea that it is merged into.", "into")
    return await at.ask("POST", "synthesis", f"{path}/{deed}", json=bodies[deed])


def _add_lineage(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/lineage")
    async def lineage(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Say that one theory came out of another, or take that back; with a reason."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        ends = {"earlier": form["earlier"], "later": form["later"]}
        if not all(ends.values()):
            answer = Answer(422, None, "Choose both theories.", "earlier")
        elif form["deed"] == "withdraw":
            body = {**ends, "reason": form["reason"]}
            answer = await at.ask("POST", "synthesis", "/lineage/withdraw", json=body)
        else:
            body = {**ends, "kind": form["kind"] or "became", "because": form["because"]}
            answer = await at.ask("PUT", "synthesis", "/lineage", json=body)
        if answer.problem:
            return await theories.theories_page(at, refused("lineage", answer, form))
        return at.to("/synthesis#lineage")


def _add_wording(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/wording-of/{theory_id:path}")
    async def wording(
        review_id: str, theory_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Word a theory anew, with the reason and what moved it."""
        form = await sent(request)
        principal.require(review_id, SYNTHESIST)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _worded(at, theory_id, form)
        if answer.problem:
            typed = form.values()
            if answer.status == 412:
                typed |= {"seen": ""}  # pressed again, it is put over the newest wording
            wrong = refused("wording", answer, typed)
            return await _theory(ctx, request, at, theory_id, wrong)
        return at.to(f"/theories/{key(theory_id)}#wording")


async def _theory(
    ctx: Context, request: Request, at: ReviewAt, theory_id: str, wrong: Tried
) -> Response:
    tried = theories.TheoryFormTried(worded=wrong, status=wrong.status)
    return await theories.theory_page(ctx, request, at.principal, at.review.id, theory_id, tried)


async def _worded(at: ReviewAt, theory_id: str, form: Sent) -> Answer:
    if not form["reason"]:
        return Answer(422, None, "Say why the wording changes; the reason stays with it.", "reason")
    path = f"/theories/{key(theory_id)}"
    known = await at.ask("GET", "synthesis", path)
    if known.problem:
        return known
    kept = ("number", "name", "domain")
    body = {name: known.body[name] for name in kept if known.body.get(name) is not None}
    body |= {name: form[name] for name in WORDING}
    body |= {"name": form["name"] or body.get("name", ""), "status": form["status"] or "refined"}
    body |= {"reason": form["reason"], "moved_by": domain.references(form.all("moved_by"))}
    head = {"if-match": f'"{form["seen"] or known.body["version"]}"'}
    answer = await at.ask("PUT", "synthesis", path, extra=head, json=body)
    if answer.status == 412:
        words = (
            "Somebody worded it anew meanwhile; how stands above. What you typed stays here: press "
            "again to word it so nevertheless."
        )
        return Answer(answer.status, None, words)
    return answer
