"""Reports over HTTP: what they say, and what they never say."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest_asyncio

from services.synthesis.report.adapters.extraction import words_of
from services.synthesis.report.domain.material import Words
from shared.events import extraction
from shared.events.extraction import ReportNotRetrieved
from shared.events.search import RecordAdded, RecordState, Route, SearchFinished
from tests.support.synthesis import (
    REVIEW,
    a_document,
    a_fragment,
    a_settlement,
    judged_by_three,
    say_step_by_step,
)
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"


@pytest_asyncio.fixture
async def told(synthesis):
    """Case 11 with records of two databases, computed."""
    for number in (1, 2, 4, 5):
        route = Route(source="pubmed", source_record_id=str(number), found_at="2026-01-01")
        record = RecordState(record_id=f"r{number}", title=f"Study {number}", routes=(route,))
        await synthesis.hear(RecordAdded(review_id=REVIEW, record=record))
        await synthesis.hear(a_settlement(f"r{number}", stage="title"))
    run = SearchFinished(
        review_id=REVIEW,
        search_id="q1",
        run_id="run1",
        kind="pubmed",
        source="pubmed",
        source_records=4,
        added=4,
    )
    await synthesis.hear(run)
    replayed = Replayed(synthesis, CASES / "11-sources-that-stop-counting")
    await replayed.load()
    await synthesis.hear(ReportNotRetrieved(review_id=REVIEW, record_id="r5", reason="paywall"))
    await synthesis.compute()
    return replayed


async def test_the_html_report_is_self_contained_and_marks_conjectures(told):
    page = await told.service.ask("GET", "/report.html")
    assert "conjectured, unchecked" in page
    assert "RAMESES publication standards" in page
    assert "Study 1" in page
    assert "src=" not in page
    assert "<script" not in page


async def test_a_retraction_is_the_first_thing_a_reader_sees(told):
    await told.happen({"event": "record_flagged", "record": "r2", "flag": "retraction"})
    await told.service.compute()
    words = await told.service.ask("GET", "/report.md")
    assert "Retracted: " in words.split("## ")[0]


async def test_what_people_agreed_is_no_longer_called_unchecked(told):
    (body,) = await told.service.ccmocs()
    await judged_by_three(told.service, body)
    await say_step_by_step(told.service, body, "checked", "agreed")
    (standing,) = (await told.service.ask("GET", "/report.json"))["theories"][0]["standings"]
    assert standing["state"] == "agreed"
    table = (await told.service.ask("GET", "/report.md")).split("Conjectured configurations")[1]
    assert "agreed" in table.split("\n\n")[1]


async def test_the_flow_adds_up_and_counts_included_studies(told):
    flow = await told.service.ask("GET", "/flow")
    assert flow["faults"] == []
    assert (flow["records"], flow["sought"]) == (4, 4)
    assert (flow["included_studies"], flow["included_reports"]) == (3, 3)
    assert flow["not_retrieved_reasons"] == {"paywall": 1}
    assert "<svg" in await told.service.ask("GET", "/flow.svg")
    assert "<svg" in await told.service.ask("GET", "/theories/PT1/graph.svg")


TALK = {
    "id": "f1",
    "theory": 1,
    "elements": [
        {"role": "mechanism_response", "code_id": "p", "state": "present"},
        {"role": "outcome", "code_id": "g", "state": "occurred"},
    ],
    "sources": [{"key": "talk"}],
}


class Extraction:
    """Extraction as a peer: it answers by the credentials that it is shown."""

    def __init__(self):
        self.client = httpx.AsyncClient(
            transport=httpx.MockTransport(self.answer), base_url="http://extraction"
        )

    def answer(self, request):
        if not request.url.path.endswith("/fragments/quotes"):
            return httpx.Response(503)
        if request.headers.get("authorization") != "Bearer a coder":
            return httpx.Response(200, json={"items": [{"id": "f1", "words_withheld": True}]})
        item = {"id": "f1", "quote": "secret words", "words_withheld": False}
        return httpx.Response(200, json={"items": [item]})


@pytest_asyncio.fixture
async def confidential(synthesis):
    """One fragment of a confidential interview; its words are with extraction only."""
    state = replace(a_fragment(TALK), quote="secret words", confidential=True)
    await synthesis.hear(extraction.FragmentCoded(review_id=REVIEW, fragment=state))
    await synthesis.ask("PUT", "/theories/PT1", {"name": "A"})
    await synthesis.compute()
    synthesis.running.context.peers = Extraction()
    yield synthesis
    await synthesis.running.context.peers.client.aclose()


async def test_the_words_of_a_confidential_source_are_in_no_report(confidential):
    for path in ("/report.html", "/report.json", "/report.md"):
        assert "secret words" not in str(await confidential.ask("GET", path))


async def test_who_may_read_confidential_words_gets_them_from_extraction(confidential):
    client = confidential.running.context.peers.client
    words = await words_of(client, {"authorization": "Bearer a coder"}, REVIEW, ["f1"])
    assert words == {"f1": Words("secret words", "")}
    assert await words_of(client, {}, REVIEW, ["f1"]) == {}


async def test_a_silent_extraction_leaves_words_out_and_the_report_stands(confidential):
    def silent(request):
        raise httpx.ConnectError("nobody there")

    confidential.running.context.peers.client = httpx.AsyncClient(
        transport=httpx.MockTransport(silent), base_url="http://extraction"
    )
    assert "PT1" in await confidential.ask("GET", "/report.html")


async def test_an_erased_source_leaves_no_words_behind(synthesis):
    line = {
        "id": "f1",
        "theory": 1,
        "quote": "words to forget",
        "elements": [
            {"role": "mechanism_response", "code_id": "p", "state": "present"},
            {"role": "outcome", "code_id": "g", "state": "occurred"},
        ],
        "sources": [{"key": "talk"}],
    }
    await synthesis.ask("PUT", "/theories/PT1", {"name": "A"})
    await synthesis.hear(extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(line)))
    await synthesis.compute()
    assert "words to forget" in str(await synthesis.ask("GET", "/report.json"))
    document = a_document({"key": "talk"}).document
    await synthesis.hear(extraction.SourceErased(review_id=REVIEW, document=document))
    assert "words to forget" not in str(await synthesis.ask("GET", "/report.json"))


async def test_a_truth_table_and_a_word_document_can_be_had(told):
    csv = await told.service.ask("GET", "/theories/PT1/truth-table.csv?outcome=G")
    assert csv.splitlines()[0] == "case,study,mechanism_response:P,G"
    answer = await told.service.client.get(f"/api/synthesis/reviews/{REVIEW}/report.docx")
    assert answer.content[:2] == b"PK"
