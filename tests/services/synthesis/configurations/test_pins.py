"""A pin on an outcome that no study reports."""

from pathlib import Path

from tests.support.synthesis_cases import Replayed

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
