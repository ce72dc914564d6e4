"""A review with everything that people do in it at once goes out in a bundle and comes in again."""

import csv
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
from tests.journeys.test_cluster_loop import (
    ARGUMENT,
    EXTRACTION,
    SEARCH,
    SYNTHESIS,
    begin,
    challenged,
    code,
)
from tests.journeys.test_peoples_word_exchange import files_of
from tests.services.search.cluster.cluster_harness import around_the_pearls
from tests.support.apps import open_system
from tests.support.eutils import serve

HISTORY = ("ideas", "lineage", "substantive-theories", "memos", "arguments")


async def worked(api: Api) -> None:
    """Everything at once: a round, theories and their way, arguments, judgements, a version."""
    ids = await begin(api)
    step = await challenged(api, ids)
    path = f"{SEARCH}/steps/{step['step_id']}"
    body = {"pearls": [ids["1"]], "steps": ["recheck", "cited_by", "contact"]}
    await api.post(f"{path}/approve", body)
    await api.post(f"{path}/rounds/1/approve", {})
    await api.wait_until_settled("loop")
    await theorised(api)
    await judged(api)
    await written(api)
    await api.post(f"{SYNTHESIS}/versions", {"number": "1", "reason": "first"})
    amended = {**ARGUMENT, "warrant": "who is known is not feared", "because": "read again"}
    await api.put(f"{SYNTHESIS}/arguments/a", amended)
    await code(api, "1b", ids["1"], "night", "failed")


async def theorised(api: Api) -> None:
    """Ideas before and without a theory, a second theory, lineage, a substantive theory, memos."""
    await api.put(
        f"{SYNTHESIS}/theories/PT2", {"number": 2, "name": "Known faces", "statement": "If"}
    )
    await api.wait_until_settled("loop")
    for name, text in (("i1", "Known people stay"), ("i2", "Faces are known"), ("i3", "Money")):
        await api.put(f"{SYNTHESIS}/ideas/{name}", {"text": text, "because": "the workshop"})
    sorted_into = {"theories": ["PT1", "PT2"], "reason": "both say it"}
    await api.post(f"{SYNTHESIS}/ideas/i1/sort", sorted_into)
    await api.post(f"{SYNTHESIS}/ideas/i2/merge", {"into": "i1", "reason": "the same"})
    await api.post(f"{SYNTHESIS}/ideas/i3/drop", {"reason": "nobody reports it"})
    link = {"earlier": "PT2", "later": "PT1", "kind": "merged_into", "because": "one story"}
    await api.put(f"{SYNTHESIS}/lineage", link)
    npt = {"name": "Normalisation", "level": "meso", "fit": "strong", "theories": ["PT1"]}
    await api.put(f"{SYNTHESIS}/substantive-theories/npt", npt)
    about = [{"kind": kind, "id": name} for kind, name in (("theory", "PT1"), ("idea", "i1"))]
    await api.put(f"{SYNTHESIS}/memos/m1", {"text": "Who knows whom?", "about": about})
    reworded = {
        "number": 1,
        "name": "Known people stay",
        "statement": "People who know staff stay.",
        "status": "final",
        "reason": "the wards say so",
        "moved_by": [{"kind": "memo", "id": "m1"}, {"kind": "argument", "id": "a"}],
    }
    await api.put(f"{SYNTHESIS}/theories/PT1", reworded)
    pin = {"outcome": "STAY", "reason": "what the team asks"}
    await api.put(f"{SYNTHESIS}/theories/PT1/pin", pin)
    second = {**ARGUMENT, "predictions": [], "rivals": ["a"], "because": "a rival"}
    await api.put(f"{SYNTHESIS}/arguments/b", {**second, "substantive_theories": ["npt"]})
    await api.post(f"{SYNTHESIS}/arguments/b/retire", {"reason": "too wide"})
    await api.wait_until_settled("loop")


async def judged(api: Api) -> None:
    """Three people judge every passage of the first configuration; it is checked and agreed."""
    (ccmoc,) = await api.listed(f"{SYNTHESIS}/ccmocs")
    link = {name: ccmoc[name] for name in ("theory", "outcome", "role", "mechanism")}
    team = (("ann", "reviewer"), ("bob", "verifier"), ("cy", "verifier"))
    said = [
        {**link, "fragment": name, "person": person, "as": function, "verdict": "supports"}
        for person, function in team
        for name in ("f1", "f4")
    ]
    await api.post(f"{SYNTHESIS}/judgements", {"judgements": said})
    await api.wait_until_settled("loop")
    for state in ("checked", "agreed"):
        word = {"state": state, "reason": "by three", "person": "ann", "seen": ccmoc["hash"]}
        await api.put(f"{SYNTHESIS}/ccmocs/{ccmoc['id']}/state", word)
    statement = {"words": "Known people stay.", "ccmocs": [ccmoc["id"]]}
    await api.put(f"{SYNTHESIS}/theories/PT1/notes/statement/main", {"content": statement})


