"""Pages of a review's settings: question, protocol, team, parameters, public status, retirement."""

from fastapi import APIRouter

from shared.kernel.service import Context
from workbench.web.pages.settings import parameters, question, status, team, webhooks
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """Every page of settings."""
    router = pages_router()
    for part in (question, team, parameters, status, webhooks):
        router.include_router(part.routes(ctx))
    return router
