"""The page on which a document is read and coded, and answers to its forms."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.http.origin import same_origin
from shared.ids import new_id
from shared.kernel.service import Context
from workbench.web.domain import coded_elements, coding_roles, fragment_relations
from workbench.web.pages import coding_parts, coding_view
from workbench.web.pages.coding_reading import coding_of, offered_roles, relatable
from workbench.web.pages.documents import KINDS
from workbench.web.pages.pdf_pages import pdf_of
from workbench.web.pages.review_at import open_at
from workbench.web.services import Answer, key
from workbench.web.site import page

Fragment = Annotated[str | None, Header(alias="x-fragment")]


def address(review_id: str, document_id: str, theory: str = "") -> str:
    """Where a document is coded."""
    asked = f"?theory={key(theory)}" if theory else ""
    return f"/reviews/{key(review_id)}/coding/{key(document_id)}{asked}"


async def shown(
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
    known: str = "",
    text: str | None = None,
) -> HTMLResponse:
    """The page of a document, or what of it is drawn anew (`part`); `form` is one that was refused
    for a `problem`, `known` the digests of what the browser shows, `text` the text where known.
    """
    at = await open_at(ctx, request, request.state.principal, review_id)
    found = await coding_of(at, document_id, theory, text)
    if form and "words" in form:
        found = replace(found, memos=[_typed(one, form) for one in found.memos])
    here = f"/reviews/{key(review_id)}"
    return await page(
        "_coding.html" if part else "coding.html",
        status=status,
        review=at.review,
        c=found,
        parts=coding_parts.parts(found, here, frozenset(known.split())),
        assignee=at.name(found.document["assignee"]) if found.document["assignee"] else "nobody",
        KINDS=KINDS,
        pdf=await pdf_of(ctx, request, review_id, found.document),
        problem=problem,
        offered=await offered_roles(ctx, request, review_id),
        relatable=await relatable(ctx, request, review_id, found.theory, form or {}),
        may_note=at.may("coder", "reviewer"),
        **_fields(form or {}),
    )


def _fields(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form for a fragment holds, and the words that it chooses from."""
    return {
        "form": defaultdict(str, form),
        "fresh": form.get("fragment") or new_id(),
        "rows": coded_elements.rows_of(form),
        "relations": fragment_relations.rows_of(form),
        "ROLES": coding_roles.EVERY,
        "STATES": coding_roles.STATES,
        "CSS": coding_roles.CSS,
        "MARKS": coding_roles.MARKS,
        "TARGETS": coding_view.TARGETS,
        "RELATIONS": fragment_relations.RELATIONS,
    }


def _typed(memo: Mapping[str, Any], form: Mapping[str, str]) -> Mapping[str, Any]:
    """A memo, with what was typed for it in a form that was refused."""
    return {**memo, "wording": form["words"]} if memo["memo_id"] == form.get("memo_id") else memo


async def fields_of(request: Request) -> dict[str, str]:
    """The texts of a form; raises `Forbidden` for one that another site sent."""
    same_origin(request)
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def answer_of(
    ctx: Context,
    request: Request,
    review_id: str,
    document_id: str,
    form: Mapping[str, str],
    said: Answer,
    part: bool,
    text: str | None = None,
) -> Response:
    """303 to the page where it went well; the page with the problem where it did not."""
    theory = form.get("theory", "")
    if said.ok and not part:
        return RedirectResponse(address(review_id, document_id, theory), status_code=303)
    return await shown(
        ctx, request, review_id, document_id, theory,
        part=part, status=said.status if said.problem else 200, problem=said.problem,
        form={} if said.ok else form, text=text, known=form.get("known", "") if part else "",
    )  # fmt: skip
