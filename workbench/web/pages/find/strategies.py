"""Strategies: concept blocks, each database's text of them, and what it could not say."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain.keys import key_of
from workbench.web.domain.strategy_terms import blocks_of, shown_blocks
from workbench.web.domain.typed_numbers import whole
from workbench.web.pages.record_view import title_of
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

BREADTHS = (
    ("broad", "the broad terms: miss little"),
    ("narrow", "the narrow terms: find little else"),
    ("both", "both"),
)
LEAD = "resolver"


def routes(ctx: Context) -> APIRouter:
    """The list, one strategy, and their forms."""
    router = pages_router()
    _add_reading(router, ctx)
    _add_writing(router, ctx)
    return router


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/strategies", response_class=HTMLResponse)
    async def strategies(
        review_id: str, request: Request, principal: PrincipalDep, cursor: str | None = None
    ) -> HTMLResponse:
        """All strategies, and a form for a new one."""
        at = await open_at(ctx, request, principal, review_id)
        return await _listed(at, cursor=cursor)

    @router.get("/reviews/{review_id}/strategies/{strategy_id}", response_class=HTMLResponse)
    async def one(
        review_id: str, strategy_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """One strategy: blocks, texts of databases, its test, runs elsewhere, versions."""
        at = await open_at(ctx, request, principal, review_id)
        return await _one(at, strategy_id)


async def _listed(at: ReviewAt, tried: Tried = NOTHING, cursor: str | None = None) -> HTMLResponse:
    params = {"limit": 50, **({"cursor": cursor} if cursor else {})}
    found = await at.ask("GET", "search", "/strategies", params=params)
    return await at.page(
        "find/strategies.html",
        tried,
        strategies=found.items(),
        trouble=found.problem,
        more=found.body.get("next") if found.ok else None,
        blocks=_typed_blocks(tried, ()),
        BREADTHS=BREADTHS,
    )


async def _one(at: ReviewAt, strategy_id: str, tried: Tried = NOTHING) -> HTMLResponse:
    path = f"/strategies/{key(strategy_id)}"
    found = await at.ask("GET", "search", path)
    if not found.ok:
        gone = Tried("gone", {}, found.problem, "", found.status)
        return await at.page("find/strategy.html", gone, one=None, trouble=found.problem)
    tails = ("translations", "validation", "runs", "versions", "print")
    told = await asyncio.gather(*(at.ask("GET", "search", f"{path}/{one}") for one in tails))
    said = dict(zip(tails, told, strict=True))
    return await at.page(
        "find/strategy.html",
        tried,
        one=found.body,
        trouble=next((one.problem for one in told if one.problem), ""),
        blocks=_typed_blocks(tried, found.body["concepts"]),
        translations=said["translations"].items(),
        validation=said["validation"].body,
        runs=said["runs"].items(),
        versions=said["versions"].items(),
        printed=(said["print"].body or {}).get("markdown", ""),
        BREADTHS=BREADTHS,
    )


def _typed_blocks(tried: Tried, concepts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as typed where the form was refused, else as they stand, and one more."""
    blank = {"name": "", "broad": "", "narrow": "", "applied": True, "fixed": []}
    if tried.form != "strategy":
        return [*shown_blocks(concepts), blank]
    known = shown_blocks(concepts)
    typed = []
    for n in range(sum(name.startswith("name_") for name in tried.values)):
        fixed = known[n]["fixed"] if n < len(known) else []
        sides = {one: tried.values.get(f"{one}_{n}", "") for one in ("name", "broad", "narrow")}
        applied = tried.values.get(f"applied_{n}", "yes") == "yes"
        typed.append({**sides, "applied": applied, "fixed": fixed})
    return typed


