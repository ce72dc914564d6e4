"""Tables of answers name documents and people by label, beside what bringing them in goes by."""

import csv
import io

import httpx
import pytest

from tests.services.extraction.forms.test_extraction_forms import answer, as_person, build
from tests.support.extraction import REVIEW

PATH = "/forms/map/table"


class Peers:
    """Workbench as a peer that knows the team, or gives no answer."""

    def __init__(self, status=200):
        transport = httpx.MockTransport(lambda request: self.answer(request, status))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://peers")

    def answer(self, request, status):
        assert request.url.path == f"/api/reviews/{REVIEW}"
        assert request.headers["authorization"].startswith("Bearer ")
        return httpx.Response(status, json={"team": [{"person": "ann", "name": "Ann Ables"}]})


async def table(extraction):
    data = (await as_person(extraction, "ann", "GET", PATH)).content
    return data, list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("status", "name"), [(200, "Ann Ables"), (503, "")])
async def test_rows_say_titles_and_names_and_come_back_the_same(extraction, status, name):
    await build(extraction)
    await extraction.ask("PUT", "/documents/d1", {"title": "=A paper on trust"})
    await answer(extraction, "ann", {"n": 3})
    extraction.running.context.peers = Peers(status)
    data, (row,) = await table(extraction)
    assert row["document"] == "d1"
    assert row["document title"] == "'=A paper on trust"
    assert (row["person"], row["person name"]) == ("ann", name)
    said = (await as_person(extraction, "ann", "POST", PATH, content=data)).json()
    assert said == {"rows": 1, "changed": 0, "strange": []}
    await extraction.running.context.peers.client.aclose()
    extraction.running.context.peers = None


async def test_a_label_that_somebody_changed_in_the_table_brings_nothing_in(extraction):
    await build(extraction)
    content = b"document,document title,person name,Participants\nd1,Another,Somebody,7\n"
    said = (await as_person(extraction, "ann", "POST", PATH, content=content)).json()
    assert said == {"rows": 1, "changed": 1, "strange": []}
    document = await extraction.ask("GET", "/documents/d1")
    assert document["title"] != "Another"
