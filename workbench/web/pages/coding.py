"""Routes of coding: read a document, code its passages; plain forms underneath."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import NotFound
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.reviews.handlers.reviews import member
from workbench.web.domain import configurations, fragment_relations
from workbench.web.pages import coding_view
from workbench.web.pages.documents import KINDS
from workbench.web.pages.pdf_pages import cited, pdf_of
from workbench.web.pages.review_at import open_at
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

Fragment = Annotated[str | None, Header(alias="x-fragment")]
MOST = 1000


def routes(ctx: Context) -> APIRouter:
    """One document, and what is done with it."""
    router = pages_router()
    _add_coding(router, ctx)
    _add_text(router, ctx)
    _add_withdrawing(router, ctx)
    _add_document(router, ctx)
    return router


def _base(review_id: str) -> str:
    return f"/api/extraction/reviews/{key(review_id)}"


def _here(review_id: str, document_id: str, theory: str = "") -> str:
    asked = f"?theory={key(theory)}" if theory else ""
    return f"/reviews/{key(review_id)}/coding/{key(document_id)}{asked}"


def _add_document(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/coding/{document_id:path}", response_class=HTMLResponse)
    async def document(
        review_id: str,
        document_id: str,
        principal: PrincipalDep,
        request: Request,
        theory: str = "",
        fragment: str = "",
        x_fragment: Fragment = None,
    ) -> HTMLResponse:
        """One document: its text with the coded passages, and a form for the next fragment, or
        for one that is there already.
        """
        member(principal, review_id)
        form = {}
        if fragment:
            form = coding_view.form_of(await _coded(ctx, request, review_id, fragment))
        return await _page(
            ctx, request, review_id, document_id, theory, part=bool(x_fragment), form=form
        )


async def _coded(
    ctx: Context, request: Request, review_id: str, fragment_id: str
) -> Mapping[str, Any]:
    """A fragment whose words this person may read; raises `NotFound`."""
    found = await ask(ctx, request, "GET", f"{_base(review_id)}/fragments/{key(fragment_id)}")
    if not found.ok or found.body["words_withheld"]:
        raise NotFound(found.problem or "Its words are withheld from you; a coder may edit it.")
    fragment: Mapping[str, Any] = found.body
    return fragment


async def _page(
    ctx: Context,
    request: Request,
    review_id: str,
    document_id: str,
    theory: str,
    *,
    part: bool,
    status: int = 200,
    problem: str = "",
    form: Mapping[str, str] | None = None,
) -> HTMLResponse:
    found = await _document(ctx, request, review_id, document_id, theory)
    at = await open_at(ctx, request, request.state.principal, review_id)
    return await page(
        "_coding.html" if part else "coding.html",
        status=status,
        review=at.review,
        c=found,
        assignee=at.name(found.document["assignee"]) if found.document["assignee"] else "nobody",
        KINDS=KINDS,
        pdf=await pdf_of(ctx, request, review_id, found.document),
        fresh=(form or {}).get("fragment") or new_id(),
        problem=problem,
        form=defaultdict(str, form or {}),
        rows=coding_view.rows_of(form or {}),
        ROLES=coding_view.ROLES,
        STATES=coding_view.STATES,
        CSS=coding_view.CSS,
        TARGETS=coding_view.TARGETS,
        relations=fragment_relations.rows_of(form or {}),
        relatable=await _relatable(ctx, request, review_id, found.theory, form or {}),
        RELATIONS=fragment_relations.RELATIONS,
    )


async def _relatable(
    ctx: Context, request: Request, review_id: str, theory: str, form: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What the fragment that is edited can be related to: the theory's configurations and
    arguments; none for a new one, whose relations come when it is saved.
    """
    if not form.get("seen") or not theory:
        return []
    rows = await ctx.db.read(lambda tx: projections.standing_ccmocs(tx, review_id, theory))
    labels = await ctx.db.read(lambda tx: projections.group_labels(tx, review_id))
    path = f"/api/synthesis/reviews/{key(review_id)}/arguments"
    found = await ask(ctx, request, "GET", path, params={"theory": theory})
    return fragment_relations.choices(configurations.in_order(rows, labels), found.items())


async def _document(
    ctx: Context, request: Request, review_id: str, document_id: str, theory: str
) -> coding_view.Coding:
    base = _base(review_id)
    document = await _known(ctx, request, review_id, document_id)
    asked = {"document": document_id, "limit": MOST}
    fragments = await ask(ctx, request, "GET", f"{base}/fragments", params=asked)
    theories = await ctx.db.read(lambda tx: projections.theory_states(tx, review_id))
    chosen = theory or (str(theories[0]["theory_id"]) if theories else "")
    book = Answer(200, {})
    if chosen:
        book = await ask(ctx, request, "GET", f"{base}/theories/{key(chosen)}/codebook")
    text = await _text(ctx, request, review_id, document)
    older = await ask(
        ctx, request, "GET", f"{base}/codes/outdated", params={"document": document_id}
    )
    reader = request.state.principal.person_id
    standing = coding_view.standing(fragments.items(), reader)
    coded = {element["code"] for one in standing for element in one["elements"]}
    codes = Answer(200, [])
    if coded - coding_view.labels_of(book.body or {}).keys():
        codes = await ask(ctx, request, "GET", f"{base}/codes")
    return coding_view.coding(
        document,
        text,
        standing,
        theories,
        chosen,
        book.body or {},
        older.body or (),
        codes.body if codes.ok else (),
    )


