"""Pages of data-extraction forms: build one, answer it for a document, compare, agree."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from shared.http.auth import Principal, PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import NotFound
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.feed import store as feed_store
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.domain import extraction_forms
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages.listing import every
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

FOUND = 303


def routes(ctx: Context) -> APIRouter:
    """Forms, one form, its answers."""
    router = pages_router()
    _add_list(router, ctx)
    _add_builder(router, ctx)
    _add_answers(router, ctx)
    return router


def _base(review_id: str) -> str:
    return f"/api/extraction/reviews/{key(review_id)}"


def _here(review_id: str, form_id: str) -> str:
    return f"/reviews/{key(review_id)}/forms/{key(form_id)}"


async def _about(ctx: Context, review_id: str) -> dict[str, Any]:
    """What every page tells of its review."""
    return {
        "review": await ctx.db.read(lambda tx: shown(tx, review_id)),
        "last": await ctx.db.read(lambda tx: feed_store.head(tx, review_id)),
    }


def _name(review: ReviewOut, person: str | None) -> str:
    """What somebody is called beside answers; nobody is the team."""
    names = {one.person: one.name for one in review.team}
    return names.get(person, person) if person else "the team, in agreement"


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/forms", response_class=HTMLResponse)
    async def forms(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The review's forms, and templates to start from."""
        member(principal, review_id)
        return await _listed(ctx, request, review_id, Answer(200, None), {})

    @router.post("/reviews/{review_id}/forms")
    async def start(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Start a form, from a template or with one question."""
        member(principal, review_id)
        form = await _form(request)
        body: dict[str, Any] = {"title": form.get("title", "").strip()}
        template = form.get("template", "")
        if template:
            body["template"] = template
        name = new_id()
        said = await ask(ctx, request, "PUT", f"{_base(review_id)}/forms/{name}", json=body)
        if said.ok:
            return RedirectResponse(_here(review_id, name), status_code=FOUND)
        return await _listed(ctx, request, review_id, said, form)


async def _listed(
    ctx: Context, request: Request, review_id: str, said: Answer, typed: Mapping[str, str]
) -> HTMLResponse:
    """All forms; with what was typed where starting one was refused."""
    found = await ask(ctx, request, "GET", f"{_base(review_id)}/forms")
    templates = await ask(ctx, request, "GET", f"{_base(review_id)}/form-templates")
    return await page(
        "forms.html",
        status=said.status,
        forms=found.body or [],
        templates=templates.body or [],
        problem=said.problem or found.problem,
        typed={name: typed.get(name, "") for name in ("title", "template")},
        **await _about(ctx, review_id),
    )


def _add_builder(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/forms/{form_id}", response_class=HTMLResponse)
    async def form(
        review_id: str, form_id: str, principal: PrincipalDep, request: Request
    ) -> HTMLResponse:
        """One form: its questions to change, and the documents to answer it for."""
        member(principal, review_id)
        return await _builder(ctx, request, review_id, form_id, Answer(200, None))

    @router.post("/reviews/{review_id}/forms/{form_id}")
    async def build(
        review_id: str, form_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Change a form's title, stage and questions, or bring in a table of answers."""
        member(principal, review_id)
        form = await _form(request)
        if form.get("do") == "table":
            return await _bring_in(ctx, request, review_id, form_id)
        known = await _known(ctx, request, review_id, form_id)
        body = {
            "title": form.get("title", "").strip(),
            "stage": form.get("stage") or None,
            "status": form.get("status", known["status"]),
            "fields": extraction_forms.fields_of(form, known["fields"]),
        }
        said = await ask(ctx, request, "PUT", f"{_base(review_id)}/forms/{key(form_id)}", json=body)
        if said.ok:
            return RedirectResponse(_here(review_id, form_id), status_code=FOUND)
        return await _builder(ctx, request, review_id, form_id, said, tried=body)


async def _bring_in(ctx: Context, request: Request, review_id: str, form_id: str) -> Response:
    """The page again, with how many answers the table changed, or why it was refused."""
    file = (await request.form()).get("table")
    if not isinstance(file, UploadFile) or not file.filename:
        said = Answer(422, None, "Choose a file: CSV in UTF-8, or XLSX.")
    else:
        path = f"{_base(review_id)}/forms/{key(form_id)}/table"
        said = await ask(ctx, request, "POST", path, content=await file.read())
    return await _builder(ctx, request, review_id, form_id, said)


async def _builder(
    ctx: Context,
    request: Request,
    review_id: str,
    form_id: str,
    said: Answer,
    tried: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    known = await _known(ctx, request, review_id, form_id)
    form = {**known, **(tried or {})}
    base = _base(review_id)
    done = await ask(ctx, request, "GET", f"{base}/forms/{key(form_id)}/progress")
    agreed = await ask(ctx, request, "GET", f"{base}/forms/{key(form_id)}/agreement")
    listed = await every(ctx, request, f"{base}/documents")
    about = await _about(ctx, review_id)
    answered: dict[str, list[str]] = {}
    for one in done.body or ():
        name = _name(about["review"], one["person"])
        answered.setdefault(one["document"], []).append(name)
    return await page(
        "form.html",
        status=said.status if said.problem else 200,
        form=form,
        rows=extraction_forms.builder_rows(form["fields"]),
        documents=listed.items,
        answered=answered,
        agreement=[one for one in agreed.body or () if one["documents"]],
        labels={one["id"]: one["label"] for one in known["fields"]},
        brought=said.body if said.ok and tried is None else None,
        problem=said.problem,
        KINDS=extraction_forms.KINDS,
        **about,
    )


def _add_answers(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/form-answers/{form_id}", response_class=HTMLResponse)
    async def answers(
        review_id: str,
        form_id: str,
        principal: PrincipalDep,
        request: Request,
        document: str = "",
        everybody: bool = False,
    ) -> HTMLResponse:
        """The form for one document: your answers, and the others' once yours are done."""
        member(principal, review_id)
        at = (ctx, request, review_id, form_id, document)
        return await _answers(*at, principal, Answer(200, None), everybody=everybody)

    @router.post("/reviews/{review_id}/form-answers/{form_id}")
    async def save(
        review_id: str, form_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Keep your answers as a draft or as done, or what the team agreed on."""
        member(principal, review_id)
        form = await _form(request)
        known = await _known(ctx, request, review_id, form_id)
        document = form.get("document", "")
        what = "consensus" if form.get("do") == "agree" else "answers"
        body = extraction_forms.answering(form, known["fields"], whole(form.get("seen", "")))
        path = f"{_base(review_id)}/forms/{key(form_id)}/{what}"
        said = await ask(ctx, request, "PUT", path, json=body)
        if said.ok:
            there = f"/reviews/{key(review_id)}/form-answers/{key(form_id)}"
            return RedirectResponse(f"{there}?document={key(document)}", status_code=FOUND)
        given = {"answers": body["answers"], "note": body["note"]}
        at = (ctx, request, review_id, form_id, document)
        return await _answers(*at, principal, said, given=given)


async def _answers(
    ctx: Context,
    request: Request,
    review_id: str,
    form_id: str,
    document_id: str,
    principal: Principal,
    said: Answer,
    *,
    given: Mapping[str, Any] | None = None,
    everybody: bool = False,
) -> HTMLResponse:
    base = f"{_base(review_id)}"
    form = await _known(ctx, request, review_id, form_id)
    document = await ask(ctx, request, "GET", f"{base}/documents/{key(document_id or '-')}")
    if not document.ok:
        raise NotFound("Choose a document on the page of the form.")
    path, params = f"{base}/forms/{key(form_id)}", {"document": document_id}
    found = await ask(ctx, request, "GET", f"{path}/answers", params=params)
    if everybody:
        params["everybody"] = "true"
    compared = await ask(ctx, request, "GET", f"{path}/comparison", params=params)
    about = await _about(ctx, review_id)
    comparison = compared.body if compared.ok else None
    return await page(
        "form_answers.html",
        status=said.status if said.problem else 200,
        form=form,
        document=document.body,
        **extraction_forms.standing(found.body or (), principal.person_id, comparison, given),
        comparison=comparison,
        beside=extraction_forms.side_by_side(form["fields"], comparison),
        names={one: _name(about["review"], one) for one in (comparison or {}).get("people", ())},
        may_look=principal.has(review_id),
        problem=said.problem or found.problem,
        EMPTY_ROWS=extraction_forms.EMPTY_ROWS,
        **about,
    )


async def _known(ctx: Context, request: Request, review_id: str, form_id: str) -> Mapping[str, Any]:
    found = await ask(ctx, request, "GET", f"{_base(review_id)}/forms/{key(form_id)}")
    if not found.ok:
        raise NotFound(found.problem)
    form: Mapping[str, Any] = found.body
    return form


async def _form(request: Request) -> dict[str, str]:
    same_origin(request)
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
