"""The way to the theories goes out in a bundle with every version, and comes in again."""

import json
from pathlib import Path
from typing import Any

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Silent
from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.reference import reference

AT = "/api/synthesis/reviews/work"
THEORIES: dict[str, Any] = {
    "theories": [
        {"number": 1, "name": "One", "initial": "Doors open, people come."},
        {
            "number": 2,
            "name": "Two",
            "history": [{"statement": "Staff know people.", "status": "initial"}],
            "statement": "Staff who know people keep them.",
            "status": "final",
            "reason": "the interviews say who",
            "moved_by": [{"kind": "memo", "id": "m/1"}],
        },
    ],
    "draft_ideas": [{"number": 7, "statement": "Known faces keep people", "became": [2]}],
    "ideas": [
        {"id": "late", "if": "doors are open", "then": "people come", "theories": ["PT1"]},
        {"id": "late", "text": "If doors open late, people come", "because": "two nurses said"},
        {"id": "gone", "text": "Money helps", "status": "dropped", "because": "nobody reports it"},
    ],
    "lineage": [{"earlier": 1, "later": 2, "kind": "merged_into", "because": "one story"}],
    "substantive_theories": [
        {"id": "npt", "name": "Normalisation", "level": "meso", "fit": "strong", "theories": [2]}
    ],
    "memos": [
        {
            "id": "m/1",
            "text": "Who knows whom matters.",
            "about": [{"kind": "theory", "id": "PT2"}, {"kind": "idea", "id": "late"}],
            "person": "importer",
            "at": "2024-05-01T10:00:00Z",
        }
    ],
}


def bundle_in(folder: Path, **changes: Any) -> Path:
    folder.mkdir()
    (folder / "review.yaml").write_text("id: work\ntitle: Work\n", encoding="utf-8")
    said = json.dumps({**THEORIES, **changes})
    (folder / "theories.json").write_text(said, encoding="utf-8")
    return folder


async def load(api: Api, folder: Path, home: Path) -> tuple[str, ...]:
    bundle = read_bundle(folder).whole()
    return (await Loader(bundle, api, Ledger(home, bundle.review.id)).load()).refused


async def words(api: Api) -> dict[str, Any]:
    log = await api.listed(f"{AT}/inference-log")
    told = [item for item in log if item["kind"] != "theory"]
    names = ("kind", "about", "done", "words", "reason", "links", "person")
    return {
        "log": sorted(json.dumps({name: item[name] for name in names}) for item in told),
        "two": await api.get(f"{AT}/theories/PT2"),
        "ideas": await api.listed(f"{AT}/ideas"),
    }


def without_moments(theory: dict[str, Any]) -> dict[str, Any]:
    history = [{k: v for k, v in item.items() if k != "at"} for item in theory["history"]]
    return {**theory, "history": history}


async def test_theory_work_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    said, files = [], []
    folder = bundle_in(tmp_path / "bundle")
    for turn in ("here", "there"):
        settings = Settings(home=tmp_path / turn, sqlite_synchronous="NORMAL", local_owner=True)
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=lambda: system.drain(60))
            assert await load(api, folder, settings.home) == ()
            said.append(await words(api))
            folder = tmp_path / f"out-{turn}"
            await export(api, "work", folder, Silent())
            files.append((folder / "theories.json").read_bytes())
    assert said[0]["log"] == said[1]["log"]
    assert said[0]["ideas"] == said[1]["ideas"]
    assert without_moments(said[0]["two"]) == without_moments(said[1]["two"])
    assert files[0] == files[1]
    two = said[0]["two"]
    assert two["wordings"]["initial"]["statement"] == "Staff know people."
    assert two["wordings"]["present"]["statement"] == "Staff who know people keep them."
    assert two["history"][-1]["moved_by"][0]["label"] == "Who knows whom matters."
    assert two["came_from"][0]["earlier"]["label"] == "PT1: One"
    assert [item["id"] for item in two["ideas"]] == ["idea-7"]
    (late,) = [item for item in said[0]["ideas"] if item["id"] == "late"]
    assert (late["version"], late["text"]) == (2, "If doors open late, people come")


def test_a_circle_in_a_bundle_is_a_problem_that_names_it(tmp_path: Path) -> None:
    back = [*THEORIES["lineage"], {"earlier": 2, "later": 1, "kind": "split_from"}]
    reading = read_bundle(bundle_in(tmp_path / "bundle", lineage=back))
    (problem,) = reading.problems.errors
    assert "PT2 → PT1 → PT2" in str(problem)
    assert len(reading.good_part().lineage) == 1


def test_the_ideas_of_the_published_review_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "reco"
    folder.mkdir()
    name = "theories.json"
    (folder / name).write_bytes(reference(f"reco/{name}").read_bytes())
    ideas = read_bundle(folder).whole().ideas
    assert len(ideas) == 15
    assert [idea.number for idea in ideas if 5 in idea.theories] == [5, 9]
