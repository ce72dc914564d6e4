"""The search service's routes, by what they are about."""

from fastapi import APIRouter

from services.search.api import clusters, exports, imports, proposals, records, searches
from shared.service import Context


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    for part in (imports, exports, records, proposals, searches, clusters):
        router.include_router(part.routes(ctx))
    return router
