"""Forms, cases, appraisals, spans and drafts leave in a bundle and come back the same."""

import json

from sqlalchemy import select

from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from runtime.loading.export import export
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from runtime.loading.progress import Silent
from services.synthesis.projections.store import tables
from shared.ops.settings import Settings
from tests.support.apps import open_system

BASE = "/api/extraction/reviews/whole"
TEXT = "Staff felt trusted. Clients stayed."
FIELDS = [
    {"id": "n", "label": "Participants", "kind": "number", "required": True},
    {"id": "arms", "label": "Arms", "kind": "table", "columns": [{"id": "arm", "label": "Arm"}]},
]
ANSWERS = {"n": 12, "arms": [{"arm": "usual care"}]}


async def fill(api):
    """A review with one of everything."""
    team = [{"person": "ann", "name": "Ann", "roles": ["coder"]}]
    await api.post("/api/reviews", {"id": "whole", "title": "Whole", "team": team})
    await api.wait_until_settled("whole")
    await api.put(f"{BASE}/coding-schema", {"name": "ICAMO"})
    speakers = [{"speaker": "Ann", "participant": "SP1", "kind": "carer", "case": "C"}]
    await api.put(f"{BASE}/documents/d1", {"text": TEXT, "speakers": speakers})
    body = {
        "document": "d1",
        "quote": TEXT[:19],
        "start": 0,
        "end": 19,
        "theories": ["PT1"],
        "elements": [{"role": "actor", "code": "staff", "start": 0, "end": 5}],
        "relations": [{"kind": "argument", "id": "A1", "relation": "refines"}],
        "rationale": "they say so",
    }
    await api.put(f"{BASE}/fragments/f1", body)
    await api.put(f"{BASE}/fragments/f2", {**body, "status": "draft"})
    await api.put(f"{BASE}/forms/map", {"title": "Map", "fields": FIELDS})
    said = {"document": "d1", "answers": ANSWERS, "done": True}
    await api.put(f"{BASE}/forms/map/answers", {**said, "person": "ann"})
    await api.put(f"{BASE}/forms/map/consensus", {**said, "note": "agreed"})
    await api.put(f"{BASE}/forms/map/answers", {**said, "person": "ben"})
    await api.put(f"{BASE}/forms/map", {"title": "Map", "fields": FIELDS, "status": "closed"})
    cases = [{"id": "usual", "kind": "comparator", "label": "Usual care"}]
    await api.put(f"{BASE}/studies/cases/d1", {"cases": cases})
    await api.put(f"{BASE}/documents/d1/appraisal", {"rigour": "low", "person": "ann"})
    await code_twice(api)
    given = [{"document": "d1", "person": "ann"}]
    await api.post(f"{BASE}/assignments", {"assignments": given})
    await api.wait_until_settled("whole")


async def code_twice(api):
    """A round of two coders that was revealed, agreed on and noted."""
    await api.put(f"{BASE}/documents/d2", {"text": TEXT})
    opened = {"title": "Fifth", "coders": ["ann", "ben"], "share": 1, "seed": "kept"}
    await api.put(f"{BASE}/coding-rounds/r1", opened)
    for coder, code in (("ann", "trust"), ("ben", "calm")):
        elements = [{"role": "mechanism_response", "code": code}]
        body = {"document": "d2", "quote": TEXT[:19], "start": 0, "end": 19, "theories": ["PT1"]}
        body |= {"elements": elements, "coder": coder}
        await api.put(f"{BASE}/fragments/{coder}", body)
        await api.post(f"{BASE}/coding-rounds/r1/done", {"person": coder})
    await api.put(f"{BASE}/coding-rounds/r1/agreed/d2", {"agreed": [{"take": "ben"}]})
    await api.post(f"{BASE}/coding-rounds/r1/notes", {"text": "calm it is", "person": "ann"})


async def counted(system):
    """Ids of the fragments that the synthesis counts."""
    table = tables.fragments
    query = select(table.c.fragment_id).where(table.c.status == "active")

    async def active(tx):
        return sorted((await tx.execute(query.order_by(table.c.fragment_id))).scalars())

    return await system.services["synthesis"].db.read(active)


def files(folder):
    return {path.name: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


async def test_a_second_bundle_says_of_extraction_what_the_first_says(tmp_path):
    one, two = (Settings(home=tmp_path / name, sqlite_synchronous="NORMAL") for name in "ab")
    async with open_system(one) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        await fill(api)
        await export(api, "whole", tmp_path / "first", Silent())
        before = await counted(system)
    async with open_system(two) as system, system.client() as http:
        api = Api(http, quiet=system.drain)
        bundle = read_bundle(tmp_path / "first").whole()
        loader = Loader(bundle, api, Ledger(two.home, "whole", "here"), Silent())
        assert (await loader.load()).refused == ()
        await export(api, "whole", tmp_path / "second", Silent())
        assert await counted(system) == before
    first, second = files(tmp_path / "first"), files(tmp_path / "second")
    for name in ("extraction.json", "fragments.jsonl", "sources.jsonl"):
        assert first[name] == second[name], name
    assert not {"ann", "ben"} & set(before)
    told = json.loads(first["extraction.json"])
    assert told["coding_schema"] == "ICAMO"
    assert [one.get("person") for one in told["answers"]] == [None, "ann", "ben"]
    assert [one.get("seen_others") for one in told["answers"]] == [None, None, True]
    assert told["assignments"] == [{"document": "d1", "person": "ann"}]
    assert '"status": "draft"' in first["fragments.jsonl"]
