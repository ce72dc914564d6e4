"""A pin on an outcome that no study reports."""

from pathlib import Path

from shared.events import extraction
from tests.support.synthesis import REVIEW, a_fragment
from tests.support.synthesis_cases import Replayed
from workbench.web.pages.theories import _issues

CASE = Path(__file__).resolve().parents[3] / "cases" / "01-toy"
PIN = {"outcome": "NOWHERE", "reason": "we expect it"}


async def test_a_pin_without_rows_is_listed_and_empties_no_page(synthesis):
    await Replayed(synthesis, CASE).load()
    await synthesis.compute()
    before = [body["id"] for body in await synthesis.ccmocs()]
    await synthesis.ask("PUT", "/theories/PT1/pin", PIN)
    await synthesis.compute()
    assert [body["id"] for body in await synthesis.ccmocs()] == before != []
    issues = (await synthesis.ask("GET", "/issues"))["items"]
    listed = [one for one in issues if one["kind"] == "pins_without_evidence"]
    assert [one["outcome"] for one in listed] == ["NOWHERE"]
    report = await synthesis.ask("GET", "/report.json")
    assert "TRUST" in str(report)


async def test_an_issue_tells_its_passage_by_its_words(synthesis):
    await Replayed(synthesis, CASE).load()
    elements = [
        {"role": "context", "code_id": "nwd", "state": "present"},
        {"role": "outcome", "code_id": "engagement", "state": "occurred"},
    ]
    line = {"id": "3f2a", "theory": 1, "elements": elements, "quote": "the doors were open"}
    state = a_fragment({**line, "sources": [{"key": "s1"}]})
    await synthesis.hear(extraction.FragmentCoded(review_id=REVIEW, fragment=state))
    await synthesis.compute()
    issues = (await synthesis.ask("GET", "/issues"))["items"]
    (listed,) = [one for one in issues if one["kind"] == "no_mechanism_stated"]
    assert listed["passage"].startswith("“the doors were open”")
    told = _issues([listed], "PT1", {})
    assert told == [("No mechanism stated", [listed["passage"]])]
