"""Webhooks: which addresses are told of events, what they answered, and sending again."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import NotFound
from shared.kernel.service import Context
from shared.ops.settings import SERVICES
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router

OWNER = "owner"
TOLD = {
    "search": "Search: records, imports, runs, duplicates",
    "screening": "Screening: settled records, conflicts, criteria",
    "extraction": "Extraction: documents, fragments, codebooks",
    "synthesis": "Synthesis: configurations, arguments, versions",
    "workbench": "The review itself: team, protocol, stages",
}
STATES = {"waiting": "waiting", "delivered": "delivered", "failed": "given up"}


def routes(ctx: Context) -> APIRouter:
    """The webhooks of a review, one of them with its delivery log, and their forms."""
    router = pages_router()
    _add_list(router, ctx)
    _add_one(router, ctx)
    return router


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/settings/webhooks", response_class=HTMLResponse)
    async def webhooks(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Every webhook, and a form for another."""
        principal.require(review_id, OWNER)
        return await _list(await open_at(ctx, request, principal, review_id))

    @router.post("/reviews/{review_id}/settings/webhooks")
    async def make(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Add a webhook; the page that follows shows its secret this once."""
        form = await sent(request)
        principal.require(review_id, OWNER)
        at = await open_at(ctx, request, principal, review_id)
        body = {"url": form["url"], "label": form["label"], "types": form.all("types")}
        answer = await at.ask("POST", "", "/webhooks", json=body)
        if answer.problem:
            return await _list(at, refused("webhook", answer, form))
        return await _one(at, answer.body["id"], secret=answer.body["secret"])


def _add_one(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/settings/webhooks/{webhook_id}", response_class=HTMLResponse)
    async def webhook(
        review_id: str,
        webhook_id: str,
        request: Request,
        principal: PrincipalDep,
        state: str = "",
        cursor: str = "",
    ) -> HTMLResponse:
        """One webhook: what it is told, and what it answered, newest first."""
        principal.require(review_id, OWNER)
        at = await open_at(ctx, request, principal, review_id)
        return await _one(at, webhook_id, state=state, cursor=cursor)

    @router.post("/reviews/{review_id}/settings/webhooks/{webhook_id}")
    async def change(
        review_id: str, webhook_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Change it, switch it off or on, give it a new secret, send an event again, delete it."""
        form = await sent(request)
        principal.require(review_id, OWNER)
        at = await open_at(ctx, request, principal, review_id)
        answer = await _carried_out(at, webhook_id, form)
        if answer.problem:
            return await _one(at, webhook_id, refused(form["deed"], answer, form))
        if form["deed"] == "secret":
            return await _one(at, webhook_id, secret=answer.body["secret"])
        gone = form["deed"] == "delete"
        return at.to("/settings/webhooks" + ("" if gone else f"/{key(webhook_id)}"))


async def _carried_out(at: ReviewAt, webhook_id: str, form: Sent) -> Answer:
    path = f"/webhooks/{key(webhook_id)}"
    match form["deed"]:
        case "change":
            body = {"url": form["url"], "label": form["label"], "types": form.all("types")}
            return await at.ask("PATCH", "", path, json=body)
        case "on" | "off" as wish:
            return await at.ask("PATCH", "", path, json={"enabled": wish == "on"})
        case "secret":
            return await at.ask("POST", "", f"{path}/secret")
        case "resend":
            again = f"{path}/deliveries/{key(form['position'])}/resend"
            return await at.ask("POST", "", again)
        case "delete":
            return await at.ask("DELETE", "", path)
        case _:
            return Answer(422, None, "Choose what to do with the webhook.", "deed")


async def _list(at: ReviewAt, tried: Tried = NOTHING) -> HTMLResponse:
    found = await at.ask("GET", "", "/webhooks")
    return await at.page(
        "settings/webhooks.html",
        tried,
        webhooks=[{**one, "told": told(one["types"])} for one in found.items()],
        problem=found.problem,
        TOLD=TOLD,
    )


async def _one(
    at: ReviewAt,
    webhook_id: str,
    tried: Tried = NOTHING,
    *,
    state: str = "",
    cursor: str = "",
    secret: str = "",
) -> HTMLResponse:
    listed = (await at.ask("GET", "", "/webhooks")).items()
    one = next((one for one in listed if one["id"] == webhook_id), None)
    if one is None:
        raise NotFound("This webhook is not there any more. Open the list of webhooks.")
    asked = {"limit": 50, **({"state": state} if state else {})}
    asked |= {"cursor": cursor} if cursor else {}
    log = await at.ask("GET", "", f"/webhooks/{key(webhook_id)}/deliveries", params=asked)
    return await at.page(
        "settings/webhook.html",
        tried,
        webhook=one,
        finer=[name for name in one["types"] if name not in SERVICES],
        deliveries=[_delivery(row) for row in log.items()],
        more=log.body.get("next") if log.ok else None,
        problem=log.problem,
        state=state,
        secret=secret,
        TOLD=TOLD,
        STATES=STATES,
    )


def told(types: list[str]) -> str:
    """Which events a webhook is told, in words."""
    return ", ".join(name if name in SERVICES else words(name) for name in types) or "everything"


def words(name: str) -> str:
    """The name of an event as people read it: `search.record_added` is `record added`."""
    parts = [part for part in name.split(".") if part != "retroduct"]
    return parts[1 if len(parts) > 1 else 0].replace("_", " ")


def _delivery(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the log with its event and state in words."""
    return {**row, "event": words(row["type"]), "state_words": STATES[row["state"]]}
