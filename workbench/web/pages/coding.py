"""Routes of coding: read a document, code its passages; plain forms underneath."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from shared.http.auth import PrincipalDep
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.reviews.handlers.reviews import member
from workbench.web.domain import coded_elements
from workbench.web.pages import coding_view
from workbench.web.pages.coding_codes import with_new_codes
from workbench.web.pages.coding_memos import add_memos
from workbench.web.pages.coding_page import Fragment, answer_of, fields_of, shown
from workbench.web.pages.coding_reading import base_of, coded, document_of, text_of
from workbench.web.pages.coding_saved import saved
from workbench.web.pages.pdf_pages import cited
from workbench.web.pages.review_at import open_at
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """One document, and what is done with it."""
    router = pages_router()
    _add_coding(router, ctx)
    _add_text(router, ctx)
    _add_withdrawing(router, ctx)
    add_memos(router, ctx)
    _add_document(router, ctx)
    return router


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
            form = coding_view.form_of(await coded(ctx, request, review_id, fragment))
        return await shown(
            ctx, request, review_id, document_id, theory, part=bool(x_fragment), form=form
        )


def _add_coding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/coding-of/{document_id:path}")
    async def code(
        review_id: str,
        document_id: str,
        principal: PrincipalDep,
        request: Request,
        x_fragment: Fragment = None,
    ) -> Response:
        """Code a passage; the form comes back with the problem where it cannot be taken.

        A browser that shows all else (`shown`) is given what a new fragment changes of the page.
        """
        member(principal, review_id)
        form = await fields_of(request)
        document = await document_of(ctx, request, review_id, document_id)
        text = await text_of(ctx, request, review_id, document)
        coder = principal.person_id
        chosen, said = await with_new_codes(ctx, request, review_id, form)
        if said.ok:
            said = await _code(ctx, request, review_id, document, chosen, text, coder)
        if said.ok and x_fragment and form.get("shown") and not form.get("seen"):
            at = await open_at(ctx, request, principal, review_id)
            made = await saved(at, document, text, chosen, said.body["id"])
            if made:
                return made
        part = bool(x_fragment)
        return await answer_of(ctx, request, review_id, document_id, form, said, part, text)


def _add_text(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/texts-of/{document_id:path}")
    async def give_text(
        review_id: str, document_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Give a document its text; the rest of it stays."""
        member(principal, review_id)
        form = await fields_of(request)
        document = await document_of(ctx, request, review_id, document_id)
        kept = ("kind", "title", "record", "study", "case", "year", "participant")
        body = {name: document[name] for name in kept} | {"text": form.get("text", "")}
        path = f"{base_of(review_id)}/documents/{key(document_id)}"
        said = await ask(ctx, request, "PUT", path, json=body)
        return await answer_of(ctx, request, review_id, document_id, form, said, part=False)


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
        form = await fields_of(request)
        path = f"{base_of(review_id)}/fragments/{key(fragment_id)}/withdraw"
        said = await ask(ctx, request, "POST", path, json={"reason": form.get("reason", "")})
        document_id = form.get("document", "")
        return await answer_of(ctx, request, review_id, document_id, form, said, bool(x_fragment))


def _wrong_in(form: Mapping[str, str], place: Mapping[str, Any]) -> str:
    """What is wrong with the rest of a form whose passage is found ("" where nothing is)."""
    if not coded_elements.elements_of(form):
        return "Choose or name at least one code: what does the passage say?"
    if form.get("seen") and not form.get("fragment"):
        return "Open the fragment again, then change it: it was not named."
    return coded_elements.words_problem(form, place)


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
    wrong = wrong or _wrong_in(form, place)
    if wrong:
        return Answer(422, None, wrong)
    path = f"{base_of(review_id)}/fragments/{key(form.get('fragment') or new_id())}"
    if form.get("seen"):
        known = await coded(ctx, request, review_id, form["fragment"])
        if known["quote"] and not place:
            return Answer(422, None, "The passage is empty: select it again, then save.")
        body = coding_view.amended(known, form, place)
        if body["locator"] == known["locator"]:
            body["locator"] = await cited(ctx, request, review_id, document, known, place)
        return await ask(ctx, request, "PUT", path, {"if-match": f'"{form["seen"]}"'}, json=body)
    body = coding_view.fragment_of(form, document, place) | {"coder": coder}
    if not body.get("locator"):
        body["locator"] = await cited(ctx, request, review_id, document, {}, place)
    return await ask(ctx, request, "PUT", path, json=body)
