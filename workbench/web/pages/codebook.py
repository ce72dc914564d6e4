"""Routes of the codebook: a theory's groups and codes, and what is done to them; plain forms."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain import codebook as domain
from workbench.web.domain.coding_roles import EXTRA
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

CODER = "coder"
ACTS = 20


def routes(ctx: Context) -> APIRouter:
    """The codebook of a theory, and the forms on it."""
    router = pages_router()

    @router.get("/reviews/{review_id}/codebook", response_class=HTMLResponse)
    async def codebook(
        review_id: str, principal: PrincipalDep, request: Request, theory: str = ""
    ) -> HTMLResponse:
        """Groups in their tree with their codes, what may be tidied, and what was done."""
        return await codebook_page(await open_at(ctx, request, principal, review_id), theory)

    @router.post("/reviews/{review_id}/codebook")
    async def change(review_id: str, principal: PrincipalDep, request: Request) -> Response:
        """Make a group or a code, change a group, take one away, or undo an act."""
        form = await sent(request)
        principal.require(review_id, CODER)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _carried_out(at, form)
        if answer.problem:
            wrong = refused(_form_of(form), answer, form)
            return await codebook_page(at, form["theory"], wrong)
        return at.to(f"/codebook?theory={key(form['theory'])}")

    return router


async def codebook_page(at: ReviewAt, theory: str = "", tried: Tried = NOTHING) -> HTMLResponse:
    """The page of a theory's codebook; of the first one where none is chosen."""
    theories = (await at.ask("GET", "synthesis", "/theories")).items()
    ids = [one["id"] for one in theories]
    chosen = theory if theory in ids else next(iter(ids), "")
    codes = await at.ask("GET", "extraction", "/codes")
    book = await book_of(at, chosen) if chosen else Answer(200, None)
    groups = book.body["groups"] if book.body else []
    old = (await at.ask("GET", "extraction", "/codes/outdated")).body or []
    tidy = (await at.ask("GET", "extraction", "/codes/suggestions")).body or []
    acts = await at.ask("GET", "extraction", "/codebook-acts", params={"limit": ACTS})
    return await at.page(
        "codebook.html",
        tried,
        theories=theories,
        theory=chosen,
        roles=domain.ROLES,
        extra=(extra := await _extra_roles(at)),
        code_roles=domain.ROLES | extra,
        tree=domain.by_role(groups, codes.body or ()),
        outside=domain.outside(chosen, codes.body or ()),
        options={role: domain.group_options(groups, role) for role in domain.ROLES},
        every_group=domain.group_options(groups),
        levels=domain.LEVELS,
        valences=domain.VALENCES,
        senses=domain.SENSES,
        suggestions=tidy,
        outdated=_count_by_code(old),
        acts=acts.items(),
        problem=codes.problem or book.problem,
        may_code=at.may(CODER),
    )


async def _extra_roles(at: ReviewAt) -> dict[str, str]:
    """The roles that the review's coding schema adds, in words."""
    said = await at.ask("GET", "extraction", "/coding-schema")
    roles = said.body["roles"] if said.ok else ()
    return {role: EXTRA[role] for role in roles if role in EXTRA}


async def book_of(at: ReviewAt, theory: str) -> Answer:
    """A theory's codebook; a theory without one has an empty one."""
    found = await at.ask("GET", "extraction", f"/theories/{key(theory)}/codebook")
    return Answer(200, {"groups": []}) if found.status == 404 else found


def _count_by_code(old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Codes with the number of fragments that were coded under an older meaning."""
    counts: dict[str, dict[str, Any]] = {}
    for one in old:
        entry = counts.setdefault(one["code"], {"code": one["code"], "label": one["label"], "n": 0})
        entry["n"] += 1
    return list(counts.values())


def _form_of(form: Sent) -> str:
    deed = form["deed"]
    return f"group-{form['group']}" if deed in ("change-group", "remove-group") else deed


async def _carried_out(at: ReviewAt, form: Sent) -> Answer:
    groups = f"/theories/{key(form['theory'])}/groups"
    match form["deed"]:
        case "new-group":
            body = {"role": form["role"], "label": form["label"], **_group(form)}
            return await at.ask("POST", "extraction", groups, json=body)
        case "new-code":
            return await _new_code(at, form)
        case "change-group":
            body = {"label": form["label"], **_group(form)}
            path = f"{groups}/{key(form['group'])}"
            return await at.ask("PATCH", "extraction", path, json=body)
        case "remove-group":
            return await at.ask("DELETE", "extraction", f"{groups}/{key(form['group'])}")
        case "undo":
            path = f"/codebook-acts/{key(form['act'])}/undo"
            return await at.ask("POST", "extraction", path)
        case _:
            return Answer(422, None, "Choose what to do with the codebook.", "deed")


async def _new_code(at: ReviewAt, form: Sent) -> Answer:
    """Make a code; where the form names a new group, that group first, unless it is there."""
    if not form["label"]:
        return Answer(
            422, None, "Give the code a label: a few words that coders choose it by.", "label"
        )
    group = form["group"]
    if form["new_group"] and not group:
        made = await _group_named(at, form)
        if made.problem:
            return replace(made, field="new_group")
        group = made.body["group"]
    return await at.ask("POST", "extraction", "/codes", json=_code(form, group))


async def _group_named(at: ReviewAt, form: Sent) -> Answer:
    """The group of this role and label in the theory's codebook; made where it is not there."""
    book = await book_of(at, form["theory"])
    wanted = (form["role"], form["new_group"].casefold())
    for one in book.body["groups"] if book.body else ():
        if (one["role"], one["label"].casefold()) == wanted:
            return Answer(200, {"group": one["id"]})
    body = {"role": form["role"], "label": form["new_group"]}
    path = f"/theories/{key(form['theory'])}/groups"
    return await at.ask("POST", "extraction", path, json=body)


def _group(form: Sent) -> dict[str, Any]:
    """What a form says of a group beside its label; level and valence are said of outcomes."""
    opposite = form["opposite_of"]
    kept = {} if opposite == domain.SEVERAL else {"opposite_of": opposite or None}
    return {
        **kept,
        "description": form["description"],
        "parent": form["parent"] or None,
        "level": form["level"] or None,
        "valence": form["valence"] or None,
        "two_valued": bool(form["two_valued"]),
    }


def _code(form: Sent, group: str) -> dict[str, Any]:
    """A new code as a form says it, in a group of the theory or in none."""
    place = {"theory": form["theory"], "group": group} if group else {}
    return {
        "role": form["role"],
        "label": form["label"],
        "description": form["description"],
        "examples": form.lines("examples"),
        "sense": form["sense"] or "same",
        **place,
    }
