"""Full texts are taken in, proposed a document, and confirmed; nothing is half-stored."""

import json
from hashlib import sha256
from urllib.parse import quote

import pytest

from services.extraction.uploads.jobs import folder_watch
from services.extraction.uploads.jobs.uploads import remove_files
from shared.kernel.jobs import Job
from tests.support.extraction import BASE, a_fragment, a_record, a_settlement
from tests.support.reference import reference

PAPER = b"Trust in harm reduction\n\nhttps://doi.org/10.1000/trust\n\nStaff felt trusted."
TURNS = (
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>I felt heard.\n\n"
    b"00:03.000 --> 00:04.000\n<v Bob>So did I.\n"
)


def a_job(**payload):
    return Job(id="j", name="w", key="", payload=payload, attempts=0, lease="l")


async def send(extraction, data, *, name="a.txt", status=201, **params):
    answer = await extraction.client.post(
        f"{BASE}/uploads", content=data, params={"filename": name, **params}
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def seek(extraction, record="r1", **about):
    await extraction.hear(a_record(record, **about))
    await extraction.hear(a_settlement(record))


def on_disk(extraction):
    folder = extraction.running.settings.folder_of_documents()
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_included_record_is_a_document_to_get_at_once(extraction):
    await seek(extraction, title="Trust in harm reduction", year=2020)
    page = await extraction.ask("GET", "/documents")
    (shown,) = page["items"]
    assert (shown["id"], shown["title"], shown["version"]) == ("r1", "Trust in harm reduction", 0)
    assert shown["retrieval"] == "sought"
    assert (await extraction.ask("GET", "/documents/r1"))["record"] == "r1"
    await extraction.hear(a_settlement(verdict="exclude"))
    assert (await extraction.ask("GET", "/documents"))["items"] == []


async def test_a_document_that_reports_the_record_takes_the_place_of_the_one_to_get(extraction):
    await seek(extraction)
    await extraction.put_documents({"id": "Smith2020", "record": "r1"})
    page = await extraction.ask("GET", "/documents")
    assert [d["id"] for d in page["items"]] == ["Smith2020"]


async def test_a_report_is_sought_then_requested_then_received(extraction):
    await seek(extraction)
    await extraction.ask("PUT", "/retrievals/r1", {"state": "requested"})
    assert (await extraction.ask("GET", "/documents/r1"))["retrieval"] == "requested"
    await send(extraction, PAPER, document="r1")
    page = await extraction.ask("GET", "/retrievals?state=received")
    assert [one["record"] for one in page["items"]] == ["r1"]


async def test_an_upload_is_proposed_its_record_and_confirmed(extraction):
    await seek(extraction, title="Trust in harm reduction", doi="10.1000/trust")
    taken = await send(extraction, PAPER)
    assert taken["state"] == "proposed"
    assert [(p["document"], p["by"]) for p in taken["proposals"]] == [("r1", "doi")]
    assert await extraction.names() == ["report_sought"]
    done = await extraction.ask("POST", f"/uploads/{taken['id']}/confirm", {"document": "r1"})
    assert (done["state"], done["document"], done["text_version"]) == ("confirmed", "r1", 1)
    assert "Staff felt trusted." in (await extraction.ask("GET", "/documents/r1/text"))["text"]
    assert await extraction.names() == ["report_sought", "document_added"]
    again = await extraction.ask("POST", f"/uploads/{taken['id']}/confirm", {"document": "r1"})
    assert again["text_version"] == 1


async def test_the_same_file_again_changes_nothing(extraction):
    await seek(extraction, doi="10.1000/trust")
    first = await send(extraction, PAPER, document="r1")
    again = await send(extraction, PAPER, name="other name.txt")
    assert (again["id"], again["state"]) == (first["id"], "confirmed")
    assert len(on_disk(extraction)) == 1
    assert len((await extraction.ask("GET", "/uploads"))["items"]) == 1


async def test_many_uploads_are_confirmed_each_by_itself(extraction):
    await seek(extraction, doi="10.1000/trust")
    one, two = await send(extraction, PAPER), await send(extraction, b"other words")
    items = [
        {"upload": one["id"], "document": "r1"},
        {"upload": two["id"], "document": "nobody's"},
    ]
    results = (await extraction.ask("POST", "/uploads/confirm", {"items": items}))["results"]
    assert [r["confirmed"] for r in results] == [True, False]
    assert "no document" in results[1]["problem"]


async def test_pages_and_paragraphs_are_mapped(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "v1", "kind": "service_user"})
    path = reference("fulltexts/docx").parent / "pdf"
    pdf = next(p for p in sorted(path.glob("*.pdf")) if "derived" not in p.name)
    await send(extraction, pdf.read_bytes(), name=pdf.name, document="d1")
    text = (await extraction.ask("GET", "/documents/d1/text"))["text"]
    places = (await extraction.ask("GET", "/documents/d1/map"))["paragraphs"]
    assert places[0]["page"] == 1
    assert places[-1]["page"] > 1
    assert places[-1]["end"] == len(text)
    assert all(text[p["start"] : p["end"]].strip() for p in places)
    await send(extraction, TURNS, name="c.vtt", document="v1")
    turns = (await extraction.ask("GET", "/documents/v1/map"))["paragraphs"]
    assert [(t["speaker"], t["seconds"]) for t in turns] == [("Ann", 1.0), ("Bob", 3.0)]


