"""A passage of a PDF is cited by its page, as the file calls it."""

import pytest

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.pdf import placed_pdf
from workbench.web.pages.pdf_pages import labels_of, locator_of

BASE = "/api/extraction/reviews/rev"
PAGES = ("Nurses rang every week.", "People stayed in care.", "Nobody rang at all.")
PDF = placed_pdf(
    [[(72, 720, 14, words)] for words in PAGES], labels="0 << /S /r >> 2 << /S /D /P (S) /St 12 >>"
)
MAP = [
    {"start": 0, "end": 10, "page": 1, "label": "i"},
    {"start": 12, "end": 20, "page": 2, "label": "ii"},
    {"start": 22, "end": 30, "page": 3},
]


@pytest.mark.parametrize(
    ("start", "end", "cited"),
    [(0, 4, "p. i"), (13, 20, "p. ii"), (22, 30, "p. 3"), (5, 15, "pp. i–ii"), (31, 40, "")],
)
def test_a_passage_is_cited_by_the_pages_on_which_it_stands(start, end, cited):
    assert locator_of(MAP, start, end) == cited
    assert labels_of(MAP) == {"1": "i", "2": "ii"}


async def coded(http, quote, text, **more):
    """A fragment coded on the page of its document; how it is cited then."""
    start = text.index(quote)
    form = {"fragment": "f1", "quote": quote, "start": start, "end": start + len(quote), **more}
    form |= {"e0_role": "outcome", "e0_code": "x", "e0_state": "occurred"}
    answer = await http.post("/reviews/rev/coding-of/d1", data=form)
    assert answer.status_code == 303, answer.text
    return (await http.get(f"{BASE}/fragments/f1")).json()["locator"]


async def test_a_fragment_that_is_coded_on_its_page_is_cited_by_it_and_moves_with_it(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        params = {"filename": "report.pdf", "document": "d1"}
        await http.put(f"{BASE}/documents/d1", json={"title": "Report"})
        (await http.post(f"{BASE}/uploads", content=PDF, params=params)).raise_for_status()
        await system.drain()
        text = (await http.get(f"{BASE}/documents/d1/text")).json()["text"]
        assert await coded(http, "People stayed", text) == "p. ii"
        assert await coded(http, "Nobody rang", text, seen="1") == "p. S12"
        said = (await http.get(f"{BASE}/fragments/f1")).json()
        own = {**said, "locator": "table 2"}
        kept = ("document", "quote", "start", "end", "locator")
        body = {name: own[name] for name in kept} | {"elements": [
            {"role": "outcome", "code": "x", "state": "occurred"}]}  # fmt: skip
        (await http.put(f"{BASE}/fragments/f1", json=body)).raise_for_status()
        assert await coded(http, "Nurses rang", text, seen="3") == "table 2", "people said so"
        unsaid = {**body, "locator": ""}
        (await http.put(f"{BASE}/fragments/f1", json=unsaid)).raise_for_status()
        again = await coded(http, "Nobody rang", text, seen="5", memo="looked at again")
        assert again == "", "a passage that stays is not cited by itself"
        page = await http.get("/reviews/rev/pages-of/d1?page=3")
        assert "Page 3 of 3, called S12" in page.text
