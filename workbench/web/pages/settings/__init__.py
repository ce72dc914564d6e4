"""Pages of a review's settings, from its question to its retirement."""

from fastapi import APIRouter

from shared.kernel.service import Context
from workbench.web.pages.settings import coding, parameters, question, status, team, webhooks
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """Every page of settings."""
    router = pages_router()
    for part in (question, team, parameters, coding, status, webhooks):
        router.include_router(part.routes(ctx))
    return router
