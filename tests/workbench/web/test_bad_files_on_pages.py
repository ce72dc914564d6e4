"""What a person sees of files that are damaged, or no exports at all."""

import io

import openpyxl
import pytest
import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system

HERE = "/reviews/rev"
ENTRY = "TY  - JOUR\nAU  - Noether, E.\nTI  - Doors and ladders {0}\nPY  - 1999\nER  - \n"
BARE = "TY  - JOUR\nAU  - Noether, E.\nPY  - 20x1\nN1  - from a shelf\nER  - \n"
README = (
    "# Ladders\n\nA tool that reads references. An example:\n\n```\n" + ENTRY.format(1) + "```\n\n"
    "Install it with `pip`, then call it with the name of a file.\n"
)


@pytest_asyncio.fixture
async def pages(tmp_path):
    """A review with nothing in it, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await the_review.open_review(client)
        await system.drain()
        yield system, client


async def sent(client, body: bytes, name: str = "export.ris"):
    data = {"deed": "import", "source": "Embase", "arm": "database"}
    return await client.post(f"{HERE}/imports", data=data, files={"file": (name, body)})


async def read(pages, body: bytes, name: str = "export.ris") -> str:
    """The page of an import, as text with single blanks."""
    system, client = pages
    answer = await sent(client, body, name)
    assert answer.status_code == 303, answer.text
    await system.drain()
    return " ".join((await client.get(answer.headers["location"])).text.split())


async def records(client) -> int:
    return (await client.get("/api/search/reviews/rev/library")).json()["records"]


async def test_gaps_of_a_record_are_told_on_the_page_of_its_import(pages):
    page = await read(pages, (ENTRY.format(1) + BARE).encode())
    assert "the record has neither a title nor an identifier" in page
    assert "&#39;20x1&#39; is no year; it is kept, and the year is unknown" in page
    assert '<span class="num">line 6</span>' in page


@pytest.mark.parametrize("name", ["README.md", "export.ris"])
async def test_a_text_with_an_example_in_it_is_refused_and_brings_nothing(pages, name):
    _, client = pages
    answer = await sent(client, README.encode(), name)
    assert answer.status_code == 422
    assert 'id="wrong-import-file"' in answer.text
    assert await records(client) == 0


@pytest.mark.parametrize("end", ["\u0085", "\u2028"])
async def test_odd_ends_of_lines_are_told_and_lose_no_record(pages, end):
    text = "".join(map(ENTRY.format, range(3))).replace("\n", end)
    page = await read(pages, text.encode())
    assert "lines are ended by an odd sign (U+0085 or U+2028)" in page
    assert await records(pages[1]) == 3


async def test_merged_cells_are_told_on_the_page_of_their_import(pages):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("Title", "Year"), ("Doors", "1999"), ("Ladders", None)):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    kept = io.BytesIO()
    book.save(kept)
    page = await read(pages, kept.getvalue(), "export.xlsx")
    assert "the cells B2:B3 are merged" in page
