"""A small review with everything awkward: imports, conflicts, samples, what happened after."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loaded, Loader
from runtime.loading.progress import Silent
from shared.ops.settings import Settings
from tests.support.apps import open_system

REVIEW = """
id: tiny
title: Tiny
seed: 7
team:
- {person: A, roles: [owner, reviewer, coder]}
- {person: B, roles: [reviewer]}
- {person: C, roles: [resolver]}
stages:
- {name: full_text, from: ta, policy: {kind: sample, share: 0.5}}
- {name: ta, from: null, policy: dual}
criteria:
  full_text:
  - {id: off-topic, text: "Off topic"}
"""

RECORDS = """TY  - JOUR
AN  - L200500123
TI  - Trust keeps people in care
AU  - Curie, Marie
PY  - 2005
ER  -

TY  - JOUR
TI  - Role strain of staff
AU  - Meitner, Lise
PY  - 2011
DO  - 10.1000/XYZ2
ER  -

"""

DECISIONS = """record,stage,person,verdict,reason,how,note
L200500123,ta,A,include,,
L200500123,ta,B,include,,
https://doi.org/10.1000/xyz2,ta,A,include,,
https://doi.org/10.1000/xyz2,ta,B,exclude,,
https://doi.org/10.1000/xyz2,ta,C,include,,resolution,strain is an outcome too
L200500123,full_text,A,include,,
https://doi.org/10.1000/xyz2,full_text,A,exclude,off-topic,
L200500123,full_text,,include,,resolution
https://doi.org/10.1000/xyz2,full_text,,exclude,off-topic,resolution
"""

SOURCES = [
    {"key": "Curie 2005", "record": "L200500123"},
    {"key": "Meitner/2011", "record": "10.1000/xyz2"},
    {"key": "talk", "kind": "interview", "confidential": True},
]

EVENTS: list[dict[str, Any]] = [
    {"event": "record_settled", "record": "10.1000/xyz2", "verdict": "include"},
    {"event": "fragment_withdrawn", "fragment": "f1"},
    {"event": "source_withdrawn", "key": "talk"},
    {"event": "fragment_amended", "fragment": {"id": "f1", "status": "active", "memo": "back"}},
    {"event": "source_restored", "key": "talk"},
    {"event": "record_flagged", "record": "L200500123", "flag": "concern", "notice": "10.1/x"},
    {"event": "study_linked", "studies": ["Meitner/2011", "talk"]},
    {"event": "pin_set", "theory": 1, "outcome": "stay", "reason": "first of all"},
]


def fragment(name: str, source: str, outcome: str) -> dict[str, Any]:
    elements = [
        {"role": "mechanism_response", "code_id": "trust", "state": "present"},
        {"role": "outcome", "code_id": "stay", "state": outcome},
    ]
    return {"id": name, "theory": 1, "elements": elements, "sources": [{"key": source}]}


def bundle_in(folder: Path) -> Path:
    fragments = [
        fragment("f1", "Curie 2005", "occurred"),
        fragment("f2", "Meitner/2011", "occurred"),
        fragment("f3", "talk", "failed"),
    ]
    files = {
        "review.yaml": REVIEW,
        "records/embase.ris": RECORDS,
        "decisions.csv": DECISIONS,
        "sources.jsonl": "\n".join(map(json.dumps, SOURCES)),
        "fragments.jsonl": "\n".join(map(json.dumps, fragments)),
        "events.jsonl": "\n".join(map(json.dumps, EVENTS)),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


async def load(api: Api, folder: Path, home: Path) -> Loaded:
    bundle = read_bundle(folder).whole()
    return await Loader(bundle, api, Ledger(home, bundle.review.id)).load()


async def state(api: Api) -> dict[str, Any]:
    """What the review says and who resolved what, without ids of records and without times."""
    ccmocs = await api.listed("/api/synthesis/reviews/tiny/ccmocs")
    verdicts = {}
    for stage in ("ta", "full_text"):
        path = f"/api/screening/reviews/tiny/stages/{stage}/settlements"
        verdicts[stage] = sorted(
            (s["title"], s["verdict"], s["person"], s["note"]) for s in await api.listed(path)
        )
    return {
        "ccmocs": [(one["id"], one["hash"]) for one in ccmocs],
        "verdicts": verdicts,
        "pins": [t["pin"] for t in await api.listed("/api/synthesis/reviews/tiny/theories")],
    }


async def counts(api: Api) -> dict[str, int]:
    found: dict[str, int] = await api.get("/api/reviews/tiny/event-counts")
    return found


@pytest.mark.slow
async def test_an_awkward_review_loads_once_and_comes_back_out_as_it_was(tmp_path: Path) -> None:
    folder = bundle_in(tmp_path / "bundle")
    here, there = tmp_path / "here", tmp_path / "there"
    settings = Settings(home=here, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(300))
        first = await load(api, folder, here)
        assert (first.refused, first.records_added, first.events_applied) == ((), 2, len(EVENTS))
        said, counted = await state(api), await counts(api)
        again = await load(api, folder, here)
        assert again.already
        assert (await state(api), await counts(api)) == (said, counted)
        grown = {"event": "fragment_coded", "fragment": fragment("f4", "new study", "occurred")}
        with (folder / "events.jsonl").open("a", encoding="utf-8") as out:
            out.write("\n" + json.dumps(grown) + "\n")
        assert (await load(api, folder, here)).events_applied == 1
        said = await state(api)
        await export(api, "tiny", tmp_path / "out", Silent())
    assert said["verdicts"]["full_text"] == [
        ("Role strain of staff", "include", "local-owner", "events.jsonl"),
        ("Trust keeps people in care", "include", None, None),
    ]
    assert said["verdicts"]["ta"] == [
        ("Role strain of staff", "include", "C", "strain is an outcome too"),
        ("Trust keeps people in care", "include", None, None),
    ]
    assert said["pins"] == [{"outcome": "stay", "reason": "first of all"}]
    settings = Settings(home=there, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(300))
        assert (await load(api, tmp_path / "out", there)).refused == ()
        assert await state(api) == said