def _add_writing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/strategies")
    async def write(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Write a new strategy."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        known = await at.ask("GET", "search", "/strategies", params={"limit": 1000})
        name = key_of(form["name"], {one["strategy_id"] for one in known.items()})
        if not name:
            none = Answer(422, None, "Give the strategy a name of letters or digits.")
            return await _listed(at, refused("strategy", none, form, "name"))
        answer = await _put(at, name, form, {})
        if answer.problem:
            return await _listed(at, refused("strategy", answer, form))
        return at.to(f"/strategies/{key(name)}")

    @router.post("/reviews/{review_id}/strategies/{strategy_id}")
    async def change(
        review_id: str, strategy_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Change its blocks or the records that it must find, or record a run elsewhere."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        path = f"/strategies/{key(strategy_id)}"
        before = await at.ask("GET", "search", path)
        if not before.ok:
            return await _one(at, strategy_id)
        deed = form["deed"] or "strategy"
        act = {"known": _known, "forget": _forget, "ran": _ran}.get(deed, _rewrite)
        answer = await act(at, strategy_id, form, before.body)
        if answer.problem:
            return await _one(at, strategy_id, refused(deed, answer, form))
        return at.to(path)


async def _put(at: ReviewAt, name: str, form: Sent, before: Mapping[str, Any]) -> Answer:
    blocks = blocks_of(form.values(), before.get("concepts", ()))
    if not blocks:
        none = "Write at least one block: a name, and its terms one a line."
        return Answer(422, None, none, "concepts")
    if any(not block["name"] for block in blocks):
        return Answer(422, None, "Give every block with terms a name.", "concepts")
    body = {
        "name": form["name"],
        "concepts": blocks,
        "breadth": form["breadth"] or "broad",
        "limits": form["limits"],
        "known": list(before.get("known", ())),
        "reason": form["reason"],
    }
    return await at.ask("PUT", "search", f"/strategies/{key(name)}", json=body)


async def _rewrite(at: ReviewAt, name: str, form: Sent, before: Mapping[str, Any]) -> Answer:
    if not form["reason"]:
        return Answer(422, None, "Say why it changes; every version keeps its reason.", "reason")
    return await _put(at, name, form, before)


async def _must_find(
    at: ReviewAt, name: str, before: Mapping[str, Any], known: list[str], reason: str
) -> Answer:
    kept = {one: before[one] for one in ("name", "concepts", "breadth", "limits")}
    body = {**kept, "known": known, "reason": reason}
    return await at.ask("PUT", "search", f"/strategies/{key(name)}", json=body)


async def _known(at: ReviewAt, name: str, form: Sent, before: Mapping[str, Any]) -> Answer:
    """Add the one record that has all the words to those that the strategy must find."""
    if not form["words"]:
        return Answer(422, None, "Write words of its title, its authors or its DOI.", "words")
    found = await at.ask(
        "GET", "search", "/records", params={"q": form["words"], "limit": 3, "state": "active"}
    )
    if found.problem:
        return found
    hits = found.items()
    if len(hits) != 1:
        titles = "; ".join(f"“{title_of(one)}”" for one in hits)
        words = (
            f"Several records have these words: {titles}. Write more of them."
            if hits
            else "No record of the library has these words."
        )
        return Answer(422, None, words, "words")
    known = list(dict.fromkeys([*before["known"], hits[0]["record_id"]]))
    return await _must_find(at, name, before, known, "A record that it must find")


async def _forget(at: ReviewAt, name: str, form: Sent, before: Mapping[str, Any]) -> Answer:
    known = [one for one in before["known"] if one != form["record"]]
    return await _must_find(at, name, before, known, "One record fewer that it must find")


async def _ran(at: ReviewAt, name: str, form: Sent, before: Mapping[str, Any]) -> Answer:
    """Record a run on a platform that is not searched from here."""
    del before
    hits = whole(form["hits"].replace(",", "").replace(" ", ""))
    if hits is None:
        return Answer(422, None, "Say how many hits it had: a number, 0 or more.", "hits")
    names = ("platform", "database", "export_file", "note")
    body = {one: form[one] for one in names} | {
        "ran_on": form["ran_on"],
        "hits": hits,
        "lines": form.lines("lines"),
    }
    for one, words in (("platform", "platform"), ("database", "database"), ("ran_on", "day")):
        if not form[one]:
            return Answer(422, None, f"Say on which {words} it ran.", one)
    return await at.ask("POST", "search", f"/strategies/{key(name)}/runs", json=body)
