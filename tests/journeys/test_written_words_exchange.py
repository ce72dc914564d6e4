"""Authors' texts, arguments, appraisals, memos and versions go out with an export and come back."""

from pathlib import Path
from typing import Any

from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.progress import Silent
from shared.ops.settings import Settings
from tests.journeys.test_peoples_word_exchange import AT, bundle_in, files_of, load
from tests.support.apps import open_system

MEMO = ("about", "text", "person_id", "at", "links")
CODED = "/api/extraction/reviews/words"


async def people_write(api: Api) -> None:
    """An argument, a text in two versions, an appraisal, a memo, a version of all that."""
    parts = {"theory": "PT1", "response": "trust", "outcome": "stay"}
    await api.put(f"{AT}/arguments/trust", {**parts, "warrant": "they know us", "version": 1})
    await api.put(f"{AT}/texts/rameses-2", {"text": "Trust keeps people."})
    await api.put(f"{AT}/texts/rameses-2", {"text": "Trust keeps them.", "because": "shorter"})
    judged = {"relevance": "high", "rigour": "low", "comment": "one site", "person": "ann"}
    await api.put(f"{CODED}/fragments/f1/appraisal", judged)
    memo = {"about": "fragment/f1", "text": "ask again", "id": "m1", "person": "ann"}
    memo |= {"links": [{"kind": "theory", "id": "PT1"}], "at": "2024-05-01T09:00:00Z"}
    await api.post(f"{CODED}/memos", memo)
    await api.wait_until_settled("words")
    await api.post(f"{AT}/versions", {"number": "1", "reason": "first"})


async def written(api: Api) -> dict[str, Any]:
    """What was written, without times."""
    texts = (await api.get(f"{AT}/texts/rameses-2"))["versions"]
    memos = await api.get(f"{CODED}/memos")
    return {
        "texts": [(one["version"], one["text"], one["because"]) for one in texts],
        "argument": (await api.get(f"{AT}/arguments/trust"))["evidence"],
        "appraisals": (await api.get(f"{CODED}/appraisals"))["items"],
        "memos": [{name: one[name] for name in MEMO} for one in memos],
        "frozen": (await api.get(f"{AT}/versions/1", bodies=True))["content"],
    }


async def test_what_people_wrote_comes_out_as_it_went_in(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "here", sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await load(api, bundle_in(tmp_path / "bundle"), settings.home)
        await people_write(api)
        said = await written(api)
        await export(api, "words", tmp_path / "out", Silent())
    assert said["texts"] == [(1, "Trust keeps people.", ""), (2, "Trust keeps them.", "shorter")]
    assert said["appraisals"][0]["comment"] == "one site"
    assert [one["id"] for one in said["frozen"]["arguments"]] == ["trust"]
    settings = Settings(home=tmp_path / "there", sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        assert (await load(api, tmp_path / "out", settings.home)).refused == ()
        assert await written(api) == said
        await export(api, "words", tmp_path / "again", Silent())
    assert files_of(tmp_path / "again") == files_of(tmp_path / "out")
