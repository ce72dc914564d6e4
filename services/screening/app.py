"""Screening's wiring: which event is handled by what, which jobs and routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.screening.decisions import jobs as decision_jobs
from services.screening.decisions.api import counts, criteria, decide, resolve
from services.screening.decisions.handlers import event_handlers as following
from services.screening.decisions.handlers import records as library
from services.screening.external.api import exports, imports
from services.screening.merges.handlers import merge as merging
from services.screening.queue import api as queue
from services.screening.ranking import api as ranking
from services.screening.ranking import jobs
from services.screening.ranking.adapters.process import resources
from services.screening.stopping import api as stopping
from services.screening.tables import metadata
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RescreenSuggested,
)
from shared.events.synthesis import TheoryRefined, TheoryRetired, TheoryStated
from shared.events.workbench import MemberJoined, MemberLeft, ReviewAmended, ReviewOpened
from shared.kernel.service import Context, Service


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    for part in (queue, decide, imports, resolve, criteria, ranking, stopping, counts, exports):
        part.add_routes(router, ctx)
    return router


SERVICE = Service(
    name="screening",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: following.on_reviews_opened,
        ReviewAmended: following.on_reviews_amended,
        MemberJoined: following.on_members_joined,
        MemberLeft: following.on_members_left,
        RecordAdded: library.on_records_added,
        RecordAmended: library.on_records_amended,
        RecordMerged: merging.on_records_merged,
        RecordSplit: merging.on_records_split,
        RecordFlagged: library.on_records_flagged,
        RescreenSuggested: following.on_rescreens_suggested,
        TheoryStated: following.on_theories_stated,
        TheoryRefined: following.on_theories_refined,
        TheoryRetired: following.on_theories_retired,
    },
    jobs={"follow": jobs.follow, "reconsider": decision_jobs.reconsider},
    routes=routes,
    resources=resources,
)
