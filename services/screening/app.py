"""Screening's wiring: which event is handled by what, which jobs and routes there are."""

from pathlib import Path

from services.screening import api, jobs
from services.screening.adapters.ranking import resources
from services.screening.handlers import following, library, merging
from services.screening.store import metadata
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
from shared.service import Service

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
    jobs={"follow": jobs.follow, "reconsider": jobs.reconsider},
    routes=api.routes,
    resources=resources,
)
