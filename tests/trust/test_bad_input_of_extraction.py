"""What is bad when it comes into extraction is a clear problem, and nothing is half-stored."""

import struct
import zipfile
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest

from shared.events.search import Flag, RecordFlagged
from tests.support.extraction import BASE, a_fragment, a_record, a_settlement
from tests.trust.test_sealed_sources import everything
from tests.trust.test_sealed_sources import extraction as extraction

TEXT = "The nurse rang every Tuesday."
PROJECT = '<Project xmlns="urn:QDA-XML:project:1.0" name="P"></Project>'
UPLOADS, PROJECTS = "/uploads?filename={}&document=d1", "/exchange/projects?filename=p.qdpx"


def scanned():
    """A PDF whose one page has no text."""
    pdf, out = pypdfium2.PdfDocument.new(), BytesIO()
    pdf.new_page(200, 200)
    pdf.save(out)
    return out.getvalue()


def encrypted():
    """A PDF that opens with a password alone."""
    secret = f"<< /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >>"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", secret]
    body, places = b"%PDF-1.4\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    whole = f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<< /Size 4 /Root 1 0 R /Encrypt 3 0 R"
    return body + f"{whole} /ID [<01><02>] >>\nstartxref\n{len(body)}\n%%EOF\n".encode()


def packed(xml=PROJECT, name="sources/a.txt"):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        archive.writestr(name, "x")
    return out.getvalue()


def bomb():
    """An archive that says its project unpacks to two gigabytes."""
    data = bytearray(packed())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, (1 << 31) - 1)
    return bytes(data)


DOCTYPE = f'<!DOCTYPE p [<!ENTITY a "aaaa">]>{PROJECT}'
FILES = {
    "encrypted PDF": (UPLOADS.format("a.pdf"), encrypted(), "password"),
    "scanned PDF": (UPLOADS.format("a.pdf"), scanned(), "paste the text"),
    "broken PDF": (UPLOADS.format("a.pdf"), b"%PDF-1.7\n1 0 obj", "paste the text"),
    "zip bomb in a QDPX": (PROJECTS, bomb(), "MB"),
    "path out of a QDPX": (PROJECTS, packed(name="../evil.txt"), "leaves its folder"),
    "DOCTYPE in its XML": (PROJECTS, packed(DOCTYPE), "DOCTYPE"),
    "QDPX cut off": (PROJECTS, packed()[:-30], "ZIP archive"),
}
QUOTE = {**a_fragment(), "document": "d1", "quote": "rang on Monday", "start": 10, "end": 24}
ANSWER = {"document": "d1", "answers": {"n": "many"}, "done": True}
ACTS = {
    "quote that is not in the text": ("PUT", "/fragments/f2", QUOTE, 409, "rang on Monday"),
    "unknown code to describe": ("POST", "/codes/x/describe", {"description": "?"}, 404, "code"),
    "unknown code to merge": ("POST", "/codes/trust/merge", {"into": "nowhere"}, 404, "code"),
    "second person's edit": ("PUT", "/fragments/f1", a_fragment(theories=[]), 409, "your own"),
    "form answer of the wrong kind": ("PUT", "/forms/m/answers", ANSWER, 422, "number"),
}  # fmt: skip


async def filled(extraction):
    await extraction.hear(a_record())
    await extraction.hear(a_settlement())
    await extraction.put_documents({"id": "d1", "record": "r1", "text": TEXT})
    await extraction.code(a_fragment())
    field = {"id": "n", "label": "How many?", "kind": "number"}
    await extraction.ask("PUT", "/forms/m", {"title": "Mapping", "fields": [field]})
    return await everything(extraction)


@pytest.mark.parametrize("what", FILES)
async def test_a_bad_file_says_what_to_do_and_leaves_nothing(extraction, what):
    before = await filled(extraction)
    path, data, words = FILES[what]
    answer = await extraction.client.post(BASE + path, content=data)
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["detail"]
    assert await everything(extraction) == before
    if path.startswith("/uploads"):
        assert answer.json()["paste"] is True, "the page offers to paste the text"


@pytest.mark.parametrize("what", ACTS)
async def test_a_bad_act_says_what_is_wrong_and_changes_nothing(extraction, what):
    before = await filled(extraction)
    method, path, body, status, words = ACTS[what]
    by = {"coder"} if "second person" in what else None
    body = {name: value for name, value in body.items() if name != "id"}
    problem = await extraction.ask(method, path, body, by=by, status=status)
    assert words in problem["detail"]
    assert await everything(extraction) == before


@pytest.mark.parametrize("why", ["excluded", "retracted"])
async def test_a_document_whose_record_does_not_count_takes_no_text(extraction, why):
    await filled(extraction)
    if why == "excluded":
        await extraction.hear(a_settlement(verdict="exclude"))
    else:
        flagged = replace(a_record().record, flags=(Flag(kind="retraction"),))
        await extraction.hear(RecordFlagged(review_id="rev", record=flagged, flag="retraction"))
    before = await everything(extraction)
    data = b"Another text of the report."
    answer = await extraction.client.post(BASE + UPLOADS.format("a.txt"), content=data)
    assert answer.status_code == 409, answer.text
    assert f"was {why}" in answer.json()["detail"]
    assert await everything(extraction) == before


async def test_a_full_text_beyond_its_bounds_is_refused_and_leaves_nothing(extraction, monkeypatch):
    before = await filled(extraction)
    monkeypatch.setattr(extraction.running.settings, "max_document_mb", 1)
    data = b"x" * ((1 << 20) + 1)
    answer = await extraction.client.post(BASE + UPLOADS.format("a.txt"), content=data)
    assert answer.status_code == 413, answer.text
    assert "RETRODUCT_MAX_DOCUMENT_MB" in answer.json()["detail"]
    assert await everything(extraction) == before