async def _known(
    ctx: Context, request: Request, review_id: str, document_id: str
) -> Mapping[str, Any]:
    path = f"{_base(review_id)}/documents/{key(document_id)}"
    found = await ask(ctx, request, "GET", path)
    if not found.ok:
        raise NotFound(found.problem)
    document: Mapping[str, Any] = found.body
    return document


async def _text(ctx: Context, request: Request, review_id: str, document: Mapping[str, Any]) -> str:
    if not document["text_version"]:
        return ""
    path = f"{_base(review_id)}/documents/{key(document['id'])}/text"
    found = await ask(ctx, request, "GET", path)
    return str(found.body["text"]) if found.ok else ""


def _add_coding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/coding-of/{document_id:path}")
    async def code(
        review_id: str,
        document_id: str,
        principal: PrincipalDep,
        request: Request,
        x_fragment: Fragment = None,
    ) -> Response:
        """Code a passage; the form comes back with the problem where it cannot be taken."""
        member(principal, review_id)
        form = await _form(request)
        document = await _known(ctx, request, review_id, document_id)
        text = await _text(ctx, request, review_id, document)
        coder = principal.person_id
        said = await _code(ctx, request, review_id, document, form, text, coder)
        return await _answer(ctx, request, review_id, document_id, form, said, bool(x_fragment))


def _add_text(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/texts-of/{document_id:path}")
    async def give_text(
        review_id: str, document_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Give a document its text; the rest of it stays."""
        member(principal, review_id)
        form = await _form(request)
        document = await _known(ctx, request, review_id, document_id)
        kept = ("kind", "title", "record", "study", "case", "year", "participant")
        body = {name: document[name] for name in kept} | {"text": form.get("text", "")}
        path = f"{_base(review_id)}/documents/{key(document_id)}"
        said = await ask(ctx, request, "PUT", path, json=body)
        return await _answer(ctx, request, review_id, document_id, form, said, part=False)


def _add_withdrawing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/withdrawals-of/{fragment_id:path}")
    async def withdraw(
        review_id: str,
        fragment_id: str,
        principal: PrincipalDep,
        request: Request,
        x_fragment: Fragment = None,
    ) -> Response:
        """Withdraw a fragment, with a reason; it and its history are kept."""
        member(principal, review_id)
        form = await _form(request)
        path = f"{_base(review_id)}/fragments/{key(fragment_id)}/withdraw"
        said = await ask(ctx, request, "POST", path, json={"reason": form.get("reason", "")})
        document_id = form.get("document", "")
        return await _answer(ctx, request, review_id, document_id, form, said, bool(x_fragment))


async def _form(request: Request) -> dict[str, str]:
    same_origin(request)
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _code(
    ctx: Context,
    request: Request,
    review_id: str,
    document: Mapping[str, Any],
    form: Mapping[str, str],
    text: str,
    coder: str,
) -> Answer:
    place, wrong = coding_view.passage_of(form, text)
    if wrong:
        return Answer(422, None, wrong)
    if not coding_view.elements_of(form):
        return Answer(422, None, "Choose or name at least one code: what does the passage say?")
    path = f"{_base(review_id)}/fragments/{key(form.get('fragment') or new_id())}"
    if form.get("seen") and not form.get("fragment"):
        return Answer(422, None, "Open the fragment again, then change it: it was not named.")
    if form.get("seen"):
        known = await _coded(ctx, request, review_id, form["fragment"])
        if known["quote"] and not place:
            return Answer(422, None, "The passage is empty: select it again, then save.")
        body = coding_view.amended(known, form, place)
        body["locator"] = await cited(ctx, request, review_id, document, known, place)
        return await ask(ctx, request, "PUT", path, {"if-match": f'"{form["seen"]}"'}, json=body)
    locator = await cited(ctx, request, review_id, document, {}, place)
    body = coding_view.fragment_of(form, document, place) | {"coder": coder, "locator": locator}
    return await ask(ctx, request, "PUT", path, json=body)


async def _answer(
    ctx: Context,
    request: Request,
    review_id: str,
    document_id: str,
    form: Mapping[str, str],
    said: Answer,
    part: bool,
) -> Response:
    """303 to the page where it went well; the page with the problem where it did not."""
    theory = form.get("theory", "")
    if said.ok and not part:
        return RedirectResponse(_here(review_id, document_id, theory), status_code=303)
    return await _page(
        ctx, request, review_id, document_id, theory,
        part=part, status=said.status if said.problem else 200, problem=said.problem,
        form={} if said.ok else form,
    )  # fmt: skip
