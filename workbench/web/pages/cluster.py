"""The page of CLUSTER searching: steps to approve or dismiss, rounds with their yields."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.kernel.service import Context
from workbench.feed import store as feed_store
from workbench.projections.store.projections import theory_states
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.services import Answer, ask, key
from workbench.web.session import pages_router
from workbench.web.site import page

STEPS = {
    "references": "2 references of the pearls",
    "recheck": "3 recheck of the library",
    "lead_author": "4 lead author",
    "cited_by": "5 what cites the pearls",
    "project": "6 project",
    "contact": "7 message to the lead author",
    "theory_citations": "8 citations of theory",
    "mentions": "9 mentions of the theory in the library",
    "theory": "10 theory and condition",
    "antecedents": "11 antecedents",
    "related": "12 related projects",
    "comparison": "13 comparison by names of projects",
}
KINDS = {
    "argument_challenged": "a case against an argument",
    "open_case": "a case that nothing explains",
    "success_sought": "a success to look for",
    "unreplicated": "reported by one study only",
    "undecided_context": "a context without a contrast",
    "missing_slot": "an empty slot",
    "prediction_unobserved": "a prediction that no case bears on",
    "unchecked_opposite": "a sense that nobody has checked",
}
"""What the evidence leaves open, by the kind of gap."""
STANDS = {
    "proposed": "waits for a decision",
    "approved": "searched around",
    "done": "closed",
    "dismissed": "dismissed",
}
ROUNDS = {
    "planned": "waits for your approval",
    "withdrawn": "was withdrawn",
    "waiting": "waits for its sources",
    "running": "is carried out",
    "succeeded": "has ended",
    "failed": "has failed",
}
BROKE_OFF = "has broken off, and goes on by itself"
IN_ROUND = {
    "waiting": "no answer yet",
    "refused": "refused by its source",
    "skipped": "left out",
}
"""A step of a round that was not carried out."""
STATES = {
    "not_applicable": "not applicable",
    "waiting": "waiting",
    "proposed": "proposed",
    "approved": "approved",
    "run": "being asked",
    "resumed": "resumed",
    "done": "done",
}


def round_words(one: Mapping[str, Any]) -> str:
    """How a round stands; one whose source failed says that it goes on."""
    if one["troubles"] and one["state"] in ("waiting", "running"):
        return BROKE_OFF
    return str(ROUNDS.get(one["state"], one["state"]))


def still_asked(searched: Mapping[str, Any]) -> list[str]:
    """The sources from which a round that was approved still wants an answer, each once."""
    if searched["state"] not in ("waiting", "running"):
        return []
    steps = [step for step in searched["steps"] if step["state"] == "waiting"]
    asked = [one["label"] for step in steps for one in step["elsewhere"] if _is_open(one)]
    if any(_is_open_at_pubmed(step) for step in steps):
        asked.insert(0, "PubMed")
    return list(dict.fromkeys(asked))


def _is_open_at_pubmed(step: Mapping[str, Any]) -> bool:
    return any(map(_is_open, step["queries"])) or bool(step["links"] and not step["calls"])


def _is_open(question: Mapping[str, Any]) -> bool:
    return question.get("count") is None


WORDS = {
    "names": STEPS,
    "states": STATES,
    "KINDS": KINDS,
    "STANDS": STANDS,
    "IN_ROUND": IN_ROUND,
    "round_words": round_words,
    "still_asked": still_asked,
}
"""What the page calls things."""
TEXTS = ("reason", "topic", "acronym", "theory", "condition", "lexicon", "projects")
CHOICES = ("pearls", "steps", "sources")
LISTS = ("lexicon", "projects")
"""Texts that hold several entries, with ; between."""
DEEDS = {"approve": "approve", "dismiss": "dismiss", "round": "rounds", "close": "close"}
QUERIES = ("run", "withdraw")
"""What may be done with the queries of a planned round."""
CHALLENGED = "argument_challenged"
"""The kind of a step that a case against an argument proposes: it stands first in its state."""
MOVES = (
    "search.cluster_round_finished",
    "search.cluster_round_decided",
    "search.cluster_step_decided",
    "screening.record_settled",
    "extraction.fragment_coded",
    "synthesis.ccmoc_revised",
    "synthesis.argument_evidence_changed",
)
"""What changes the rounds as they are shown."""
MOST_OFFERED = 20
"""Records shown to choose pearls from."""


def routes(ctx: Context) -> APIRouter:
    """The page and its form."""
    router = pages_router()

    @router.get("/reviews/{review_id}/steps", response_class=HTMLResponse)
    async def steps(
        review_id: str, request: Request, principal: PrincipalDep, q: str = ""
    ) -> HTMLResponse:
        """What to search for next, and what came of it; `q` looks for pearls."""
        member(principal, review_id)
        return await _shown(ctx, request, review_id, q)

    @router.post("/reviews/{review_id}/steps/{step_id}")
    async def decide(
        review_id: str, step_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Approve, dismiss or close a step, or start a round; problems stay with the form."""
        same_origin(request)
        member(principal, review_id)
        form = await request.form()
        wish = str(form.get("deed"))
        deed = wish if wish in QUERIES else DEEDS.get(wish, "approve")
        said: dict[str, Any] = {name: str(form.get(name, "")) for name in TEXTS}
        listed = {name: [str(one) for one in form.getlist(name)] for name in CHOICES}
        tried = {**said, **listed, "budget": str(form.get("budget", "")), "step_id": step_id}
        tail = _round_path(form) if deed in QUERIES else deed
        path = f"/api/search/reviews/{key(review_id)}/steps/{key(step_id)}/{tail}"
        if deed == "approve" and not tried["pearls"]:
            answer = Answer(422, None, "Choose at least one pearl: a record to search around.")
        else:
            answer = await ask(ctx, request, "POST", path, json=_body(deed, tried))
        if answer.problem:
            return await _shown(ctx, request, review_id, str(form.get("q", "")), answer, tried)
        return RedirectResponse(f"/reviews/{key(review_id)}/steps", status_code=303)

    return router


