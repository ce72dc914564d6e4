"""Routes of synthesis: the programme theories, and one of them with its configurations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from shared.http.auth import Principal, PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from shared.review.drawing.graph import MOST, draw_graph
from workbench.feed import store as feed_store
from workbench.projections.domain.group_words import NO_WORDS
from workbench.projections.store import projections
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.domain import arguments as arguments_domain
from workbench.web.domain import configurations, theory_work
from workbench.web.pages.code_labels import code_labels
from workbench.web.pages.review_at import NOTHING as NO_FORM
from workbench.web.pages.review_at import ReviewAt, Tried, open_at
from workbench.web.services import ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

ISSUES = {
    "contradictory_groups": "A fragment says both that it was there and that it was not",
    "no_mechanism_stated": "No mechanism stated",
    "unknown_codes": "Code in no group of the codebook",
    "outcome_not_stated": "Outcome named without saying whether it occurred",
    "fragments_without_a_theory": "Fragment of no theory",
    "unknown_theories": "Theory that nobody stated",
    "link_cycles": "Studies linked in a circle",
    "senses_by_import_rule": "Sense set by an import rule, not checked by a person",
    "argument_faults": "Argument that cannot be weighed as it is stated",
    "theories_without_evidence": "Theory without active evidence",
    "codes_of_another_theory": "Code that another theory of the fragment groups",
    "only_distal_outcomes": "Only distal outcomes are stated",
    "pins_without_evidence": "Pinned, without evidence",
    "outdated_judgements": "Judged in a version that stands no more",
    "reference_to_nothing": "Points at something that is not here",
}


def routes(ctx: Context) -> APIRouter:
    """All theories, and one."""
    router = pages_router()
    _add_theories(router, ctx)
    _add_theory(router, ctx)
    return router


TheoryRows = tuple[
    ReviewOut, Sequence[Mapping[str, Any]], Sequence[configurations.Configuration], int
]
"""The review, its theories, configurations in order, and the feed's last position."""


async def _found(tx: Tx, review_id: str, theory: str | None) -> TheoryRows:
    words = await projections.group_words(tx, review_id)
    rows = await projections.standing_ccmocs(tx, review_id, theory)
    theories = await projections.theory_states(tx, review_id)
    found = configurations.in_order(rows, words)
    return await shown(tx, review_id), theories, found, await feed_store.head(tx, review_id)


