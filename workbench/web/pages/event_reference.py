"""Routes of the event contract: AsyncAPI for machines, a readable page for people."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from shared.events.asyncapi import EXCHANGE, document
from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.domain.event_reference import by_service
from workbench.web.session import pages_router
from workbench.web.site import page


def routes(_ctx: Context) -> APIRouter:
    """The document and its page, for whoever has signed in."""
    router = pages_router()

    @router.get("/api/asyncapi.json")
    async def asyncapi(_principal: PrincipalDep) -> JSONResponse:
        """Every event with its channels and schemas, as an AsyncAPI 3 document."""
        return JSONResponse(document())

    @router.get("/events", response_class=HTMLResponse)
    async def events(_principal: PrincipalDep) -> HTMLResponse:
        """Every event that dashboards may subscribe to, with its fields in words."""
        return await page("events.html", services=by_service(document()), exchange=EXCHANGE)

    return router
