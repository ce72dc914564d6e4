"""Ten full texts from upload to the agreed set of two coders on a fifth of them, out as a project
of another tool's format and into an empty review: equal.
"""

from io import BytesIO

import docx
import pytest

from tests.services.extraction.exchange.test_exchange_review import (
    OTHER,
    _opened,
    accept,
    export,
    holds,
    upload,
)
from tests.support.extraction import BASE, a_fragment, alone
from tests.support.kernel import Storage

pytestmark = pytest.mark.slow
KINDS = ("pdf", "docx", "html", "xml")
SAID = "The nurse of site {n} rang every Tuesday."
KEPT = "Clients of site {n} kept coming back."


def sentences(n):
    """What stands in the full text of this number."""
    return [one.format(n=n) for one in (SAID, KEPT)]


def pdf(lines):
    """A PDF of one page with one line of Helvetica a sentence."""
    drawn = "".join(f"1 0 0 1 72 {700 - 40 * n} Tm ({one}) Tj " for n, one in enumerate(lines))
    stream = f"BT /F1 12 Tf {drawn}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def docx_file(lines):
    """A Word document with one paragraph a sentence."""
    document, data = docx.Document(), BytesIO()
    for one in lines:
        document.add_paragraph(one)
    document.save(data)
    return data.getvalue()


def html(lines):
    """A page with one paragraph a sentence."""
    body = "".join(f"<p>{one}</p>" for one in lines)
    page = f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>"
    return page.encode()


def jats(lines):
    """An article in JATS XML with one paragraph a sentence."""
    body = "".join(f"<p>{one}</p>" for one in lines)
    return f"<article><body><sec><title>Results</title>{body}</sec></body></article>".encode()


WRITERS = {"pdf": pdf, "docx": docx_file, "html": html, "xml": jats}


async def code(extraction, coder, document, quote, label):
    """A coder codes a sentence where it stands in the text."""
    text = (await extraction.ask("GET", f"/documents/{document}/text"))["text"]
    start = text.index(quote)
    place = {"document": document, "quote": quote, "start": start, "end": start + len(quote)}
    elements = [{"role": "mechanism_response", "code": label}]
    name = f"{coder}/{document}/{start}"
    await extraction.code(a_fragment(name, elements=elements, coder=coder, **place))


async def test_ten_full_texts_go_from_upload_to_an_equal_review(tmp_path):
    async with alone(Storage("sqlite", tmp_path, kept=True)) as extraction:
        names = [f"d{n}" for n in range(10)]
        await extraction.put_documents(*({"id": d, "title": d} for d in names))
        for n, name in enumerate(names):
            kind = KINDS[n % len(KINDS)]
            there = f"{BASE}/uploads?filename={name}.{kind}&document={name}"
            content = WRITERS[kind](sentences(n))
            answer = await extraction.client.post(there, content=content)
            assert answer.status_code == 201, answer.text
        asked = {"title": "Fifth", "coders": ["ann", "ben"], "share": 0.2, "seed": "kept"}
        opened = await extraction.ask("PUT", "/coding-rounds/r1", asked)
        sample = [one["document"] for one in opened["documents"]]
        assert (len(sample), opened["drawn_from"]) == (2, 10)
        for n, name in enumerate(names):
            said, kept = sentences(n)
            await code(extraction, "ann", name, said, "trust")
            if name in sample:
                await code(extraction, "ben", name, said, "trust")
                await code(extraction, "ben", name, kept, "trust")
        for coder in ("ann", "ben"):
            await extraction.ask("POST", "/coding-rounds/r1/done", {"person": coder})
        compared = await extraction.ask("GET", "/coding-rounds/r1/comparison")
        whats = [p["what"] for one in compared["documents"] for p in one["passages"]]
        assert whats == ["same", "only_second"] * 2
        for one in compared["documents"]:
            taken = [{"take": pair["second"]["fragment"]} for pair in one["passages"]]
            there = f"/coding-rounds/r1/agreed/{one['document']}"
            await extraction.ask("PUT", there, {"agreed": taken, "note": "both sentences"})
        await extraction.hear(_opened(OTHER))
        project = await upload(extraction, await export(extraction), OTHER)
        await accept(extraction, project, OTHER)
        mine, theirs = await holds(extraction), await holds(extraction, OTHER)
        assert len(mine["fragments"]) == 10 + 4 + 4
        assert mine == theirs
