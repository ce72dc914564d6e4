"""Pages of finding: strategies, searches, imports, library, records, duplicates, notices."""

from fastapi import APIRouter

from shared.kernel.service import Context
from workbench.web.pages.find import (
    duplicates,
    imports,
    library,
    notices,
    record,
    searches,
    strategies,
)
from workbench.web.session import pages_router


def routes(ctx: Context) -> APIRouter:
    """Every page of finding."""
    router = pages_router()
    for part in (imports, library, record, duplicates, notices, searches, strategies):
        router.include_router(part.routes(ctx))
    return router
