"""Arguments come in with a bundle, are amended and retired, go out, and come in again."""

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

AT = "/api/synthesis/reviews/held"
CODES = {"context": "door", "mechanism_response": "trust", "outcome": "stay"}
HELD: dict[str, Any] = {
    "id": "a/1",
    "theory": 1,
    "contexts": [{"group": "DOOR", "state": "present"}],
    "response": "TRUST",
    "outcome": "STAY",
    "warrant": "who is known is not afraid",
    "rivals": ["they have nowhere else to go"],
    "because": "from the workshop",
    "predictions": [
        {
            "id": "p1",
            "given": [{"role": "context", "group": "DOOR", "state": "absent"}],
            "expected": {"role": "outcome", "group": "STAY", "state": "failed"},
            "words": "",
        }
    ],
}


def fragment(name: str, outcome: str, door: str) -> dict[str, Any]:
    states = dict(zip(CODES, (door, "present", outcome), strict=True))
    elements = [
        {"role": role, "code_id": code, "state": states[role]} for role, code in CODES.items()
    ]
    return {"id": name, "theory": 1, "elements": elements, "sources": [{"key": f"study {name}"}]}


def bundle_in(folder: Path, *arguments: dict[str, Any], events: list[Any]) -> Path:
    folder.mkdir()
    (folder / "review.yaml").write_text("id: held\ntitle: Held\n", encoding="utf-8")
    fragments = [fragment("f1", "occurred", "present"), fragment("f2", "failed", "absent")]
    book = {
        role: [{"group_id": code.upper(), "label": code, "codes": [{"code_id": code}]}]
        for role, code in CODES.items()
    }
    write(folder / "codebook.json", {"programme_theories": {"PT1": book}})
    theories = [{"number": 1, "name": "First"}]
    write(folder / "theories.json", {"theories": theories, "arguments": list(arguments)})
    for name, lines in (("fragments.jsonl", fragments), ("events.jsonl", events)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


async def load(api: Api, folder: Path, home: Path) -> Loaded:
    bundle = read_bundle(folder).whole()
    return await Loader(bundle, api, Ledger(home, bundle.review.id)).load()


async def held(api: Api) -> list[Any]:
    """Every argument with its evidence and its versions, without who and when."""
    found = []
    for listed in await api.listed(f"{AT}/arguments", retired=True):
        whole = await api.get(f"{AT}/arguments/{listed['id'].replace('/', '%2F')}")
        versions = [
            {name: value for name, value in version.items() if name not in ("person", "at")}
            for version in whole["versions"]
        ]
        told = {name: listed[name] for name in ("id", "version", "status", "because")}
        standing = listed["status"] == "held"
        found.append((told, listed["evidence"] if standing else None, versions))
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_arguments_go_out_with_their_versions_and_come_in_again(tmp_path: Path) -> None:
    amended = {**HELD, "contexts": [], "because": "two wards differ"}
    second = {**HELD, "id": "a2", "predictions": []}
    events = [{"event": "argument_stated", "argument": amended}]
    folder = bundle_in(tmp_path / "bundle", HELD, second, events=events)
    settings = Settings(home=tmp_path / "here", sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        assert (await load(api, folder, settings.home)).refused == ()
        await api.post(f"{AT}/arguments/a2/retire", {"reason": "too broad"})
        await api.wait_until_settled("held")
        said = await held(api)
        await export(api, "held", tmp_path / "out", Silent())
    (first, evidence, versions), (retired, _, past) = said
    assert (first["version"], first["because"]) == (2, "two wards differ")
    assert evidence["supports"]["full"] == ["study f1"]
    assert evidence["challenges"]["full"] == ["study f2"]
    assert evidence["predictions"] == [{"id": "p1", "observed": ["study f2"], "refuted": []}]
    assert [version["because"] for version in versions] == ["from the workshop", "two wards differ"]
    assert (retired["status"], [item["status"] for item in past]) == (
        "retired",
        ["held", "retired"],
    )
    settings = Settings(home=tmp_path / "there", sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        assert (await load(api, tmp_path / "out", settings.home)).refused == ()
        assert await held(api) == said
        assert (await load(api, tmp_path / "out", settings.home)).already
        await export(api, "held", tmp_path / "again", Silent())
    assert files_of(tmp_path / "again") == files_of(tmp_path / "out")


async def test_loading_a_bundle_again_takes_nothing_back_that_people_amended(
    tmp_path: Path,
) -> None:
    folder = bundle_in(tmp_path / "bundle", HELD, events=[])
    settings = Settings(home=tmp_path / "here", sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await load(api, folder, settings.home)
        body = {**HELD, "theory": "PT1", "warrant": "another", "because": "read again"}
        del body["id"]
        await api.put(f"{AT}/arguments/a%2F1", body)
        await load(api, folder, tmp_path / "another ledger")
        assert (await api.get(f"{AT}/arguments/a%2F1"))["warrant"] == "another"
