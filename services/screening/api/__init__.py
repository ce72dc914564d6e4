"""Routes of screening: parse, call a use case, render."""

from fastapi import APIRouter

from services.screening.api import (
    deciding,
    exporting,
    figures,
    importing,
    queueing,
    resolving,
    steering,
)
from shared.service import Context


def routes(ctx: Context) -> APIRouter:
    """All routes of the service."""
    router = APIRouter()
    for part in (queueing, deciding, importing, resolving, steering, figures, exporting):
        part.add_routes(router, ctx)
    return router
