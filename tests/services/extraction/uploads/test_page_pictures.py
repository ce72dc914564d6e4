"""Pages of a document's PDF as pictures: what is drawn, and for whom."""

import struct
import zlib

from tests.support.extraction import BASE
from tests.support.pdf import plain_pdf

PDF = plain_pdf("Nurses called each week.", "Patients felt known.")


async def give(extraction, data=PDF, name="paper.pdf", **more):
    """A document with a file."""
    await extraction.put_documents({"id": "d1", "title": "A paper", **more})
    params = {"filename": name, "document": "d1"}
    answer = await extraction.client.post(f"{BASE}/uploads", content=data, params=params)
    assert answer.status_code == 201, answer.text


async def page_of(extraction, number, **params):
    return await extraction.client.get(f"{BASE}/documents/d1/pages/{number}", params=params)


def pixels(png):
    """Width, height, and the bytes of all rows of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    at, body = 8, b""
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + data
        )
        body += data if kind == b"IDAT" else b""
        at += 12 + size
    rows = zlib.decompress(body)
    assert len(rows) == height * (1 + 3 * width)
    return width, height, rows


async def test_each_page_is_drawn_as_wide_as_asked(extraction):
    await give(extraction)
    assert await extraction.ask("GET", "/documents/d1/pages") == {"pages": 2}
    first, second = [await page_of(extraction, n, width=300) for n in (1, 2)]
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "private, no-store"
    width, height, rows = pixels(first.content)
    assert (width, height) == (300, 389), "a page of 612 by 792 points"
    assert rows != pixels(second.content)[2]
    assert {min(rows[1 : 3 * width]), max(rows)} == {255}, "white above the first line"
    assert min(rows[1 + 3 * width :]) < 100, "and ink below it"


async def test_what_cannot_be_drawn_is_refused_in_a_sentence(extraction):
    await give(extraction)
    beyond = await page_of(extraction, 3)
    assert beyond.status_code == 409
    assert "The file has 2 pages; there is no page 3." in beyond.json()["detail"]
    assert (await page_of(extraction, 0)).status_code == 422
    assert (await page_of(extraction, 1, width=90_000)).status_code == 422
    await give(extraction, b"Nurses called each week, and patients felt known.", "paper.txt")
    assert await extraction.ask("GET", "/documents/d1/pages") == {"pages": 0}
    assert "no pages to draw" in (await page_of(extraction, 1)).json()["detail"]


async def test_a_document_without_a_file_has_no_pages(extraction):
    await extraction.put_documents({"id": "d1", "title": "A paper"})
    assert await extraction.ask("GET", "/documents/d1/pages") == {"pages": 0}
    assert (await page_of(extraction, 1)).status_code == 404


async def test_pages_of_a_confidential_source_are_for_coders_and_owners(extraction):
    await give(extraction, kind="interview", confidential=True)
    for path in ("/documents/d1/pages", "/documents/d1/pages/1"):
        for role in ("reader", "reviewer", "resolver"):
            told = await extraction.ask("GET", path, by={role}, status=403)
            assert "coders and owners" in told["detail"]
    assert await extraction.ask("GET", "/documents/d1/pages", by={"coder"}) == {"pages": 2}
    assert (await page_of(extraction, 1)).is_success
