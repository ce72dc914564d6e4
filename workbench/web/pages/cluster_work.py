"""What people do around a cluster: words of theories, messages to authors, related studies."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from shared.http.auth import LOCAL_OWNER, PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.projections.store.projections import theory_states
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.domain.typed_numbers import whole
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

MESSAGES = {
    "to_write": "to write",
    "sent": "sent",
    "answered": "answered",
    "no_answer": "no answer",
}
KINDS = {"sibling": "a report of the same study", "kinship": "a related study"}
MOST = 200
PATH = "/reviews/{review_id}/cluster"


FIELDS = ("words", "reason", "note")
"""What the page's forms keep of what was typed."""


@dataclass(frozen=True, slots=True)
class ClusterFormTried:
    """A form that met a problem, with what was filled in."""

    form: str = ""
    problem: str = ""
    status: int = 200
    said: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))


def routes(ctx: Context) -> APIRouter:
    """The page and its three forms."""
    router = pages_router()
    _add_page(router, ctx)
    _add_words(router, ctx)
    _add_people(router, ctx)
    return router


def _add_page(router: APIRouter, ctx: Context) -> None:
    @router.get(PATH, response_class=HTMLResponse)
    async def work(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Words of theories, messages to authors, siblings and kin."""
        member(principal, review_id)
        return await _page(ctx, request, review_id, ClusterFormTried())


def _add_words(router: APIRouter, ctx: Context) -> None:
    @router.post(f"{PATH}/words")
    async def words(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Write the words by which a theory is known."""
        form = await _form(request, principal, review_id)
        theory = str(form.get("theory", ""))
        seen = str(form.get("seen", "0"))
        body = {
            "words": [
                one.strip() for one in str(form.get("words", "")).splitlines() if one.strip()
            ],
            "reason": str(form.get("reason", "")),
            "seen": whole(seen) or 0,
        }
        tail = f"lexicons/{key(theory or '-')}"
        return await _done(ctx, request, review_id, ("PUT", tail, body), (f"words/{theory}", form))


def _add_people(router: APIRouter, ctx: Context) -> None:
    @router.post(f"{PATH}/message")
    async def message(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Write a message anew, or say what became of it."""
        form = await _form(request, principal, review_id)
        names = ("state", "note", "address", "subject", "message")
        body = {name: _lines(form, name) for name in names if name in form}
        contact = str(form.get("contact", ""))
        tail = f"contacts/{key(contact or '-')}"
        return await _done(ctx, request, review_id, ("POST", tail, body), (contact, form))

    @router.post(f"{PATH}/relation")
    async def relation(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Confirm or refuse a sibling or a kin."""
        form = await _form(request, principal, review_id)
        body = {name: str(form.get(name, "")) for name in ("a", "b", "kind", "state", "reason")}
        about = f"{body['a']}|{body['b']}"
        return await _done(ctx, request, review_id, ("PUT", "relations", body), (about, form))


async def _form(request: Request, principal: Any, review_id: str) -> FormData:
    same_origin(request)
    member(principal, review_id)
    return await request.form()


def _lines(form: FormData, name: str) -> str:
    return str(form.get(name, "")).replace("\r\n", "\n")


async def _done(
    ctx: Context,
    request: Request,
    review_id: str,
    asked: tuple[str, str, dict[str, Any]],
    about: tuple[str, FormData],
) -> Response:
    """Ask search; back to the page, or the page with the problem at its form."""
    method, tail, body = asked
    path = f"/api/search/reviews/{key(review_id)}/{tail}"
    answer = await ask(ctx, request, method, path, json=body)
    if answer.problem:
        said = dict.fromkeys(FIELDS, "") | {n: str(value) for n, value in about[1].items()}
        tried = ClusterFormTried(about[0], answer.problem, answer.status, said)
        return await _page(ctx, request, review_id, tried)
    return RedirectResponse(f"/reviews/{key(review_id)}/cluster", status_code=303)


async def _page(
    ctx: Context, request: Request, review_id: str, tried: ClusterFormTried
) -> HTMLResponse:
    review: ReviewOut = await ctx.db.read(lambda tx: shown(tx, review_id))
    base = f"/api/search/reviews/{key(review_id)}"
    lexicons = await ask(ctx, request, "GET", f"{base}/lexicons")
    written = {one["theory_id"]: one for one in lexicons.items()}
    states = await ctx.db.read(lambda tx: theory_states(tx, review_id))
    names = {one["theory_id"]: one.get("name") or one["theory_id"] for one in states}
    names |= {theory: theory for theory in written if theory not in names}
    most = {"limit": MOST}
    messages = await ask(ctx, request, "GET", f"{base}/contacts", params=most)
    related = await ask(ctx, request, "GET", f"{base}/relations", params=most)
    return await page(
        "cluster.html",
        status=tried.status,
        review=review,
        people={LOCAL_OWNER: "the owner", **{one.person: one.name for one in review.team}},
        theories=names,
        written=written,
        versions=await _versions(ctx, request, base, written),
        messages=messages.items(),
        related=related.items(),
        words=MESSAGES,
        kinds=KINDS,
        tried=tried,
        loose="" if tried.form in _forms(names, messages, related) else tried.problem,
        trouble=_trouble(lexicons, messages, related),
    )


async def _versions(
    ctx: Context, request: Request, base: str, written: dict[str, Any]
) -> dict[str, list[Any]]:
    """Every version of each theory's words."""
    return {
        theory: (await ask(ctx, request, "GET", f"{base}/lexicons/{key(theory)}/versions")).items()
        for theory in written
    }


def _forms(names: dict[str, str], messages: Answer, related: Answer) -> set[str]:
    """What forms of the page call themselves; a problem of another stands above them."""
    found = {f"words/{theory}" for theory in names}
    found |= {one["contact_id"] for one in messages.items()}
    return found | {f"{one['a']}|{one['b']}" for one in related.items()}


def _trouble(*answers: Answer) -> str:
    return next((one.problem for one in answers if one.problem), "")
