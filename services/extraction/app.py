"""Extraction's wiring: which event is handled by what, and which routes there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter

from services.extraction.appraisal import api as appraisal_api
from services.extraction.assistance import api as assistance_api
from services.extraction.assistance import jobs as assistance_jobs
from services.extraction.assistance.handlers.asking import JOB as SUGGEST
from services.extraction.codebook import api as codebook_api
from services.extraction.codes.api import codes as codes_api
from services.extraction.codes.api import groups as groups_api
from services.extraction.comparison import api as comparison_api
from services.extraction.curation import api as curation_api
from services.extraction.documents import jobs as documents_jobs
from services.extraction.documents.api import documents, retrievals, studies
from services.extraction.documents.handlers import assigning, event_handlers
from services.extraction.documents.handlers.documents import FORGET_IN_PROJECTS, REMOVE_FILES
from services.extraction.documents.handlers.retention import ERASE_DUE
from services.extraction.documents.handlers.study_repair import NAME_STUDIES
from services.extraction.exchange import jobs as exchange_jobs
from services.extraction.exchange.api import erasure, exports, projects
from services.extraction.forms.api import forms, tables
from services.extraction.fragments import jobs as fragments_jobs
from services.extraction.fragments.api import coding, fragments
from services.extraction.studies import handlers as studies_handlers
from services.extraction.tables import metadata
from services.extraction.undo import api as undo_api
from services.extraction.uploads import api as uploads_api
from services.extraction.uploads.jobs import folder_watch, sealing
from services.extraction.uploads.jobs import uploads as uploads_jobs
from shared.db import Database
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RelationDecided,
)
from shared.events.synthesis import TheoryRefined, TheoryRetired, TheoryStated
from shared.events.workbench import MemberLeft, ReviewAmended, ReviewOpened
from shared.kernel.service import Context, Service
from shared.keyring import keyring_of
from shared.ops.settings import Settings


@asynccontextmanager
async def resources(settings: Settings, db: Database) -> AsyncIterator[None]:
    """The keys that confidential sources are sealed with, for every transaction."""
    db.keys = keyring_of(settings)
    yield


async def schedules(ctx: Context) -> None:
    """At start: a look at the watched folders, at what is due for erasure, at names of
    studies, and at the keys.
    """
    await folder_watch.WATCH.plan(ctx)
    await documents_jobs.plan_erasure(ctx)
    await documents_jobs.plan_naming(ctx)
    await sealing.plan_sealing(ctx)
    await fragments_jobs.plan_indexing(ctx)


def routes(ctx: Context) -> APIRouter:
    """All routes of the service, without the prefix it is mounted under."""
    router = APIRouter()
    parts = (
        uploads_api,
        appraisal_api,
        studies,
        erasure,
        documents,
        retrievals,
        groups_api,
        codes_api,
        codebook_api,
        coding,
        fragments,
        undo_api,
        forms,
        tables,
        projects,
        exports,
        comparison_api,
        curation_api,
        assistance_api,
    )
    for part in parts:
        router.include_router(part.routes(ctx))
    return router


SERVICE = Service(
    name="extraction",
    tables=metadata,
    migrations=Path(__file__).parent / "migrations",
    on={
        ReviewOpened: event_handlers.on_reviews,
        ReviewAmended: event_handlers.on_reviews,
        TheoryStated: event_handlers.on_theories,
        TheoryRefined: event_handlers.on_theories,
        TheoryRetired: event_handlers.on_theories,
        RecordAdded: event_handlers.on_records,
        RecordAmended: event_handlers.on_records,
        RecordFlagged: event_handlers.on_records,
        RecordMerged: event_handlers.on_records_merged,
        RecordSplit: event_handlers.on_records_split,
        RelationDecided: studies_handlers.on_relations_decided,
        RecordSettled: event_handlers.on_records_settled,
        SettlementReopened: event_handlers.on_records_settled,
        MemberLeft: assigning.on_members_left,
    },
    jobs={
        REMOVE_FILES: uploads_jobs.remove_files,
        folder_watch.WATCH.job: folder_watch.WATCH.look,
        sealing.JOB: sealing.seal_sources,
        fragments_jobs.JOB: fragments_jobs.index_fragments,
        FORGET_IN_PROJECTS: exchange_jobs.forget_in_projects,
        SUGGEST: assistance_jobs.suggest_passages,
        ERASE_DUE: documents_jobs.erase_due_sources,
        NAME_STUDIES: documents_jobs.name_old_studies,
    },
    resources=resources,
    schedules=schedules,
    routes=routes,
)
