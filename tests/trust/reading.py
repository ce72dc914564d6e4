"""What of an answer would run, is a formula, or cannot be read, by the kind of answer."""

import csv
import io
import json
import re
import zipfile

from lxml import etree

from tests.trust.forms_of_pages import executable


def wrong_in(answer):
    """What of an answer to somebody who reads would run, is a formula or cannot be read."""
    if answer.status_code >= 500 and answer.status_code != 503:
        return [answer.text[-200:]]
    return READ.get(kind_of(answer), lambda _: [])(answer.content)


def kind_of(answer):
    """What a successful answer holds; Markdown goes as plain text."""
    if not answer.is_success:
        return ""
    kind = answer.headers.get("content-type", "").split(";")[0]
    return "text/markdown" if answer.url.path.endswith(".md") else kind


def _cells(data):
    text = data.decode("utf-8-sig")
    return [
        f"formula {cell[:60]!r}"
        for row in csv.reader(io.StringIO(text, newline=""))
        for cell in row
        if "hstl" in cell and cell[:1] in "=+-@\t\r"
    ]


def _xml(data):
    try:
        etree.fromstring(data)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return []


def _archive(data):
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            inside = archive.read(name)
            if name.endswith((".xml", ".rels", ".qde")):
                found += _xml(inside)
            elif name.endswith(".json"):
                json.loads(inside)
            elif "sheet" in name and b"<f>" in inside:
                found.append(f"a formula in {name}")
    return found


def _page(data):
    return executable(data.decode())


def _markdown(data):
    found = re.findall(r"(?<!\\)<(?:hstl|script|img)[^\n]{0,40}", data.decode())
    return [f"markup {one!r}" for one in found]


def _json(data):
    json.loads(data)
    return []


READ = {
    "text/html": _page, "image/svg+xml": lambda data: _page(data) + _xml(data),
    "text/csv": _cells, "application/zip": _archive, "text/markdown": _markdown,
    "application/json": _json,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _archive,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _archive,
}  # fmt: skip
KINDS = {*READ} - {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
TABLES = ("fragments.csv", "fragments.xlsx", "review.qdpx", "review.qdc", "review.zip")
