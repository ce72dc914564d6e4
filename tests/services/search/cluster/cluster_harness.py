"""A review with a gap and two pearls, and a PubMed in which there is something around them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from services.search.cluster.domain.round import Options
from services.search.cluster.handlers import round_views, steps
from services.search.cluster.handlers.approval import approve_queries
from services.search.cluster.store import rounds
from services.search.library.domain.record import Author, Bibliography, Link, SourceRecord
from services.search.library.handlers.keep import RecordOrigin, keep_page
from services.search.library.handlers.preparation import prepare_all
from services.search.living.handlers import event_handlers
from shared.events import Received
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.synthesis import GapFound
from tests.services.search.living.living_harness import REVIEW, Living
from tests.support.eutils import Corpus, FakeArticle

START = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
GAP = "gap-1"
ORCID = "0000-0001-2345-678X"
CURIE, NOETHER = ("Curie", "Marie"), ("Noether", "Emmy")


def around_the_pearls() -> Corpus:
    """What each step of a round should find around the pearls 1 and 2, and one stranger."""
    corpus = Corpus()
    day = date(2025, 12, 1)

    def add(pmid: int, title: str, **more: Any) -> None:
        corpus.add(FakeArticle(pmid=pmid, title=title, crdt=day, **{"year": 2020, **more}))

    add(1, "Outreach in the OUTPOST trial.", authors=(CURIE, NOETHER), orcid=ORCID, year=2020,
        references=(11, 12), trial="NCT00000001", grant="R01-MH-7", collective="Outpost Group",
        links=(("UpdateOf", 13, "J 2018"),))  # fmt: skip
    add(2, "A second pearl on doors.", authors=(NOETHER,), references=(12,), year=2019)
    add(11, "Ferns as a metaphor of recovery.", authors=(("Abara", "Ada"),))
    add(12, "A survey of gardens and wards.", authors=(("Bosse", "Boris"),))
    add(13, "The outreach trial, first reading.", authors=(CURIE,), year=2018)
    add(14, "Letters about a radiant element.", authors=(CURIE,), orcid=ORCID, year=2021)
    add(15, "What carers said of the visits.", authors=(("Castell", "Chloe"),), references=(1,))
    add(16, "Costs of assertive teams.", authors=(("Dunmore", "Dev"),), trial="NCT00000001")
    add(17, "A pilot of visiting people at home.", authors=(NOETHER,), grant="R01-MH-7", year=2015)
    add(18, "Loneliness, doors and social capital theory in psychosis.", authors=(("Eide", "E"),))
    add(19, "Algebra of doors by name alone.", authors=(NOETHER,), year=2022)
    add(20, "Salt mines under the moon.", authors=(("Farrow", "Femi"),))
    return corpus


def pearl(pmid: int, /, **more: Any) -> Bibliography:
    """The pearl of this number as PubMed delivers it."""
    first = Author(family="Curie", given="Marie", orcid=ORCID)
    noether = Author(family="Noether", given="Emmy")
    said: dict[int, dict[str, Any]] = {
        1: {
            "title": "Outreach in the OUTPOST trial.",
            "authors": (first, noether, Author(collective="Outpost Group")),
            "trial_ids": ("NCT00000001",),
            "grants": ("R01-MH-7/Invented Fund",),
            "links": (Link(kind="UpdateOf", pmid="13"), Link(kind="Cites", pmid="11")),
            "year": 2020,
        },
        2: {"title": "A second pearl on doors.", "authors": (noether,), "year": 2019},
    }
    return Bibliography(**{"pmid": str(pmid), **said.get(pmid, {}), **more})


async def keep(living: Living, *said: Bibliography, source: str = "pubmed") -> list[str]:
    """Records of the library; their ids."""
    page = prepare_all(
        REVIEW, [SourceRecord(source=source, own_id=each.pmid, bibliography=each) for each in said]
    )
    kept = await living.db.write(
        lambda tx: keep_page(tx, REVIEW, page, RecordOrigin(origin="start", arm="database"))
    )
    return [kept.records[each.id] for each in page]


async def receive(living: Living, handler: Any, event: Any, version: int = 1) -> None:
    """Hand one event to its handler."""
    letter = Received(
        id=f"{type(event).__name__}/{event.subject}/{version}",
        event=event,
        subject=event.subject,
        subject_version=version,
        time=living.clock.now(),
        correlation_id="c",
    )
    await living.db.write(lambda tx: handler([letter], tx))


async def find_gap(living: Living, version: int = 1, *, closed: bool = False) -> None:
    """Synthesis finds the gap, or says that it no longer stands."""
    gap = GapFound(
        review_id=REVIEW, gap_id=GAP, theory_id="PT1", kind="contested", detail="x", closed=closed
    )
    await receive(living, event_handlers.on_gaps_found, gap, version)


def reopened(record_id: str, stage: str = "title") -> SettlementReopened:
    """A settlement that no longer stands."""
    return SettlementReopened(
        review_id=REVIEW, settlement_id=f"{stage}/{record_id}", record_id=record_id, stage=stage,
        reason="offered again",
    )  # fmt: skip


async def settle(
    living: Living, record_id: str, verdict: str, stage: str = "title", version: int = 1
) -> None:
    """Screening settles a record."""
    event = RecordSettled(
        review_id=REVIEW,
        settlement_id=f"{stage}/{record_id}",
        record_id=record_id,
        stage=stage,
        verdict=verdict,
    )
    await receive(living, event_handlers.on_records_settled, event, version)


async def approve(living: Living, *pearls: str, **options: Any) -> Mapping[str, Any]:
    """Approve the step with its pearls, and the queries of its first round."""
    step = await plan(living, *pearls, **options)
    await run_queries(living, int(step["detail"]["decision"]["round"]))
    return step


async def plan(living: Living, *pearls: str, **options: Any) -> Mapping[str, Any]:
    """Approve the step with its pearls; its queries wait."""
    chosen = Options(**options)
    return await living.db.write(
        lambda tx: steps.approve_step(tx, REVIEW, GAP, pearls, "why", chosen)
    )


async def run_queries(living: Living, number: int = 1, wanted: Any = None) -> None:
    """Approve the queries of a planned round, or those of some steps."""
    await living.db.write(lambda tx: approve_queries((REVIEW, GAP, number), wanted, tx))


async def again(living: Living, *pearls: str, **options: Any) -> int:
    """Plan a further round, and approve its queries."""
    chosen = Options(**options)
    number = await living.db.write(
        lambda tx: steps.start_round(tx, REVIEW, GAP, pearls, "why", chosen)
    )
    await run_queries(living, number)
    return number


async def round_(living: Living, number: int = 1) -> dict[str, Any]:
    """A round as people see it, its steps by name."""

    async def query(tx: Any) -> dict[str, Any]:
        row = await rounds.one(tx, (REVIEW, GAP, number))
        assert row is not None
        return (await round_views.shown_rounds(tx, REVIEW, [row]))[0]

    shown = await living.db.read(query)
    return {**shown, "steps": {each["step"]: each for each in shown["steps"]}}


async def found(living: Living, number: int = 1, state: str = "") -> dict[str, set[str]]:
    """PMIDs by the step that found them, of hits in one state or in any."""
    hits = await living.db.read(lambda tx: rounds.hits_of(tx, (REVIEW, GAP, number)))
    by_step: dict[str, set[str]] = {}
    for hit in hits:
        if state in ("", hit["state"]):
            by_step.setdefault(hit["step"], set()).add(hit["pmid"])
    return by_step


async def data_of(living: Living, kind: str) -> list[dict[str, Any]]:
    """What events of one type said."""
    rows = await living.events(kind)
    return [msgspec.json.decode(row["envelope"])["data"] for row in rows]
