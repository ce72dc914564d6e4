"""Theory work in the report: where theories come from, why they moved, and who may read memos."""

import json
from io import BytesIO

import docx
import httpx
import pytest
import pytest_asyncio

from shared.events.extraction import DocumentAdded, DocumentState
from shared.http.auth import LOCAL_OWNER
from tests.support.synthesis import REVIEW

SECRET = "She spoke of her son"
FORMATS = ("html", "md", "json", "docx")
SUBSTANTIVE = {
    "name": "Normalisation process theory",
    "citation": "May and Finch 2009",
    "summary": "Work becomes routine by being worked at",
    "level": "meso",
    "fit": "strong",
    "simplicity": "weak",
    "compatibility": "strong",
    "decision": "selected",
    "phase": "final",
    "theories": ["PT5"],
    "because": "it explains why training alone fades",
}
ARGUMENT = {
    "theory": "PT7",
    "response": "TRUST",
    "outcome": "ENG",
    "warrant": "work is made normal",
    "substantive_theories": ["npt"],
    "version": 1,
}


@pytest_asyncio.fixture
async def worked(synthesis):
    """Three theories with ideas in every standing, lineage, a substantive theory and memos."""
    document = DocumentState(document_id="d1", study_id="d1", title="Talk", confidential=True)
    await synthesis.hear(DocumentAdded(review_id=REVIEW, document=document))
    for name in ("PT5", "PT7", "PT9"):
        first = {"name": f"Theory {name}", "statement": f"First words of {name}"}
        await synthesis.ask("PUT", f"/theories/{name}", {**first, "status": "initial"})
    await _ideas(synthesis)
    for name in ("PT7", "PT9"):
        link = {"earlier": name, "later": "PT5", "kind": "merged_into", "because": "one story"}
        await synthesis.ask("PUT", "/lineage", link)
    await synthesis.ask("PUT", "/substantive-theories/npt", SUBSTANTIVE)
    await synthesis.ask("PUT", "/arguments/door", ARGUMENT)
    memo = {"text": "Barriers are structural too", "about": [{"kind": "theory", "id": "PT5"}]}
    await synthesis.ask("PUT", "/memos/open", memo)
    closed = {"text": SECRET, "about": [{"kind": "document", "id": "d1"}]}
    await synthesis.ask("PUT", "/memos/closed", closed)
    moved = [{"kind": "memo", "id": "open"}, {"kind": "memo", "id": "closed"}]
    final = {"name": "Theory PT5", "statement": "Last words of PT5", "status": "final"}
    why = {"reason": "training is not enough", "moved_by": moved}
    await synthesis.ask("PUT", "/theories/PT5", {**final, **why})
    await synthesis.compute()
    synthesis.running.context.peers = Peers()
    yield synthesis
    await synthesis.running.context.peers.client.aclose()


async def _ideas(synthesis):
    texts = ("doors are open", "staff are known", "care is shared", "beds are many")
    for number, text in enumerate(texts, start=1):
        body = {"text": f"If {text}, then people stay", "number": number}
        await synthesis.ask("PUT", f"/ideas/i{number}", body)
    into = {"theories": ["PT5"], "reason": "its core"}
    await synthesis.ask("POST", "/ideas/i1/sort", into)
    await synthesis.ask("POST", "/ideas/i2/merge", {"into": "i1", "reason": "the same thought"})
    await synthesis.ask("POST", "/ideas/i3/drop", {"reason": "nobody reports it"})


class Peers:
    """Workbench as a peer that knows the team; the other services answer with nothing."""

    def __init__(self):
        transport = httpx.MockTransport(self.answer)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://peers")

    def answer(self, request):
        if request.url.path == f"/api/reviews/{REVIEW}":
            team = [{"person": LOCAL_OWNER, "name": "Ann Ables", "roles": ["owner"]}]
            return httpx.Response(200, json={"team": team, "reported_numbers": []})
        return httpx.Response(503)


