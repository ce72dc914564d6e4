"""Synthesis' routes: parse, call a use case, render."""

from fastapi import APIRouter

from services.synthesis.api import ccmocs, reports, theories, versions, views
from shared.service import Context


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without its prefix."""
    router = APIRouter(prefix="/reviews/{review_id}")
    for part in (theories, ccmocs, views, versions, reports):
        part.add_routes(router, ctx)
    return router
