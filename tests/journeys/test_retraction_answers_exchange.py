"""What sources say of retractions goes out in a bundle and comes in again, each with its date."""

import json

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Silent
from shared.ops.settings import Settings
from tests.services.search.conftest import REVIEW
from tests.services.search.connectors.looking import add, looking
from tests.support.apps import open_system
from tests.support.connectors import FakeCrossref, FakeOpenAlex, Update, Work, serve

RETRACTED = (Update("retraction", "10.1000/notice", source="retraction-watch"),)
WORKS = [
    Work(number=1, doi="10.1000/1", title="Doors"),
    Work(number=2, doi="10.1000/2", title="Ferns", updates=RETRACTED, retracted=True),
    Work(number=3, doi="10.1000/3", title="Wards", updates=RETRACTED, only=("crossref",)),
]
OPENED = {"id": REVIEW, "title": "A review", "stages": [{"name": "title"}]}
TITLES = {work.doi: f"{work.title} and what they do to people in the wards" for work in WORKS}


async def told(api):
    """By DOI: the state of a record, what each source says and when, and its notices."""
    base = f"/api/search/reviews/{REVIEW}"
    found = {}
    for one in await api.listed(f"{base}/records"):
        whole = await api.get(f"{base}/records/{one['record_id']}")
        flags = [(flag["kind"], flag["notice"], flag["sources"]) for flag in whole["flags"]]
        found[whole["doi"]] = (whole["retraction"], flags)
    return found


async def test_answers_about_retractions_go_out_and_come_in_again(tmp_path):
    with serve(FakeCrossref(WORKS)) as crossref, serve(FakeOpenAlex(WORKS)) as openalex:
        here = Settings(
            home=tmp_path / "here",
            crossref_url=crossref.address,
            openalex_url=openalex.address,
            sqlite_synchronous="NORMAL",
        )
        async with open_system(here) as system, system.client() as http:
            api = Api(http, quiet=system.drain)
            await api.post("/api/reviews", OPENED)
            await system.drain()
            base = f"/api/search/reviews/{REVIEW}"
            for doi, title in TITLES.items():
                await api.post(f"{base}/records", {"doi": doi, "title": title})
            await api.post(f"{base}/retraction-looks", {})
            await system.drain()
            before = await told(api)
            await export(api, REVIEW, tmp_path / "out", Silent())
    assert before["10.1000/2"][0]["state"] == "retracted"
    said_by = {source for *_, sources in before["10.1000/2"][1] for source in sources}
    assert said_by == {"crossref", "openalex"}

    there = Settings(home=tmp_path / "there", sqlite_synchronous="NORMAL")
    async with open_system(there) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        bundle = read_bundle(tmp_path / "out").whole()
        assert (await Loader(bundle, api, Ledger(there.home, REVIEW)).load()).refused == ()
        await system.drain()
        after = await told(api)
        await export(api, REVIEW, tmp_path / "again", Silent())
    assert after == before
    rows = [
        json.loads((tmp_path / name / "searching.json").read_text())["tables"]["retraction_answers"]
        for name in ("out", "again")
    ]
    assert rows[0] == rows[1]
    assert {(row["article"], row["source"]) for row in rows[0]} == {
        (f"doi:10.1000/{n}", source) for n in (1, 2, 3) for source in ("crossref", "openalex")
    }


async def test_an_answer_that_is_older_than_what_is_here_changes_nothing(tmp_path):
    here = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with looking(here, WORKS, "crossref", whole=True) as asked:
        api = Api(asked.library.client)
        await api.post("/api/reviews", OPENED)
        await add(asked, doi="10.1000/2", title=TITLES["10.1000/2"])
        await asked.look()
        before = await told(api)
        row = {
            "article": "doi:10.1000/2", "source": "crossref", "known": True, "flags": [],
            "why": "", "trouble": "", "asked_at": "2020-01-01T00:00:00+00:00",
        }  # fmt: skip
        base = f"/api/search/reviews/{REVIEW}/searching"
        body = {"table": "retraction_answers", "rows": [row]}
        assert await api.post(base, body) == {"added": 0}
        assert await told(api) == before
        later = {**row, "asked_at": "2027-01-01T00:00:00+00:00"}
        assert await api.post(base, {**body, "rows": [later]}) == {"added": 1}
        assert (await told(api))["10.1000/2"][0]["state"] == "not_retracted"