def _round_path(form: FormData) -> str:
    """The planned round that a form speaks of, and what is to become of it."""
    deed = "approve" if form.get("deed") == "run" else "withdraw"
    return f"rounds/{key(str(form.get('number', '')))}/{deed}"


def _body(deed: str, tried: dict[str, Any]) -> dict[str, Any]:
    """What the form says, without what was left open."""
    if deed in ("dismiss", "close", "withdraw"):
        return {"reason": tried["reason"]}
    if deed == "run":
        return {"steps": tried["steps"]}
    names = (*TEXTS, "pearls", "budget")
    body = {name: tried[name] for name in names if tried[name] and name not in LISTS}
    for name in LISTS:
        if entries := [words for part in tried[name].split(";") if (words := part.strip())]:
            body[name] = entries
    chosen = {name: tried[name] for name in ("steps", "sources") if tried[name]}
    return {"pearls": [], **body, **chosen}


async def _of_each(
    ctx: Context, request: Request, base: str, steps: list[Any], what: str
) -> dict[str, list[Any]]:
    """A list of each step that is not closed: proposed `pearls`, or the steps of the `method`."""
    found = {}
    for one in steps:
        if one["state"] != "done":
            path = f"{base}/steps/{key(one['step_id'])}/{what}"
            found[one["step_id"]] = (await ask(ctx, request, "GET", path)).items()
    return found


async def _steps(ctx: Context, request: Request, base: str) -> tuple[list[Any], str]:
    """Steps that are approved, proposed or closed, and what went wrong in asking for them."""
    found: list[Any] = []
    trouble = ""
    for state in ("approved", "proposed", "done"):
        answer = await ask(ctx, request, "GET", f"{base}/steps", params={"state": state})
        found += sorted(answer.items(), key=lambda one: one["detail"].get("kind") != CHALLENGED)
        trouble = trouble or answer.problem
    return found, trouble


async def _names(ctx: Context, review_id: str) -> dict[str, str]:
    """What people call the review's theories."""
    states = await ctx.db.read(lambda tx: theory_states(tx, review_id))
    return {one["theory_id"]: one.get("name") or "A theory without a name" for one in states}


async def _shown(
    ctx: Context,
    request: Request,
    review_id: str,
    q: str,
    error: Answer | None = None,
    tried: dict[str, Any] | None = None,
) -> HTMLResponse:
    last = await ctx.db.read(lambda tx: feed_store.head(tx, review_id))
    review: ReviewOut = await ctx.db.read(lambda tx: shown(tx, review_id))
    base = f"/api/search/reviews/{key(review_id)}"
    open_, trouble = await _steps(ctx, request, base)
    proposed = await _of_each(ctx, request, base, open_, "pearls")
    method = await _of_each(ctx, request, base, open_, "method")
    rounds = await ask(ctx, request, "GET", f"{base}/rounds", params={"limit": 100})
    params: dict[str, Any] = {"q": q, "limit": MOST_OFFERED}
    found = await ask(ctx, request, "GET", f"{base}/records", params=params) if q else None
    connectors = await ask(ctx, request, "GET", f"{base}/connectors")
    return await page(
        "steps.html",
        status=error.status if error else 200,
        review=review,
        last=last,
        moves=MOVES,
        steps=open_,
        rounds=_by_step(rounds.items()),
        proposed=proposed,
        method=method,
        theories=await _names(ctx, review_id),
        **WORDS,
        sources=[(one["source"], one["label"]) for one in connectors.items() if one["cites"]],
        q=q,
        offered=found.items() if found else [],
        trouble=trouble or rounds.problem or (found.problem if found else ""),
        error=error.problem if error else "",
        tried=tried or _blank(),
        blank=_blank(),
    )


def _by_step(rounds: Sequence[Any]) -> dict[str, list[Any]]:
    """The rounds of each step."""
    found: dict[str, list[Any]] = {}
    for one in rounds:
        found.setdefault(one["step_id"], []).append(one)
    return found


def _blank() -> dict[str, Any]:
    """The form of a step in which nothing is filled in."""
    empty: dict[str, Any] = {name: [] for name in CHOICES}
    return {**dict.fromkeys(TEXTS, ""), **empty, "budget": "200", "step_id": ""}