def _add_theories(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/synthesis", response_class=HTMLResponse)
    async def theories(review_id: str, principal: PrincipalDep, request: Request) -> HTMLResponse:
        """The review's theories: how they came to be, ideas to sort, what to look at first."""
        return await theories_page(await open_at(ctx, request, principal, review_id))


async def theories_page(at: ReviewAt, tried: Tried = NO_FORM) -> HTMLResponse:
    """The page of all theories, with the form that was refused where there is one."""
    _, found, rows, _ = await at.ctx.db.read(lambda tx: _found(tx, at.review.id, None))
    counts: dict[str, int] = {}
    for c in rows:
        counts[c.theory] = counts.get(c.theory, 0) + 1
    ideas = await at.ask("GET", "synthesis", "/ideas")
    links = await at.ask("GET", "synthesis", "/lineage")
    worded = (await at.ask("GET", "synthesis", "/theories")).items()
    return await at.page(
        "synthesis.html",
        tried,
        theories=found,
        leading={c.theory: c for c in rows if c.leading and c.outcome_rank == 1},
        counts=counts,
        said={item["id"]: theory_work.words_now(item["wordings"]) for item in worded},
        ideas=theory_work.ideas_by_standing(ideas.items()),
        every_idea=ideas.items(),
        links=links.items(),
        drawing=Markup(theory_work.drawing(found, ideas.items(), links.items())),  # noqa: S704
        problem=ideas.problem or links.problem,
        may_work=at.may("reviewer"),
        LINEAGE=theory_work.LINEAGE,
        LINEAGE_WORDS=theory_work.LINEAGE_WORDS,
    )


def _add_theory(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/theories/{theory_id:path}", response_class=HTMLResponse)
    async def theory(
        review_id: str, theory_id: str, principal: PrincipalDep, request: Request
    ) -> HTMLResponse:
        """One theory: statement, drawing, configurations, gaps, issues, history."""
        return await theory_page(ctx, request, principal, review_id, theory_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryFormTried:
    """What somebody typed that was refused: an argument, or the reason to retire one."""

    argument: arguments_domain.Form | None = None
    retired: str = ""
    reason: str = ""
    problem: str = ""
    status: int = 200
    worded: Tried = NO_FORM


NOTHING_TRIED = TheoryFormTried()


async def theory_page(
    ctx: Context,
    request: Request,
    principal: Principal,
    review_id: str,
    theory_id: str,
    tried: TheoryFormTried = NOTHING_TRIED,
) -> HTMLResponse:
    """The page of a theory, with what was tried and refused where there is any.

    In the query `amend` names an argument, `hold` a CCMOC to start the form from.
    """
    member(principal, review_id)
    at = await open_at(ctx, request, principal, review_id)
    review, theories, rows, last = await ctx.db.read(lambda tx: _found(tx, review_id, theory_id))
    state = next((t for t in theories if t["theory_id"] == theory_id), None)
    if state is None:
        raise NotFound(f"There is no theory '{theory_id}' in review '{review_id}'.")
    return await page(
        "theory.html",
        status=tried.status,
        review=review,
        theories=theories,
        t=state,
        rows=rows,
        last=last,
        most=MOST,
        drawing=Markup(draw_graph((row.drawn for row in rows), theory_id)),  # noqa: S704
        tried=tried,
        at=at,
        **await _work(at, theory_id),
        **await _asked(at, theory_id),
        **await _arguments(ctx, request, review_id, theory_id, tried),
    )


async def _work(at: ReviewAt, theory_id: str) -> dict[str, Any]:
    """What the forms of a theory's wording offer."""
    memos = (await at.ask("GET", "synthesis", "/memos")).items()
    arguments = await at.ask("GET", "synthesis", "/arguments", params={"theory": theory_id})
    offered = [
        {"kind": "memo", "id": one["id"], "label": f"Memo: {one['text'][:120]}"} for one in memos
    ]
    offered += [
        {"kind": "argument", "id": one["id"], "label": f"Argument: {one['in_words']['argument']}"}
        for one in arguments.items()
    ]
    return {
        "may_work": at.may("reviewer"),
        "moving": theory_work.choices(offered),
        "SLOTS": theory_work.SLOTS,
        "STATUSES": theory_work.STATUSES,
        "LINEAGE_WORDS": theory_work.LINEAGE_WORDS,
    }


async def _arguments(
    ctx: Context, request: Request, review_id: str, theory_id: str, tried: TheoryFormTried
) -> dict[str, Any]:
    """The theory's arguments in words, and the form with what there is to choose from."""
    base = f"/api/synthesis/reviews/{key(review_id)}"
    wish = {"theory": theory_id, "retired": "true"}
    found = await ask(ctx, request, "GET", f"{base}/arguments", params=wish)
    labels = await ask(ctx, request, "GET", f"{base}/labels")
    groups = arguments_domain.choices(labels.body["labels"].get(theory_id, {}) if labels.ok else {})
    form = tried.argument or await _form(ctx, request, base, found.items())
    return {
        "arguments": arguments_domain.all_shown(found.items()),
        "arguments_problem": found.problem,
        "form": form,
        "groups": groups,
        "terms": arguments_domain.terms(groups),
        "ROLES": arguments_domain.ROLES,
    }


async def _form(
    ctx: Context, request: Request, base: str, items: Sequence[Mapping[str, Any]]
) -> arguments_domain.Form:
    """What the form starts from: an argument to amend, a CCMOC to hold, or nothing."""
    amend, hold = request.query_params.get("amend"), request.query_params.get("hold")
    known = next((item for item in items if item["id"] == amend), None)
    if known is not None:
        return arguments_domain.form_of(known, amend=True)
    if hold:
        offer = await ask(ctx, request, "GET", f"{base}/ccmocs/{key(hold)}/argument-offer")
        if offer.ok:
            return arguments_domain.form_of(offer.body["argument"], amend=False)
    return arguments_domain.Form()


async def _asked(at: ReviewAt, theory_id: str) -> dict[str, Any]:
    """What synthesis adds: gaps, issues, and how the wording came to be."""
    gaps = await at.ask("GET", "synthesis", "/gaps", params={"theory": theory_id})
    issues = await at.ask("GET", "synthesis", "/issues")
    whole = await at.ask("GET", "synthesis", f"/theories/{key(theory_id)}")
    words = await at.ctx.db.read(lambda tx: projections.group_words(tx, at.review.id))
    labels = words.get(theory_id, NO_WORDS).labels
    named = {**(await code_labels(at) if issues.items() else {}), **labels}
    return {
        "gaps": gaps.items(),
        "issues": _issues(issues.items(), theory_id, named),
        "whole": whole.body if whole.ok else None,
        "history": whole.body.get("history", []) if whole.ok else [],
        "pin": whole.body.get("pin") if whole.ok else None,
        "pinned_empty": any(
            (item["kind"], item.get("theory")) == ("pins_without_evidence", theory_id)
            for item in issues.items()
        ),
        "labels": labels,
        "problem": gaps.problem or issues.problem or whole.problem,
    }


def _issues(
    items: Sequence[Mapping[str, Any]], theory_id: str, labels: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    """The theory's issues by kind in words, each with the things that it concerns."""
    found: dict[str, list[str]] = {}
    for item in items:
        if theory_id in (item.get("theory"), item.get("id")):
            words = ISSUES.get(item["kind"], item["kind"].replace("_", " "))
            things = [
                str(item[k])
                for k in ("passage", "code", "group", "argument", "fault", "outcome")
                if item.get(k)
            ]
            found.setdefault(words, []).append(
                ": ".join(labels.get(thing, thing) for thing in things) or theory_id
            )
    return sorted(found.items())
