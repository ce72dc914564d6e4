"""Screening's wiring: which event is handled by what, which jobs and routes there are."""

from pathlib import Path

from fastapi import APIRouter

from services.screening.decisions import jobs as decisions_jobs
from services.screening.decisions.api import counts, criteria, decide, resolve
from services.screening.decisions.handlers import event_handlers, records, stage_changes
from services.screening.external.api import exports, imports
from services.screening.merges.handlers import merge
from services.screening.queue import api as queue_api
from services.screening.ranking import api as ranking_api
from services.screening.ranking import jobs
from services.screening.ranking.adapters.process import resources
from services.screening.stopping import api as stopping_api
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
    for part in (
        queue_api,
        decide,
        imports,
        resolve,
        criteria,
        ranking_api,
        stopping_api,
        counts,
        exports,
    ):
        part.add_routes(router, ctx)
    return router


SERVICE = Service(
    name="screening",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: event_handlers.on_reviews_opened,
        ReviewAmended: event_handlers.on_reviews_amended,
        MemberJoined: event_handlers.on_members_joined,
        MemberLeft: event_handlers.on_members_left,
        RecordAdded: records.on_records_added,
        RecordAmended: records.on_records_amended,
        RecordMerged: merge.on_records_merged,
        RecordSplit: merge.on_records_split,
        RecordFlagged: records.on_records_flagged,
        RescreenSuggested: event_handlers.on_rescreens_suggested,
        TheoryStated: event_handlers.on_theories_stated,
        TheoryRefined: event_handlers.on_theories_refined,
        TheoryRetired: event_handlers.on_theories_retired,
    },
    jobs={
        "follow": jobs.follow,
        "reconsider": decisions_jobs.reconsider,
        stage_changes.JOB: decisions_jobs.follow_stage_change,
    },
    routes=routes,
    resources=resources,
)
