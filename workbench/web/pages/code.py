"""Routes of one code: its meaning, its places, and the commands that change it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.web.domain import codebook as domain
from workbench.web.domain.coding_roles import EXTRA
from workbench.web.pages.codebook import CODER, book_of
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

MOST = 200
"""Fragments of a code that its page lists, to part them or to confirm them."""


def routes(ctx: Context) -> APIRouter:
    """The page of a code, and the forms on it."""
    router = pages_router()

    @router.get("/reviews/{review_id}/codes/{code_id:path}", response_class=HTMLResponse)
    async def code(
        review_id: str, code_id: str, principal: PrincipalDep, request: Request
    ) -> HTMLResponse:
        """A code: what it means, where it stands, its fragments, what was done to it."""
        return await code_page(await open_at(ctx, request, principal, review_id), code_id)

    @router.post("/reviews/{review_id}/codes/{code_id:path}")
    async def change(
        review_id: str, code_id: str, principal: PrincipalDep, request: Request
    ) -> Response:
        """Rename, describe, move, re-sense, merge, split, confirm or retire a code."""
        form = await sent(request)
        principal.require(review_id, CODER)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _carried_out(at, code_id, form)
        if answer.problem:
            return await code_page(at, code_id, refused(form["deed"], answer, form))
        there = form["into"] if form["deed"] == "merge" else code_id
        return at.to(f"/codes/{key(there)}")

    return router


async def code_page(at: ReviewAt, code_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    """The page of a code; raises `NotFound` where the review has none of that key."""
    found = await at.ask("GET", "extraction", f"/codes/{key(code_id)}")
    if not found.ok:
        raise NotFound(found.problem)
    one = found.body
    theories = (await at.ask("GET", "synthesis", "/theories")).items()
    listed = (await at.ask("GET", "extraction", "/codes")).body or []
    others = [c for c in listed if c["role"] == one["role"] and c["code_id"] != code_id]
    with_it = {"code": code_id, "role": one["role"], "limit": MOST}
    fragments = (await at.ask("GET", "extraction", "/fragments", params=with_it)).items()
    acts = await at.ask("GET", "extraction", "/codebook-acts", params={"code": code_id})
    return await at.page(
        "code.html",
        tried,
        code=one,
        role=(domain.ROLES | EXTRA)[one["role"]],
        theories=theories,
        names={theory["id"]: theory["name"] for theory in theories},
        places={place["theory"]: place for place in one["places"]},
        options=await _options(at, theories, one["role"]),
        others=[(c["code_id"], c["label"]) for c in others if c["status"] == "active"],
        labels={c["code_id"]: c["label"] for c in listed},
        fragments=fragments,
        outdated={old["fragment"] for old in one["outdated"] or ()},
        acts=acts.items(),
        senses=domain.SENSES,
        deeds=_deeds(others=bool(others), fragments=bool(fragments)),
        may_code=at.may(CODER),
    )


def _deeds(*, others: bool, fragments: bool) -> tuple[str, ...]:
    """What forms of the page do, as far as they are shown."""
    of_others = ("merge",) if others else ()
    of_fragments = ("split", "confirm") if fragments else ()
    return ("rename", "describe", "move", "sense", "retire", *of_others, *of_fragments)


async def _options(
    at: ReviewAt, theories: list[dict[str, Any]], role: str
) -> dict[str, list[tuple[str, str]]]:
    """The groups that a code of a role may stand in, by theory."""
    found = {}
    for one in theories:
        book = await book_of(at, one["id"])
        groups = book.body["groups"] if book.ok else []
        found[one["id"]] = domain.group_options(groups, role)
    return found


async def _carried_out(at: ReviewAt, code_id: str, form: Sent) -> Answer:
    bodies: dict[str, Any] = {
        "rename": {"label": form["label"]},
        "describe": {"description": form["description"], "examples": form.lines("examples")},
        "move": {"theory": form["theory"], "group": form["group"] or None},
        "sense": {"theory": form["theory"], "sense": form["sense"] or "same"},
        "merge": {"into": form["into"]},
        "split": {"into": [_part(form)]},
        "confirm": {"fragments": form.all("fragments")},
        "retire": {"reason": form["reason"]},
    }
    deed = form["deed"]
    if deed not in bodies:
        return Answer(422, None, "Choose what to do with the code.", "deed")
    if deed == "merge" and not form["into"]:
        return Answer(422, None, "Choose the code that it becomes part of.", "into")
    if deed == "split" and not form.all("fragments"):
        return Answer(422, None, "Tick the fragments that the new code takes.", "fragments")
    return await at.ask("POST", "extraction", f"/codes/{key(code_id)}/{deed}", json=bodies[deed])


def _part(form: Sent) -> dict[str, Any]:
    """The new code of a split, with the fragments that it takes."""
    return {
        "label": form["label"],
        "description": form["description"],
        "fragments": form.all("fragments"),
    }