async def written(api: Api) -> None:
    """Notes of slots and the sketch, memos of coding, appraisals of both kinds, authors' texts."""
    notes = {
        "slot/1": {"role": "context", "words": "doors are open", "source": "the workshop"},
        "node/n1": {"role": "context", "label": "Open doors"},
        "node/n2": {"role": "outcome", "label": "Staying"},
    }
    for place, content in notes.items():
        await api.put(f"{SYNTHESIS}/theories/PT1/notes/{place}", {"content": content})
    memo = {"about": "fragment/f1", "text": "ask again", "id": "cm1", "person": "ann"}
    await api.post(f"{EXTRACTION}/memos", memo)
    appraisal = {"relevance": "high", "rigour": "low", "comment": "one site", "person": "ann"}
    await api.put(f"{EXTRACTION}/fragments/f1/appraisal", appraisal)
    await api.put(f"{EXTRACTION}/documents/d4/appraisal", {**appraisal, "comment": "a pilot"})
    await api.put(f"{SYNTHESIS}/texts/rameses-2", {"text": "Known people stay."})
    await api.put(f"{SYNTHESIS}/texts/rameses-2", {"text": "They stay.", "because": "shorter"})
    await api.wait_until_settled("loop")


async def told(api: Api) -> dict[str, Any]:
    """What people see of all that."""
    found: dict[str, Any] = {}
    for name in HISTORY:
        more = {"retired": True} if name == "arguments" else {}
        items = await api.listed(f"{SYNTHESIS}/{name}", **more)
        found[name] = [without(one, "person", "revision") for one in items]
    for one in found["arguments"]:
        one["evidence"] = one["evidence"] if one["status"] == "held" else None
    found["theories"] = [
        without(await api.get(f"{SYNTHESIS}/theories/{n}")) for n in ("PT1", "PT2")
    ]
    found["ccmocs"] = [
        (one["hash"], one["state"], one["recheck"])
        for one in await api.listed(f"{SYNTHESIS}/ccmocs")
    ]
    found["judgements"] = sorted(
        json.dumps(without(one, "at"), sort_keys=True)
        for one in await api.listed(f"{SYNTHESIS}/judgements")
    )
    found["version"] = without(await api.get(f"{SYNTHESIS}/versions/1", bodies=True), "id")
    found["texts"] = without(await api.get(f"{SYNTHESIS}/texts/rameses-2"))
    found["appraisals"] = without(await api.get(f"{EXTRACTION}/appraisals"))
    found["of documents"] = without(await api.get(f"{EXTRACTION}/document-appraisals"))
    found["memos of coding"] = without(await api.get(f"{EXTRACTION}/memos"))
    found["rounds"] = await api.listed(f"{SEARCH}/rounds")
    found["records"] = {
        one["record_id"]: one["title"] for one in await api.listed(f"{SEARCH}/records")
    }
    found["steps"] = sorted(
        (one["state"], one["theory_id"], one["detail"]["kind"])
        for one in await api.listed(f"{SEARCH}/steps")
    )
    found["messages"] = await api.listed(f"{SEARCH}/contacts")
    return found


def without(value: Any, *names: str) -> Any:
    """A value without moments, or what else is named; in every depth."""
    left = {"at", *names}
    if isinstance(value, dict):
        return {k: without(v, *names) for k, v in value.items() if k not in left}
    return [without(one, *names) for one in value] if isinstance(value, list) else value


def by_title(said: dict[str, Any]) -> dict[str, Any]:
    """What people see with a record's title in place of its id, which a load may give anew."""
    text = json.dumps({name: one for name, one in said.items() if name != "records"})
    for key, title in said["records"].items():
        text = text.replace(key, title)
    return dict(json.loads(text))


def named_by_title(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files with a record's title in place of its id, which a load may give anew; in its order."""
    table = csv.DictReader(files["records/records.csv"].decode().splitlines())
    titles = {row["key"]: row["title"] for row in table}
    found = {}
    for name, content in files.items():
        text = content.decode()
        for key, title in titles.items():
            text = text.replace(key, title)
        found[name] = "\n".join(sorted(text.splitlines())).encode()
    return found


async def test_everything_at_once_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    said = []
    with serve(around_the_pearls()) as eutils:
        for turn in ("here", "there"):
            settings = Settings(
                home=tmp_path / turn, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
            )
            async with open_system(settings) as system, system.client() as http:
                api = Api(http, quiet=lambda: system.drain(300))
                if turn == "here":
                    await worked(api)
                    asked = len(eutils.seen)
                else:
                    bundle = read_bundle(tmp_path / "here-out").whole()
                    ledger = Ledger(settings.home, bundle.review.id)
                    assert (await Loader(bundle, api, ledger).load()).refused == ()
                said.append(await told(api))
                await export(api, "loop", tmp_path / f"{turn}-out", Silent())
        assert len(eutils.seen) == asked, "a load asks PubMed nothing"
    here, there = said
    assert here["rounds"]
    assert here["messages"]
    assert [one["status"] for one in here["ideas"]] == ["open", "merged", "dropped"]
    assert {state for _, state, _ in here["ccmocs"]} == {"in_theory"}
    here, there = (by_title(one) for one in said)
    for name, value in here.items():
        assert there[name] == value, name
    first, second = (
        named_by_title(files_of(tmp_path / f"{turn}-out")) for turn in ("here", "there")
    )
    assert first.keys() == second.keys()
    differ = [name for name in first if first[name] != second[name]]
    assert differ == ["review.yaml"], "who loaded it is of the team"
