"""Pages of finding: strategies, searches, sources, imports, library, duplicates, notices."""

from fastapi import APIRouter

from shared.kernel.service import Context
from workbench.web.pages.find import (
    duplicates,
    imports,
    library,
    notices,
    record,
    searches,
    sources,
    strategies,
)
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """Every page of finding."""
    router = pages_router()
    parts = (imports, library, record, duplicates, notices, searches, strategies, sources)
    for part in parts:
        router.include_router(part.routes(ctx))
    return router
