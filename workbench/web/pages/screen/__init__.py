"""Pages of screening beside the queue: setup, decided records, reconsidering, retrieval."""

from fastapi import APIRouter

from shared.kernel.service import Context
from workbench.web.pages.screen import decided, reconsider, retrieval, setup
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """Every page of screening but the queue and the conflicts."""
    router = pages_router()
    for part in (setup, decided, reconsider, retrieval):
        router.include_router(part.routes(ctx))
    return router
