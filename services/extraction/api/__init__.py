"""Extraction's routes: parse, call a use case, render."""

from fastapi import APIRouter

from services.extraction.api import coding, documents, fragments, retrievals
from shared.service import Context


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without its prefix."""
    router = APIRouter()
    for part in (documents, retrievals, coding, fragments):
        router.include_router(part.routes(ctx))
    return router