@pytest.mark.parametrize(
    "name", ["derived_user_password.pdf", "derived_scan.pdf", "cut_off.pdf", "page.pdf"]
)
async def test_a_file_without_text_says_why_and_nothing_is_stored(extraction, name):
    await seek(extraction)
    folder = reference("fulltexts/pdf")
    data = {"cut_off.pdf": b"%PDF-1.7\n1 0 obj", "page.pdf": b"<html>sign in</html>"}.get(name)
    if data is None:
        kind = name.partition("_")[2].partition(".")[0].partition("_")[0]
        data = next(p for p in sorted(folder.glob("*.pdf")) if kind in p.name).read_bytes()
    problem = await send(extraction, data, name=name, document="r1", status=422)
    assert problem["title"] == "The file cannot be read"
    assert "paste the text" in problem["detail"] or "fetch" in problem["detail"]
    assert problem["paste"] is True
    assert (await extraction.ask("GET", "/uploads"))["items"] == []
    assert on_disk(extraction) == []
    assert (await extraction.ask("GET", "/documents/r1"))["version"] == 0


async def test_a_pdf_with_a_password_opens_with_it(extraction):
    await extraction.put_documents({"id": "d1"})
    data = reference("fulltexts/pdf/derived_user_password.pdf").read_bytes()
    answer = await extraction.client.post(
        f"{BASE}/uploads",
        content=data,
        params={"filename": "x.pdf", "document": "d1"},
        headers={"x-file-password": "open sesame"},
    )
    assert answer.status_code == 201, answer.text


async def test_a_record_that_was_excluded_or_retracted_takes_no_text(extraction):
    await seek(extraction)
    await extraction.put_documents({"id": "d1", "record": "r1"})
    await extraction.hear(a_settlement(verdict="exclude"))
    problem = await send(extraction, PAPER, document="d1", status=409)
    assert "was excluded" in problem["detail"]
    await extraction.hear(a_settlement())
    await send(extraction, PAPER, document="d1")


async def test_a_new_extraction_is_a_new_version_and_carries_what_stands_in_it_once(extraction):
    await extraction.put_documents({"id": "d1"})
    await send(extraction, b"Staff felt trusted. Clients came. It rained.", document="d1")
    await extraction.code(
        a_fragment("once", document="d1", quote="Clients came.", start=20, end=33),
        a_fragment("twice", document="d1", quote="It rained.", start=34, end=44),
        a_fragment("gone", document="d1", quote="Staff felt trusted.", start=0, end=19),
    )
    newer = await send(extraction, b"It rained. Clients came. It rained.", document="d1")
    assert newer["text_version"] == 2
    assert newer["to_place"] == ["gone", "twice"]
    shown = {f["id"]: f for f in (await extraction.ask("GET", "/fragments"))["items"]}
    assert (shown["once"]["anchor"], shown["once"]["place"]["start"]) == ("moved", 11)
    found = await extraction.ask("GET", "/issues")
    assert found["broken_passages"] == ["gone", "twice"]
    old = await extraction.ask("GET", "/documents/d1/text?version=1")
    assert old["text"].startswith("Staff")


