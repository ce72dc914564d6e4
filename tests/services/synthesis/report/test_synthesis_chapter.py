"""A theory's chapter: arguments, cases in whose words, what would refute it and what is missing."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import httpx
import pytest_asyncio

from shared.events import extraction
from tests.support.synthesis import REVIEW, a_fragment
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"
ARGUMENT = {
    "theory": "PT1",
    "contexts": [{"group": "NWD"}],
    "response": "TRUST",
    "outcome": "ENG",
    "warrant": "People stay where they are believed.",
    "rivals": ["selection of the willing"],
    "because": "first reading",
    "predictions": [
        {
            "id": "strain",
            "given": [{"role": "context", "group": "HC", "state": "present"}],
            "expected": {"role": "outcome", "group": "ENG", "state": "occurred"},
            "words": "caseload does not matter",
        }
    ],
}


def said(fragment: str, source: str, **words: str) -> extraction.FragmentCoded:
    """A fragment of trust with engagement, in the source's words or the coder's."""
    line = {
        "id": fragment,
        "theory": 1,
        "elements": [
            {"role": "mechanism_response", "code_id": "trust", "state": "present"},
            {"role": "outcome", "code_id": "engagement", "state": "occurred"},
        ],
        "sources": [{"key": source}],
    }
    state = replace(a_fragment(line), **{"quote": "", **words})
    return extraction.FragmentCoded(review_id=REVIEW, fragment=state)


@pytest_asyncio.fixture
async def chapter(synthesis):
    """The toy case with an argument that predicts wrongly, a quotation and a paraphrase."""
    await Replayed(synthesis, CASES / "01-toy").load()
    quoted = {"quote": "I was believed & stayed", "locator": "p. 12"}
    await synthesis.hear(said("q1", "s8", **quoted))
    await synthesis.hear(said("q2", "s9", paraphrase="trust kept them there", locator="table 2"))
    wording = {"name": "Open door", "statement": "First idea", "status": "initial", "reason": "x"}
    await synthesis.ask("PUT", "/theories/PT1", wording)
    final = {**wording, "context": "No wrong door", "status": "final", "reason": "evidence"}
    await synthesis.ask("PUT", "/theories/PT1", final)
    await synthesis.ask("PUT", "/arguments/door", ARGUMENT)
    await synthesis.compute()
    return synthesis


async def part(service, title: str) -> str:
    """A section of the theory's chapter in Markdown."""
    words = str(await service.ask("GET", "/report.md"))
    found = words.split(f"\n### {title}")[1]
    return found.split("\n### ")[0].split("\n## ")[0]


async def test_arguments_are_told_with_warrant_rivals_cases_and_predictions(chapter):
    told = await part(chapter, "Arguments")
    assert "People stay where they are believed." in told
    assert "selection of the willing" in told
    assert "In keeping with it, in all its contexts" in told
    assert "Refuted in" in told
    assert "caseload does not matter" in told


async def test_a_final_theory_never_prints_the_initial_statement_as_its_own(chapter):
    told = await part(chapter, "From initial to final wording")
    assert "| Statement | First idea | replaced by the parts below |" in told
    assert "evidence" in told


async def test_quotations_carry_their_place_and_paraphrases_are_never_quoted(chapter):
    told = await part(chapter, "Cases of TRUST")
    assert "> I was believed & stayed\n>\n> (s8, p. 12; fragment" in told
    assert "Paraphrase: trust kept them there [s9, table 2; fragment" in told
    page = str(await chapter.ask("GET", "/report.html"))
    quotes = page.split("<blockquote>")[1:]
    assert all("trust kept them there" not in one.split("</blockquote>")[0] for one in quotes)


async def test_every_fragment_stands_in_a_row_of_its_own(chapter):
    told = await part(chapter, "Dyads and triads coded")
    rows = [line for line in told.splitlines() if line.startswith("| ") and "| No |" not in line]
    assert len(rows) == 8
    assert "| HC |" in told


async def test_open_cases_refutations_and_gaps_are_told(chapter):
    assert "open" in await part(chapter, "Unexplained and open cases")
    told = await part(chapter, "What would refute it")
    assert "would be held against" in told
    assert "would refute the prediction" in told
    assert "Cases that nothing explains" in await part(chapter, "What is missing")


async def test_drawings_stand_in_the_word_document_as_pictures_under_their_captions(chapter):
    answer = await chapter.client.get(f"/api/synthesis/reviews/{REVIEW}/report.docx")
    with ZipFile(BytesIO(answer.content)) as inside:
        pictures = [name for name in inside.namelist() if name.endswith(".png")]
        assert len(pictures) == 2
        assert all(inside.read(name)[:4] == b"\x89PNG" for name in pictures)
    read = docx.Document(BytesIO(answer.content))
    captions = [p.text for p in read.paragraphs if p.style.name == "Caption"]
    assert any(text.startswith("Figure 1. ") for text in captions)
    assert any(text.startswith("Table 1. ") for text in captions)


class Silent:
    """Peers that never answer."""

    def __init__(self):
        transport = httpx.MockTransport(lambda request: httpx.Response(503))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://nobody")


async def test_what_other_services_do_not_answer_is_said_and_not_left_out(chapter):
    chapter.running.context.peers = Silent()
    told = str(await chapter.ask("GET", "/report.md"))
    await chapter.running.context.peers.client.aclose()
    for service in ("search", "screening"):
        assert f"The {service} service did not answer" in told
    assert told.count("The workbench did not answer") == 2
    assert "Extraction did not answer: the memos of coding are missing in this log" in told