async def told(service, form, by=None):
    """The words of the report in one format, as one person gets them."""
    if form != "docx":
        said = await service.ask("GET", f"/report.{form}", by=by)
        return json.dumps(said) if form == "json" else said
    return _words(await _bytes(service, by))


async def _bytes(service, by):
    head = {}
    if by is not None:
        head["authorization"] = f"Bearer {service.token(by)}"
    path = f"/api/synthesis/reviews/{REVIEW}/report.docx"
    return (await service.client.get(path, headers=head)).content


def _words(content):
    read = docx.Document(BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_prints_theory_work(worked, form):
    words = await told(worked, form)
    ideas = ("If doors are open", "the same thought", "nobody reports it", "If beds are many")
    lineage = ("one story", "PT7: Theory PT7")
    substantive = ("Normalisation process theory", "May and Finch 2009", "work is made normal")
    appraised = ("meso", "it explains why training alone fades")
    wording = ("First words of PT5", "Last words of PT5", "training is not enough")
    for said in (*ideas, *lineage, *substantive, *appraised, *wording):
        assert said in words, said
    assert "Barriers are structural too" in words


@pytest.mark.parametrize("form", FORMATS)
async def test_memos_about_confidential_sources_are_printed_for_coders_only(worked, form):
    assert SECRET not in await told(worked, form, by={"reviewer", "reader"})
    assert SECRET in await told(worked, form, by={"coder"})


async def part(service, title, level="##"):
    """A section of the report in Markdown."""
    words = str(await service.ask("GET", "/report.md"))
    found = words.split(f"\n{level} {title}\n")[1]
    return found.split("\n## ")[0] if level == "##" else found.split("\n### ")[0]


async def test_ideas_say_what_became_of_them_and_why(worked):
    said = await part(worked, "How the theories came to be")
    rows = {line.split(" | ")[0].lstrip("| "): line for line in said.splitlines() if "| If" in line}
    assert "sorted into PT5: Theory PT5 | its core" in rows["1"]
    assert "merged into: If doors are open, then people stay | the same thought" in rows["2"]
    assert "dropped | nobody reports it" in rows["3"]
    assert "not sorted yet" in rows["4"]
    assert "PT7: Theory PT7 merged into PT5: Theory PT5" in said


async def test_lineage_is_drawn_in_the_page_and_in_the_word_document(worked):
    page = str(await worked.ask("GET", "/report.html"))
    figure = page.split("How the theories came to be: if-then ideas")[1].split("</figure>")[0]
    assert "<svg" in figure
    read = docx.Document(BytesIO(await _bytes(worked, None)))
    shapes = [shape._inline.docPr.get("descr") for shape in read.inline_shapes]
    assert any("PT7: Theory PT7 merged into PT5" in (words or "") for words in shapes)


async def test_a_change_of_wording_names_who_made_it_why_and_what_moved_it(worked):
    said = (await part(worked, "PT5: Theory PT5")).split("each change of the wording")[1]
    row = next(line for line in said.splitlines() if line.startswith("| 2 |"))
    assert "Ann Ables" in row
    assert "statement, status | training is not enough" in row
    assert "Barriers are structural too; a memo about a confidential source" in row


async def test_a_substantive_theory_stands_in_every_theory_it_informs_or_warrants(worked):
    assert "May and Finch 2009" in await part(worked, "PT5: Theory PT5")
    said = await part(worked, "PT7: Theory PT7")
    assert "May and Finch 2009" in said
    assert "'TRUST' → 'ENG' occurred" in said.split("Warrants here")[1]
    assert "May and Finch 2009" not in await part(worked, "PT9: Theory PT9")


async def test_review_wide_parts_are_told_once(worked):
    words = str(await worked.ask("GET", "/report.md"))
    for title in (
        "How the theories came to be",
        "Substantive theories considered",
        "Inference log",
    ):
        assert words.count(f"\n## {title}\n") == 1
    log = await part(worked, "Inference log")
    assert "Memo written" in log
    assert "Ann Ables" in log