async def test_the_file_is_served_as_it_came_with_rights_and_safe_headers(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "p1", "confidential": True})
    await send(extraction, PAPER, document="d1")
    await send(extraction, b"<script>alert(1)</script> in confidence", document="p1")
    answer = await extraction.client.get(f"{BASE}/documents/d1/file")
    assert answer.content == PAPER
    head = answer.headers
    assert head["content-disposition"].startswith("attachment")
    assert head["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in head["content-security-policy"]
    await extraction.ask("GET", "/documents/p1/file", by={"reader"}, status=403)
    await extraction.ask("GET", "/documents/p1/map", by={"reader"}, status=403)


async def test_files_are_named_by_their_content_and_sealed(extraction):
    await extraction.put_documents({"id": "p1", "confidential": True})
    await send(extraction, PAPER, document="p1")
    (path,) = on_disk(extraction)
    assert path.name == sha256(PAPER).hexdigest()
    assert b"trusted" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


async def test_an_erased_source_takes_its_file_from_the_disk(extraction):
    await extraction.put_documents({"id": "p1"})
    await send(extraction, PAPER, document="p1")
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "consent withdrawn"})
    context = extraction.running.context
    job = a_job(files=[sha256(PAPER).hexdigest()])
    await remove_files(job, context)
    assert on_disk(extraction) == []
    await extraction.ask("GET", "/documents/p1/file", status=404)


async def test_an_upload_that_is_nobodys_text_can_be_discarded(extraction):
    taken = await send(extraction, b"words")
    answer = await extraction.client.delete(f"{BASE}/uploads/{taken['id']}")
    assert answer.status_code == 204
    await extraction.ask("GET", f"/uploads/{taken['id']}", status=404)


async def test_uploads_are_bounded(extraction, monkeypatch):
    settings = extraction.running.settings
    monkeypatch.setattr(settings, "max_document_mb", 1)
    problem = await send(extraction, b"x" * (1 << 20) + b"y", status=413)
    assert "RETRODUCT_MAX_DOCUMENT_MB" in problem["detail"]
    monkeypatch.setattr(settings, "documents_disk_mb", 0)
    problem = await send(extraction, b"words", status=409)
    assert "RETRODUCT_DOCUMENTS_DISK_MB" in problem["detail"]
    assert on_disk(extraction) == []


async def test_only_coders_upload_and_see_uploads(extraction):
    for role in ("reader", "reviewer"):
        await extraction.ask("GET", "/uploads", by={role}, status=403)
        await extraction.ask("POST", f"/uploads?filename={quote('a b')}", {}, by={role}, status=403)


async def test_a_watched_folder_is_taken_in_and_told_of(extraction):
    await seek(extraction, doi="10.1000/trust")
    home = extraction.running.settings.home
    folder = folder_watch.WATCH.folder_of(home) / "rev"
    folder.mkdir(parents=True)
    (folder / "paper.txt").write_bytes(PAPER)
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7")
    context = extraction.running.context
    sizes = {str(p): p.stat().st_size for p in folder.iterdir()}
    await folder_watch.WATCH.look(a_job(), context)
    assert len(list(folder.glob("*.*"))) == 2
    await folder_watch.WATCH.look(a_job(sizes=sizes), context)
    told = json.loads((folder / "done" / "paper.txt.json").read_text())
    assert (told["state"], told["proposals"][0]["document_id"]) == ("proposed", "r1")
    assert "paste" in json.loads((folder / "refused" / "scan.pdf.json").read_text())["detail"]
