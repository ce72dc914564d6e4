"""The optional sources on their page, and searches of them: started, followed, told in words."""

from datetime import timedelta

import pytest

from tests.services.search.conftest import REVIEW
from tests.services.search.connectors.looking import add, looking
from tests.support.connectors import Sent, Update, Work

WORKS = [
    Work(number=1, doi="10.1000/1", pmid="101", updates=(Update("retraction", "10.1000/note"),)),
    Work(number=2, doi="10.1000/2", pmid="102"),
]


HERE = f"/reviews/{REVIEW}"


async def opened(found):
    """The review in workbench, too."""
    body = {"id": REVIEW, "title": "A review", "stages": [{"name": "title"}]}
    answer = await found.library.client.post("/api/reviews", json=body)
    assert answer.is_success, answer.text
    return found


@pytest.fixture
async def looked(sqlite_settings):
    async with looking(sqlite_settings, WORKS, "crossref", "openalex", whole=True) as found:
        yield await opened(found)


async def shown(looked, path):
    answer = await looked.library.client.get(HERE + path)
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


async def test_a_look_is_started_and_its_result_is_shown(looked):
    await looked.pass_time(minutes=1)
    await add(looked, title="Trust and workload", doi="10.1000/1")
    before = await shown(looked, "/sources")
    assert "none yet" in before
    assert "Off: RETRODUCT_EUROPE_PMC_URL and RETRODUCT_NETWORK=true switch it on" in before
    assert "data-running" not in before
    looked.clock.set(looked.clock.now() + timedelta(minutes=1))
    answer = await looked.library.client.post(f"{HERE}/sources", data={})
    assert answer.status_code == 303
    await looked.work()
    page = await shown(looked, "/sources")
    assert page.count("has ended") == 2
    crossref = page[page.index("Crossref</th>") : page.index("Europe PMC</th>")]
    figures = ("1", "0", "1")  # asked about, could not say, changed
    cells = "".join(f'<td class="r">{figure}</td>' for figure in figures)
    assert f"{cells}<td>nothing</td>" in crossref


async def test_a_source_whose_budget_is_used_up_is_told_in_words_and_its_look_goes_on(looked):
    await looked.pass_time(minutes=1)
    await add(looked, doi="10.1000/2")
    looked.fakes["openalex"].dollars = 0.0
    looked.clock.set(looked.clock.now() + timedelta(minutes=1))
    await looked.library.client.post(f"{HERE}/sources", data={})
    await looked.work()
    page = await shown(looked, "/sources")
    assert "What may be asked of OpenAlex today is used up; it answers again in 2.0 h." in page
    assert "data-running" in page
    assert "0 of 1" in page


async def test_without_a_source_the_page_says_which_setting_switches_one_on(sqlite_settings):
    async with looking(sqlite_settings, WORKS, whole=True) as found:
        await opened(found)
        answer = await found.library.client.post(f"{HERE}/sources", data={})
        assert answer.status_code == 409
        assert "Set one of RETRODUCT_CROSSREF_URL" in answer.text


async def test_a_search_of_openalex_is_run_from_its_page_and_told(looked):
    form = {"name": "Elsewhere", "database": "OpenAlex", "query": "trust", "schedule": ""}
    answer = await looked.library.client.post(f"{HERE}/searches", data=form)
    assert answer.status_code == 303, answer.text
    own = answer.headers["location"].removeprefix(HERE)
    assert "Run it now" in await shown(looked, own)
    run = {"deed": "run", "database": "OpenAlex"}
    said = await looked.library.client.post(HERE + own, data=run)
    assert said.status_code == 303, said.text
    await looked.work()
    page = await shown(looked, own)
    assert "OpenAlex found 2 records; 2 were new here." in page
    assert "ended well" in page


async def test_a_search_that_is_refused_says_why(looked):
    form = {"name": "Elsewhere", "database": "OpenAlex", "query": "trust", "schedule": ""}
    answer = await looked.library.client.post(f"{HERE}/searches", data=form)
    own = answer.headers["location"].removeprefix(HERE)
    looked.standing["openalex"].faults.append(Sent(400, {"error": "Invalid", "message": "no"}))
    await looked.library.client.post(HERE + own, data={"deed": "run", "database": "OpenAlex"})
    await looked.work()
    page = await shown(looked, own)
    assert "failed" in page
    assert "OpenAlex refused the question" in page


async def test_a_search_of_a_source_that_is_off_says_how_it_is_switched_on(looked):
    form = {"name": "Elsewhere", "database": "Europe PMC", "query": "trust", "schedule": ""}
    answer = await looked.library.client.post(f"{HERE}/searches", data=form)
    own = answer.headers["location"].removeprefix(HERE)
    run = {"deed": "run", "database": "Europe PMC"}
    said = await looked.library.client.post(HERE + own, data=run)
    assert said.status_code == 409
    assert "RETRODUCT_EUROPE_PMC_URL" in said.text
