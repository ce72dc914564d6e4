"""Every argument of a review with the cases in keeping with it and held against it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.domain.arguments import Shown, all_shown
from workbench.web.pages.listing import Asked, Start, has_words, part
from workbench.web.pages.review_at import open_at
from workbench.web.session import pages_router

WHICH = {
    "": "Held",
    "challenged": "Held against",
    "refuted": "With a refuted prediction",
    "retired": "Retired",
}


def routes(ctx: Context) -> APIRouter:
    """The page of all arguments."""
    router = pages_router()

    @router.get("/reviews/{review_id}/arguments", response_class=HTMLResponse)
    async def arguments(
        review_id: str,
        request: Request,
        principal: PrincipalDep,
        theory: Asked = "",
        which: Asked = "",
        q: Asked = "",
        start: Start = 0,
    ) -> HTMLResponse:
        """Arguments over all theories; those of one, those challenged, those retired."""
        at = await open_at(ctx, request, principal, review_id)
        states = await ctx.db.read(lambda tx: projections.theory_states(tx, review_id))
        names = {one["theory_id"]: one["name"] or one["theory_id"] for one in states}
        params = {"retired": "true", **({"theory": theory} if theory in names else {})}
        found = await at.ask("GET", "synthesis", "/arguments", params=params)
        told = all_shown(found.items())
        rows = [(one["theory"], said) for one, said in zip(found.items(), told, strict=True)]
        listed = [(t, a) for t, a in rows if _is_of(a, which) and has_words(q, a.words, a.warrant)]
        asked = {"theory": theory, "which": which, "q": q}
        items, more = part(listed, start, asked)
        return await at.page(
            "arguments.html",
            arguments=items,
            more=more,
            names=names,
            asked=asked,
            any=bool(rows),
            problem=found.problem,
            WHICH=WHICH,
        )

    return router


def _is_of(argument: Shown, which: str) -> bool:
    """Whether an argument belongs to one of `WHICH`; without a word of it, to those held."""
    if which == "retired" or argument.retired:
        return which == "retired" and argument.retired
    if which == "challenged":
        return any("against" in words for words, _ in argument.lists)
    return which != "refuted" or any(refuted for *_, refuted in argument.predictions)
