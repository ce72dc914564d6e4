"""Ten full texts from upload to the agreed set of two coders on a fifth of them, out as a project
of another tool's format and into an empty review: equal.
"""

import csv
from io import BytesIO
from urllib.parse import quote

import docx
import pytest

from services.extraction.texts.formats.reader import read_full_text
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
from tests.support.reference import reference

pytestmark = pytest.mark.slow
ARTICLES = (
    "pdf/biorxiv_2024_line_numbers.pdf",
    "pdf/diabetologia_2024_two_column.pdf",
    "pdf/genomebiol_2023_one_column.pdf",
    "pdf/nar_2024_two_column.pdf",
    "pdf/natcomm_2024_two_column.pdf",
    "jats/elife_56337.nxml",
    "jats/plos_pmed.1000097.xml",
    "jats/plos_pmed.1001473.xml",
    "jats/plos_pone.0160653.xml",
    "jats/ptag100.xml",
)
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


async def code(extraction, coder, document, words, label):
    """A coder codes a sentence where it stands in the text."""
    text = (await extraction.ask("GET", f"/documents/{document}/text"))["text"]
    start = text.index(words)
    place = {"document": document, "quote": words, "start": start, "end": start + len(words)}
    elements = [{"role": "mechanism_response", "code": label}]
    name = f"{coder}/{document}/{start}"
    await extraction.code(a_fragment(name, elements=elements, coder=coder, **place))


def hand_made():
    """Ten small files of four kinds, each with what two coders code in it."""
    for n in range(10):
        kind = KINDS[n % len(KINDS)]
        yield f"text {n}.{kind}", WRITERS[kind](sentences(n)), sentences(n)


def open_articles():
    """Ten open articles that lie beside the project: five PDF, five JATS XML; of each the
    sentence that its list names, and the words before it.
    """
    lines = reference("fulltexts/MANIFEST.tsv").read_text("utf-8").splitlines()
    rows = csv.DictReader(lines, delimiter="\t")
    named = {row["file"]: row["sentence"] for row in rows}
    for name in ARTICLES:
        data = reference(f"fulltexts/{name}").read_bytes()
        text = read_full_text(data, name).text()[0]
        start = text.index(named[name])
        before = text[start - 60 : start].strip()
        yield name.rpartition("/")[2], data, [named[name], before]


async def upload_all(extraction, files):
    """Documents with their files; returns what is coded in each, by document."""
    coded = {}
    for n, (filename, content, quotes) in enumerate(files):
        name = f"d{n}"
        await extraction.put_documents({"id": name, "title": filename})
        there = f"{BASE}/uploads?filename={quote(filename)}&document={name}"
        answer = await extraction.client.post(there, content=content)
        assert answer.status_code == 201, answer.text
        coded[name] = quotes
    return coded


@pytest.mark.parametrize("files", [hand_made, open_articles])
async def test_ten_full_texts_go_from_upload_to_an_equal_review(tmp_path, files):
    texts = list(files())
    async with alone(Storage("sqlite", tmp_path, kept=True)) as extraction:
        coded = await upload_all(extraction, texts)
        asked = {"title": "Fifth", "coders": ["ann", "ben"], "share": 0.2, "seed": "kept"}
        opened = await extraction.ask("PUT", "/coding-rounds/r1", asked)
        sample = [one["document"] for one in opened["documents"]]
        assert (len(sample), opened["drawn_from"]) == (2, 10)
        for name, (said, kept) in coded.items():
            await code(extraction, "ann", name, said, "trust")
            if name in sample:
                await code(extraction, "ben", name, said, "trust")
                await code(extraction, "ben", name, kept, "trust")
        for coder in ("ann", "ben"):
            await extraction.ask("POST", "/coding-rounds/r1/done", {"person": coder})
        compared = await extraction.ask("GET", "/coding-rounds/r1/comparison")
        for one in compared["documents"]:
            assert sorted(p["what"] for p in one["passages"]) == ["only_second", "same"]
            taken = [{"take": pair["second"]["fragment"]} for pair in one["passages"]]
            there = f"/coding-rounds/r1/agreed/{one['document']}"
            await extraction.ask("PUT", there, {"agreed": taken, "note": "both sentences"})
        await extraction.hear(_opened(OTHER))
        project = await upload(extraction, await export(extraction), OTHER)
        assert project["losses"] == []
        await accept(extraction, project, OTHER)
        mine, theirs = await holds(extraction), await holds(extraction, OTHER)
        assert len(mine["fragments"]) == 10 + 4 + 4
        assert all(one["text"] for one in mine["documents"].values())
        assert mine == theirs
