"""Workbench's routes, mounted under /api."""

from fastapi import APIRouter

from shared.service import Context
from workbench.api import feed, reviews, tokens


def routes(ctx: Context) -> APIRouter:
    """Every route of workbench."""
    router = APIRouter()
    for part in (reviews, feed, tokens):
        router.include_router(part.routes(ctx))
    return router
