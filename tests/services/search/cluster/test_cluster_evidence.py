"""A cluster's yield reaches to fragments, configurations and arguments; pearls are proposed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from services.search.cluster.domain.pearls import Candidate, ranked
from services.search.cluster.handlers import evidence
from services.search.cluster.handlers.pearls import proposed_pearls
from services.search.cluster.handlers.views import evidence_of
from services.search.library.domain.record import Author, Bibliography
from services.search.library.store import reviews
from services.search.living.handlers import event_handlers
from shared.events.extraction import (
    DocumentAdded,
    DocumentState,
    FragmentAppraised,
    FragmentCoded,
    FragmentState,
    FragmentWithdrawn,
    SourceRef,
)
from shared.events.synthesis import (
    ArgumentEvidenceChanged,
    CcmocRevised,
    GapFound,
    PredictionRefuted,
)
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    START,
    approve,
    find_gap,
    keep,
    pearl,
    receive,
    round_,
    settle,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review


@pytest_asyncio.fixture
async def living(settings: Settings) -> AsyncIterator[Living]:
    async with living_review(settings, harness.around_the_pearls(), START) as review:
        await find_gap(review)
        yield review


async def document(living: Living, name: str, record_id: str, **more: Any) -> None:
    """Extraction makes a document of a record."""
    state = DocumentState(document_id=name, record_id=record_id, **more)
    event = DocumentAdded(review_id=REVIEW, document=state)
    await receive(living, evidence.on_documents, event)


async def fragment(living: Living, name: str, source: str, **more: Any) -> str:
    """A fragment is coded; the id of the event."""
    state = FragmentState(fragment_id=name, version=1, document_id=source, **more)
    event = FragmentCoded(review_id=REVIEW, fragment=state)
    await receive(living, evidence.on_fragments, event)
    return f"FragmentCoded/{event.subject}/1"


def ccmoc(name: str, *causes: str) -> CcmocRevised:
    return CcmocRevised(review_id=REVIEW, ccmoc_id=name, theory_id="PT1", outcome="o",
                        role="response", mechanism="m", revision=2, hash="h", body={},
                        caused_by=causes)  # fmt: skip


def argument(name: str, *causes: str) -> ArgumentEvidenceChanged:
    return ArgumentEvidenceChanged(review_id=REVIEW, argument_id=name, theory_id="PT1",
                                   revision=2, hash="h", body={}, caused_by=causes)  # fmt: skip


async def test_the_yield_of_a_step_reaches_to_the_arguments_that_its_records_changed(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by", "project"))
    await living.work()
    new = (await living.records())["15"]["id"]
    await settle(living, new, "include")
    await document(living, "D15", new)
    moved = await fragment(living, "f1", "D15")
    await receive(living, evidence.on_ccmocs_changed, ccmoc("c1", moved, "another"))
    await receive(living, evidence.on_ccmocs_changed, ccmoc("c2", "another"))
    await receive(living, evidence.on_arguments_changed, argument("a1", moved))

    seen = await round_(living)
    wanted = {"included": 1, "fragments": 1, "ccmocs": 1, "arguments": 1}
    assert {name: seen["steps"]["cited_by"][name] for name in wanted} == wanted
    assert {name: seen["total"][name] for name in wanted} == wanted
    assert seen["steps"]["project"]["fragments"] == 0

    state = FragmentState(fragment_id="f1", version=2, status="withdrawn", document_id="D15")
    gone = FragmentWithdrawn(review_id=REVIEW, fragment=state)
    await receive(living, evidence.on_fragments, gone, 2)
    assert (await round_(living))["total"]["fragments"] == 0


async def test_step_8_says_which_fragments_of_a_pearl_speak_of_the_theory(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await document(living, "D1", one)
    await fragment(living, "f1", "D1", quote="It built social capital.")
    await fragment(living, "f2", "D1", paraphrase="Social capital, too", confidential=True)
    await approve(living, one, steps=("theory_citations",), lexicon=("social capital",))
    notes = (await round_(living))["steps"]["theory_citations"]["notes"]
    about = "'Curie 2020: Outreach in the OUTPOST trial'"
    assert f"Fragments coded from {about} speak of social capital (1)." in notes


async def test_a_sibling_excluded_before_counts_for_step_3_once_it_is_included(
    living: Living,
) -> None:
    sibling = pearl(3, title="Staff views", trial_ids=("NCT00000001",), year=2019)
    one, two = await keep(living, pearl(1), sibling)
    await settle(living, two, "exclude")
    await approve(living, one, steps=("recheck",))
    seen = await round_(living)
    assert (seen["steps"]["recheck"]["offered"], seen["total"]["reincluded"]) == (1, 0)
    assert not seen["may_close"]
    assert "no question was asked outside it" in seen["closing"]

    await receive(living, event_handlers.on_settlements_reopened, harness.reopened(two), 2)
    await settle(living, two, "include", version=3)
    await document(living, "D3", two)
    moved = await fragment(living, "f3", "D3")
    await receive(living, evidence.on_ccmocs_changed, ccmoc("c1", moved))
    seen = await round_(living)
    recheck = seen["steps"]["recheck"]
    assert (recheck["reincluded"], recheck["fragments"], recheck["ccmocs"]) == (1, 1, 1)
    assert not seen["may_close"]
    assert "Passed screening again: 1" in seen["closing"]


async def test_a_sibling_known_by_its_trial_or_an_orcid_alone_is_offered(living: Living) -> None:
    trial = Bibliography(pmid="30", title="Costs", trial_ids=("NCT00000001",), year=2019)
    again = Author(family="Sklodowska", given="Maria", orcid=harness.ORCID)
    orcid = Bibliography(pmid="31", title="Letters", authors=(again,), year=2021)
    one, two, three = await keep(living, pearl(1), trial, orcid)
    for each in (two, three):
        await settle(living, each, "exclude")
    await approve(living, one, steps=("recheck",))
    assert set((await round_(living))["offered"]) == {two, three}


async def test_evidence_that_arrives_before_its_document_is_counted_once_it_is_known(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    await living.work()
    new = (await living.records())["15"]["id"]
    moved = await fragment(living, "f1", "D15")
    await receive(living, evidence.on_ccmocs_changed, ccmoc("c1", moved))
    await fragment(living, "f1", "D15")
    await settle(living, new, "include")
    assert (await round_(living))["total"]["fragments"] == 0
    await document(living, "D15", new)
    total = (await round_(living))["total"]
    assert (total["fragments"], total["ccmocs"]) == (1, 1)


async def test_a_challenged_argument_proposes_a_step_with_the_records_against_it_as_pearls(
    living: Living,
) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await document(living, "D1", one, case_id="site A")
    await document(living, "D2", two, case_id="site B")
    refuted = PredictionRefuted(
        review_id=REVIEW, refutation_id="r1", argument_id="a1", prediction="p", theory_id="PT1",
        cases=("site B",), argument="Trust brings attendance", words="trust without attendance",
    )  # fmt: skip
    await receive(living, evidence.on_predictions_refuted, refuted)

    steps = await living.db.read(lambda tx: reviews.steps_of(tx, REVIEW, "proposed"))
    (step,) = [each for each in steps if each["id"] == "r1"]
    assert step["detail"]["detail"] == (
        "Trust brings attendance is challenged: trust without attendance"
    )
    (found,) = await living.db.read(lambda tx: proposed_pearls(tx, REVIEW, "r1"))
    assert (found["record_id"], found["why"]) == (two, "a case against an argument")


async def test_a_case_that_only_a_fragment_tells_of_leads_to_its_record(living: Living) -> None:
    """A report tells of several cases; the document itself is of none."""
    one, two = await keep(living, pearl(1), pearl(2))
    await document(living, "D1", one)
    await document(living, "D2", two)
    arms = (SourceRef(document_id="D2", case_id="arm A"), SourceRef(document_id="D2"))
    await fragment(living, "f2", "D2", sources=arms)
    refuted = PredictionRefuted(
        review_id=REVIEW, refutation_id="r1", argument_id="a1", prediction="p", theory_id="PT1",
        cases=("arm A",),
    )  # fmt: skip
    await receive(living, evidence.on_predictions_refuted, refuted)
    (found,) = await living.db.read(lambda tx: proposed_pearls(tx, REVIEW, "r1"))
    assert (found["record_id"], found["why"]) == (two, "a case against an argument")
    steps = await living.db.read(lambda tx: reviews.steps_of(tx, REVIEW, "proposed"))
    shown = await living.db.read(lambda tx: evidence_of(tx, REVIEW, steps))
    assert shown["r1"] == ["Noether 2019: A second pearl on doors"]


def test_pearls_stand_in_the_order_of_the_method() -> None:
    candidates = [
        Candidate("many", theories={"1", "2", "3"}),
        Candidate("rich", rich=True, theories={"1"}),
        Candidate("support", kinds={"unreplicated", "undecided_context"}),
        Candidate("case", kinds={"open_case", "unreplicated"}),
        Candidate("step", named=True),
    ]
    assert [one.record_id for one in ranked(candidates)] == [
        "step", "case", "support", "rich", "many",
    ]  # fmt: skip


async def test_pearls_come_from_the_gap_its_evidence_and_how_rich_it_is(living: Living) -> None:
    one, two, three = await keep(living, pearl(1), pearl(2), pearl(3, title="Third", pmid=None))
    for name, record in (("D1", one), ("D2", two), ("D3", three)):
        await document(living, name, record)
        await fragment(living, f"f{name}", name, theories=("PT1",))
    rich = FragmentAppraised(
        review_id=REVIEW, appraisal_id="f2/ann", fragment_id="fD2", richness="conceptually_rich"
    )
    await receive(living, evidence.on_appraised, rich)
    gap = GapFound(review_id=REVIEW, gap_id=GAP, theory_id="PT1", kind="undecided_context",
                   detail="x", documents=("D1", "D2", "D3"))  # fmt: skip
    await receive(living, event_handlers.on_gaps_found, gap, 2)

    found = await living.db.read(lambda tx: proposed_pearls(tx, REVIEW, GAP))
    assert found[0]["record_id"] == two
    assert found[0]["why"] == "conceptually rich evidence"
    missing = {each["record_id"]: each["missing"] for each in found}
    assert missing[two] == ""
    assert "neither a PMID nor a DOI: cannot take steps 2, 4, 5, 7 and 11;" in missing[three]
