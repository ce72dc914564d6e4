"""Finding in the browser: imports by line, the library, one record, duplicates, searches."""

import pytest_asyncio
from sqlalchemy import update

from services.search.tables import imports
from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

HERE = "/reviews/rev"
ENTRY = (
    "TY  - JOUR\nAU  - Curie, Marie\nTI  - Nurse led calls after discharge: a realist review\n"
    "AB  - Nurses call.\nPY  - 2020\nJF  - Trials\nVL  - 3\nSP  - 11\nEP  - 19\n"
    "DO  - 10.1234/abc.1\nER  - \n\n"
)
RIS = (ENTRY + ENTRY.replace("10.1234/abc.1", "10.9999/xyz")).encode()


@pytest_asyncio.fixture
async def pages(tmp_path):
    """A review with two stages, nothing in it, and a client of its owner."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await the_review.open_review(client)
        await system.drain()
        yield system, client


async def send(client, deed, body=RIS, **form):
    files = {"file": ("export.ris", body)} if body is not None else None
    data = {"deed": deed, "source": "Embase", "arm": "database", **form}
    return await client.post(f"{HERE}/imports", data=data, files=files)


async def test_a_file_is_looked_into_imported_shown_by_line_and_taken_back(pages):
    system, client = pages
    answer = await send(client, "preview")
    assert "2 records in this file" in answer.text
    assert "Nurse led calls after discharge" in answer.text
    assert (await client.get("/api/search/reviews/rev/library")).json()["records"] == 0
    answer = await send(client, "import")
    assert answer.status_code == 303, answer.text
    own = answer.headers["location"]
    await system.drain()
    page = (await client.get(own)).text
    assert "export.ris" in page
    assert "Every part of the file became a record." in page
    assert "Embase" in (await client.get(f"{HERE}/imports")).text
    answer = await client.post(f"{own}/reverse", data={"reason": ""})
    assert 'id="wrong-reverse-reason">Say why' in answer.text
    assert (await client.post(f"{own}/reverse", data={"reason": "wrong file"})).status_code == 303
    assert "taken back: wrong file" in " ".join((await client.get(own)).text.split())


async def test_a_file_whose_reader_was_killed_is_told_and_taken_back(pages):
    system, client = pages
    own = (await send(client, "import")).headers["location"]
    killed = update(imports).values(state="reading", read_until=1.0, ended_at=None)
    await system.services["search"].db.write(lambda tx: tx.execute(killed))
    page = " ".join((await client.get(own)).text.split())
    assert "imported in part: The import broke off" in page
    assert "Every part of the file became a record." not in page
    assert "imported in part" in (await client.get(f"{HERE}/imports")).text
    assert (await client.post(f"{own}/reverse", data={"reason": "twice"})).status_code == 303
    assert "taken back: twice" in " ".join((await client.get(own)).text.split())


async def test_a_file_that_is_no_export_is_refused_beside_its_field(pages):
    _, client = pages
    answer = await send(client, "import", b"\x00\x01\x02 not an export")
    assert answer.status_code == 422
    assert 'id="wrong-import-file"' in answer.text
    assert 'value="Embase"' in answer.text
    assert "Choose a file" in (await send(client, "import", None)).text
    part = await client.post(
        f"{HERE}/imports",
        data={"deed": "preview"},
        files={"file": ("x.bin", b"\x00\x01")},
        headers={"x-fragment": "1"},
    )
    assert part.status_code == 200
    assert 'role="alert"' in part.text


async def test_the_library_is_searched_filtered_and_paged(pages):
    system, client = pages
    await the_review.add_records(client, *(f"Study number {n}" for n in range(60)))
    await system.drain()
    page = (await client.get(f"{HERE}/library")).text
    assert "60 records from 60 source records" in page
    assert page.count('<a class="t"') == 50
    assert "Further records" in page
    found = (await client.get(f"{HERE}/library", params={"q": '"number 7"'})).text
    assert found.count('<a class="t"') == 1
    none = (await client.get(f"{HERE}/library", params={"source": "CINAHL"})).text
    assert "No record is like that." in none
    assert "No record is like that." in (await client.get(f"{HERE}/library?state=removed")).text


async def test_a_record_shows_how_it_stands_as_far_as_one_may_see(pages):
    system, client = pages
    head = await member_head(system, "rev", "rita", "reviewer")
    (record,) = await the_review.add_records(client, "Trust in nurses")
    await system.drain()
    page = (await client.get(f"{HERE}/records/{record}")).text
    assert "Title and abstract: waits to be read" in page
    await the_review.decide(client, "title_abstract", record, verdict="exclude")
    await system.drain()
    page = (await client.get(f"{HERE}/records/{record}", headers=head)).text
    assert "Title and abstract: excluded" in page
    excluded = "library?stage=title_abstract&verdict=exclude"
    assert "Trust in nurses" in (await client.get(f"{HERE}/{excluded}")).text
    assert (await client.get(f"{HERE}/records/nothing")).status_code == 404


async def test_a_record_is_entered_corrected_flagged_and_noted_by_forms(pages):
    system, client = pages
    answer = await client.post(f"{HERE}/library/new", data={"title": "", "authors": "Osei, Rita"})
    assert 'id="wrong-record-title">A record needs a title.' in answer.text
    assert "Osei, Rita</textarea>" in answer.text
    form = {"title": "By hand", "authors": "Osei, Rita\nLind, Maria", "year": "2020"}
    answer = await client.post(f"{HERE}/library/new", data=form)
    own = answer.headers["location"]
    await system.drain()
    flag = {"deed": "flag", "flag": "concern", "notice": "BMJ 2021"}
    note = {"deed": "note", "note": "sent by a colleague"}
    correct = {**form, "deed": "correct", "title": "By careful hand", "reason": "typed wrongly"}
    for deed in (flag, note, correct):
        answer = await client.post(own, data=deed)
        assert answer.status_code == 303, answer.text
    page = (await client.get(own)).text
    for said in ("By careful hand", "Expression of concern", "sent by a colleague", "BMJ 2021"):
        assert said in page
    refused = await client.post(own, data={**correct, "year": "twenty"})
    assert "A year is four digits" in refused.text
    assert 'value="twenty"' in refused.text


async def test_two_records_that_may_be_one_stand_side_by_side(pages):
    system, client = pages
    await send(client, "import")
    await system.drain()
    page = (await client.get(f"{HERE}/duplicates")).text
    assert page.count("data-pair") == 1
    assert "10.9999/xyz" in page
    proposal = page.split('name="proposal" value="')[1].split('"')[0]
    form = {"proposal": proposal, "verdict": "merge", "reason": "same study"}
    assert (await client.post(f"{HERE}/duplicates", data=form)).status_code == 303
    await system.drain()
    assert "No pair waits." in (await client.get(f"{HERE}/duplicates")).text


async def test_a_search_is_written_scheduled_and_changed(pages):
    _, client = pages
    form = {"name": "Weekly", "query": "coaching", "schedule": "weekly", "database": "pubmed"}
    answer = await client.post(f"{HERE}/searches", data={**form, "own_schedule": "every minute"})
    assert answer.status_code == 422
    assert "coaching</textarea>" in answer.text
    answer = await client.post(f"{HERE}/searches", data=form)
    own = answer.headers["location"]
    assert own == f"{HERE}/searches/weekly"
    assert "Runs once a week, next on" in (await client.get(own)).text
    assert ">none yet</span>" in (await client.get(f"{HERE}/searches")).text
    await client.post(own, data={**form, "deed": "run"})
    listed = (await client.get(f"{HERE}/searches")).text
    # Its run may have begun by then.
    assert any(f">{words}</span>" in listed for words in ("waits for its turn", "is carried out"))
    change = {**form, "deed": "change", "query": "coaching AND trust", "state": "paused"}
    assert (await client.post(own, data=change)).status_code == 303
    page = (await client.get(own)).text
    assert "coaching AND trust" in page
    assert "paused" in page


async def test_a_database_is_known_by_its_name_however_it_is_written(pages):
    _, client = pages
    assert 'value="PubMed" selected' in (await client.get(f"{HERE}/searches")).text
    form = {"name": "Weekly", "query": "coaching", "schedule": "weekly", "database": "PubMed "}
    own = (await client.post(f"{HERE}/searches", data=form)).headers["location"]
    (kept,) = (await client.get("/api/search/reviews/rev/searches")).json()["items"]
    assert (kept["database"], kept["query"]) == ("pubmed", "coaching")
    assert "Run it now" in (await client.get(own)).text


async def test_known_databases_are_offered_and_others_may_be_written(pages):
    _, client = pages
    page = (await client.get(f"{HERE}/searches")).text
    assert "Embase, through Ovid: its lines are kept</option>" in page
    form = {"name": "In Embase", "query": "exp trust/", "schedule": "", "database": "Embase"}
    assert (await client.post(f"{HERE}/searches", data=form)).status_code == 303
    form |= {"name": "In LILACS", "own_database": "LILACS"}
    assert (await client.post(f"{HERE}/searches", data=form)).status_code == 303
    kept = (await client.get("/api/search/reviews/rev/searches")).json()["items"]
    told = {one["name"]: (one["database"], one["definition"].get("platform")) for one in kept}
    assert told == {"In Embase": ("Embase", "Ovid"), "In LILACS": ("LILACS", None)}
