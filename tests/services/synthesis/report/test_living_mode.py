"""PRISMA-LSR L1: which databases are searched, and when; the name of a file is no database."""

from dataclasses import replace

from services.synthesis.report.domain.standards import living_mode
from shared.review.paths import Source
from tests.services.synthesis.report.test_synthesis_report import a_flow

WEEKLY = {"name": "Every Monday", "database": "pubmed", "schedule": "0 6 * * 1"}


def from_database(source: str) -> Source:
    return Source(arm="database", source=source, source_records=1, records=1, removed=0)


def test_databases_stand_by_their_names_and_files_apart() -> None:
    flow = a_flow()
    sources = (*flow.sources, from_database("psycinfo"), from_database("second-try"))
    assert living_mode([WEEKLY], replace(flow, sources=sources)) == (
        "databases: PsycINFO, PubMed; files whose database nobody told: second-try; "
        "other sources: citations; schedules: Every Monday: 0 6 * * 1"
    )


def test_a_database_that_is_searched_stands_before_it_brought_anything() -> None:
    nothing = replace(a_flow(), sources=())
    assert living_mode([WEEKLY], nothing).startswith("databases: PubMed; schedules: ")
    assert living_mode([], nothing) == "databases: none told; schedules: none set"
