"""The documents of a review: where each stands, and one that no record brings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain.keys import key_of
from workbench.web.domain.typed_numbers import whole as whole_number
from workbench.web.pages.listing import Asked, Start, has_words, part, whole
from workbench.web.pages.review_at import NOTHING, ReviewAt, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

STANDINGS = {
    "to_get": "text to get",
    "not_retrieved": "not retrieved",
    "to_code": "to code",
    "coded": "coded",
    "withdrawn": "withdrawn",
}
KINDS = {
    "literature": "literature",
    "policy": "policy",
    "workshop": "workshop",
    "staff": "staff",
    "service_user": "service user",
    "carer": "carer",
}
MINE, NOBODY = "mine", "nobody"


def routes(ctx: Context) -> APIRouter:
    """The list, and a document by hand."""
    router = pages_router()
    _add_list(router, ctx)
    _add_giving(router, ctx)
    _add_by_hand(router, ctx)
    return router


def standing(document: Mapping[str, Any]) -> str:
    """Where a document stands, as a key of `STANDINGS`."""
    if document["withdrawn"] or document["erased"]:
        return "withdrawn"
    if document["fragments"]:
        return "coded"
    if document["text_version"]:
        return "to_code"
    return "not_retrieved" if document["retrieval"] == "not_retrieved" else "to_get"


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/coding", response_class=HTMLResponse)
    async def documents(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        q: Asked = "",
        state: Asked = "",
        kind: Asked = "",
        who: Asked = "",
        start: Start = 0,
    ) -> HTMLResponse:
        """The review's documents: where each stands, with whom it is, what is coded in it."""
        at = await open_at(ctx, request, principal, review_id)
        return await _listed(at, _asked(q, state, kind, who), start)


def _add_giving(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/coding-assignees")
    async def give(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        q: Asked = "",
        state: Asked = "",
        kind: Asked = "",
        who: Asked = "",
    ) -> Response:
        """Give the chosen documents to a person, or to nobody."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        asked = _asked(q, state, kind, who)
        given = [
            {"document": name, "person": form["person"] or None} for name in form.all("document")
        ]
        if not given:
            none = Answer(422, None, "Choose the documents first: one box a line.")
            return await _listed(at, asked, 0, refused("give", none, form, "document"))
        answer = await at.ask("POST", "extraction", "/assignments", json={"assignments": given})
        if answer.problem:
            return await _listed(at, asked, 0, refused("give", answer, form, "document"))
        return at.to(f"/coding?{urlencode({k: v for k, v in asked.items() if v})}")


def _asked(q: str, state: str, kind: str, who: str) -> dict[str, str]:
    return {
        "q": q,
        "state": state if state in STANDINGS else "",
        "kind": kind if kind in KINDS else "",
        "who": who,
    }


def _is_with(document: Mapping[str, Any], who: str, reader: str) -> bool:
    """Whether a document is with whom the list asks for: MINE, NOBODY, a person, anybody ("")."""
    person = document["assignee"]
    if who == NOBODY:
        return person is None
    return not who or person == (reader if who == MINE else who)


async def _listed(
    at: ReviewAt, asked: Mapping[str, str], start: int, tried: Tried = NOTHING
) -> HTMLResponse:
    found = await whole(at, "extraction", "/documents")
    reader = at.principal.person_id
    asked_for = [
        {**one, "standing": standing(one)}
        for one in found.items
        if (not asked["kind"] or one["kind"] == asked["kind"])
        and has_words(asked["q"], one["title"], one["study"], one["year"])
    ]
    of_kind = [one for one in asked_for if _is_with(one, asked["who"], reader)]
    listed = [one for one in of_kind if not asked["state"] or one["standing"] == asked["state"]]
    listed.sort(key=lambda one: (one["title"] or one["id"]).casefold())
    items, more = part(listed, start, asked)
    return await at.page(
        "documents.html",
        tried,
        documents=items,
        more=more,
        problem=found.problem,
        counts=Counter(one["standing"] for one in of_kind),
        total=len(of_kind),
        asked=asked,
        mine=sum(_is_with(one, MINE, reader) for one in asked_for),
        people=_people(at, found.items),
        coders=[
            one for one in at.review.team if not one.left_at and {"coder", "owner"} & {*one.roles}
        ],
        STANDINGS=STANDINGS,
        KINDS=KINDS,
    )


def _people(at: ReviewAt, documents: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Who has documents besides the reader, by name."""
    named = {one["assignee"] for one in documents} - {None, at.principal.person_id}
    return sorted(((person, at.name(person)) for person in named), key=lambda one: one[1])


def _add_by_hand(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/document-new", response_class=HTMLResponse)
    async def blank(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """A form for a source that no record brings: an interview, a policy, a workshop."""
        return await _form(await open_at(ctx, request, principal, review_id))

    @router.post("/reviews/{review_id}/document-new")
    async def add(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Add the source, with its text where there is one."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        known = await whole(at, "extraction", "/documents")
        name = key_of(form["title"], {one["id"] for one in known.items})
        if not name:
            none = Answer(422, None, "Give it a title of letters or digits.")
            return await _form(at, refused("document", none, form, "title"))
        year = whole_number(form["year"])
        if form["year"] and year is None:
            none = Answer(422, None, "A year is four digits, such as 2024.")
            return await _form(at, refused("document", none, form, "year"))
        body: dict[str, Any] = {
            "kind": form["kind"] or "literature",
            "title": form["title"],
            "study": form["study"],
            "confidential": form["confidential"] == "yes",
        }
        body |= {"year": year} if form["year"] else {}
        body |= {"participant": form["participant"]} if form["participant"] else {}
        body |= {"text": form["text"]} if form["text"] else {}
        answer = await at.ask("PUT", "extraction", f"/documents/{key(name)}", json=body)
        if answer.problem:
            return await _form(at, refused("document", answer, form))
        return at.to(f"/coding/{key(name)}")


async def _form(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    return await at.page("document_new.html", tried, KINDS=KINDS)
