"""What people said of configurations and theories goes out with an export and comes in again."""

import json
from pathlib import Path
from typing import Any

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loaded, Loader
from runtime.loading.progress import Silent
from shared.ops.settings import Settings
from tests.support.apps import open_system

AT = "/api/synthesis/reviews/words"
REVIEW = "id: words\ntitle: Words\n"


def fragment(name: str, outcome: str = "occurred", context: str = "open door") -> dict[str, Any]:
    elements = [
        {"role": "context", "code_id": context, "state": "present"},
        {"role": "mechanism_response", "code_id": "trust", "state": "present"},
        {"role": "outcome", "code_id": "stay", "state": outcome},
    ]
    return {"id": name, "theory": 1, "elements": elements, "sources": [{"key": f"study {name}"}]}


def bundle_in(folder: Path) -> Path:
    folder.mkdir()
    (folder / "review.yaml").write_text(REVIEW, encoding="utf-8")
    lines = [fragment("f1"), fragment("f2"), fragment("f3", "failed", "long wait")]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "fragments.jsonl").write_text(text, encoding="utf-8")
    return folder


async def load(api: Api, folder: Path, home: Path) -> Loaded:
    bundle = read_bundle(folder).whole()
    return await Loader(bundle, api, Ledger(home, bundle.review.id)).load()


async def judge(api: Api, ccmoc: dict[str, Any]) -> None:
    """A reviewer and two verifiers judge every passage."""
    link = {name: ccmoc[name] for name in ("theory", "outcome", "role", "mechanism")}
    team = (("ann", "reviewer"), ("bob", "verifier"), ("cy", "verifier"))
    said = [
        {**link, "fragment": name, "person": person, "as": function, "verdict": "supports"}
        for person, function in team
        for name in ("f1", "f2", "f3")
    ]
    await api.post(f"{AT}/judgements", {"judgements": said})
    await api.wait_until_settled("words")


async def say(api: Api, ccmoc: dict[str, Any], state: str) -> None:
    """Say of the present body what it is."""
    said = {"state": state, "reason": f"{state} by three", "person": "ann", "seen": ccmoc["hash"]}
    await api.put(f"{AT}/ccmocs/{ccmoc['id']}/state", said)


async def people_speak(api: Api) -> None:
    """Notes, a state, a version; then evidence that makes the state one to check again."""
    (ccmoc,) = await api.listed(f"{AT}/ccmocs")
    slot = {"role": "context", "words": "doors are open", "source": "the workshop"}
    await api.put(f"{AT}/theories/PT1/notes/slot/1", {"content": slot})
    statement = {"words": "Open doors keep people.", "ccmocs": [ccmoc["id"]]}
    await judge(api, ccmoc)
    await say(api, ccmoc, "checked")
    await say(api, ccmoc, "agreed")
    await api.put(f"{AT}/theories/PT1/notes/statement/main", {"content": statement})
    await say(api, ccmoc, "agreed")
    await api.post(f"{AT}/versions", {"number": "1.0", "reason": "first"})
    more = fragment("f4")
    del more["theory"]
    sources = [{"document": "study f4"}]
    elements = [
        {"role": element["role"], "code": element["code_id"], "state": element["state"]}
        for element in more["elements"]
    ]
    body = {"id": "f4", "theories": ["PT1"], "sources": sources, "elements": elements}
    await api.post("/api/extraction/reviews/words/fragments/batch", {"fragments": [body]})
    await api.wait_until_settled("words")


async def words(api: Api) -> dict[str, Any]:
    """All that people said, and what became of the configurations since."""
    (listed,) = await api.listed(f"{AT}/ccmocs")
    whole = await api.get(f"{AT}/ccmocs/{listed['id']}")
    last = whole["states"][-1]
    theory = await api.get(f"{AT}/theories/PT1")
    version = await api.get(f"{AT}/versions/1.0", bodies=True)
    return {
        "hash": whole["hash"],
        "state": (whole["state"], whole["recheck"], whole["checked"]),
        "said": (last["state"], last["reason"], last["person"]),
        "states": [(item["state"], item["reason"], item["at"]) for item in whole["states"]],
        "notes": theory["notes"],
        "version": {name: value for name, value in version.items() if name != "id"},
        "since": without_causes(await api.get(f"{AT}/versions/diff", **{"from": "1.0"})),
    }


def without_causes(since: dict[str, Any]) -> dict[str, Any]:
    """What changed, without the events that caused it: they are those of an installation."""
    own = ("caused_by", "causes")
    items = [{k: v for k, v in item.items() if k not in own} for item in since["items"]]
    return {**since, "items": items}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_states_notes_and_versions_go_out_and_come_in_again(tmp_path: Path) -> None:
    folder = bundle_in(tmp_path / "bundle")
    settings = Settings(home=tmp_path / "here", sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await load(api, folder, settings.home)
        await people_speak(api)
        said = await words(api)
        await export(api, "words", tmp_path / "out", Silent())
    assert said["state"][:2] == ("agreed", True)
    assert said["since"]["items"]
    settings = Settings(home=tmp_path / "there", sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        assert (await load(api, tmp_path / "out", settings.home)).refused == ()
        assert await words(api) == said
        assert (await load(api, tmp_path / "out", settings.home)).already
        await export(api, "words", tmp_path / "again", Silent())
    assert files_of(tmp_path / "again") == files_of(tmp_path / "out")


async def test_votes_of_the_local_owner_and_of_who_left_come_out_loadable(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "here", sqlite_synchronous="NORMAL", local_owner=True)
    stage = "/api/screening/reviews/words/stages/full_text"
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        team = [{"person": name, "name": name, "roles": ["reviewer"]} for name in ("ann", "bob")]
        stages = [{"name": "full_text"}]
        review = {"id": "words", "title": "Words", "team": team, "stages": stages}
        await api.post("/api/reviews", review)
        await api.wait_until_settled("words")
        records = [{"source": "hand", "own_id": n, "title": f"Title {n}"} for n in ("1", "2")]
        batch = "/api/search/reviews/words/records/batch"
        one, two = (await api.post(batch, {"records": records}))["records"]
        await api.wait_until_settled("words")
        votes = [
            {"record": one["record_id"], "verdict": "include"},
            {"record": two["record_id"], "verdict": "include", "person": "bob"},
        ]
        await api.post(f"{stage}/decisions", {"decisions": votes})
        await api.call("DELETE", "/api/reviews/words/members/bob")
        await export(api, "words", tmp_path / "out", Silent())
    settings = Settings(home=tmp_path / "there", sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        assert (await load(api, tmp_path / "out", settings.home)).refused == ()
        votes = await api.listed(f"{stage}/decisions")
        assert {vote["person"] for vote in votes} == {"local-owner", "bob"}
        assert [m["person"] for m in (await api.get("/api/reviews/words"))["team"]] == ["ann"]
        await export(api, "words", tmp_path / "again", Silent())
    assert files_of(tmp_path / "again") == files_of(tmp_path / "out")
