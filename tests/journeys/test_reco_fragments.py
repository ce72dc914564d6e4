"""RECO's fragments, participants and cases go in by HTTP, out as lines, and in again: equal."""

import json
from contextlib import AsyncExitStack
from pathlib import Path

from runtime.bundle.model.evidence import Fragment, Source
from runtime.bundle.parse import read_bundle
from runtime.loading import exported, plan
from tests.support.extraction import alone
from tests.support.kernel import Storage

RECO = Path(__file__).resolve().parents[2] / "examples" / "reco"
SPECIAL = ("updated_at",)


async def everything(service):
    """Fragments and documents as they are shown to a coder, without the time of their storing."""
    found = []
    for path in ("/fragments", "/documents"):
        cursor = ""
        while cursor is not None:
            page = await service.ask("GET", f"{path}?limit=500{cursor}")
            found += [{k: v for k, v in one.items() if k not in SPECIAL} for one in page["items"]]
            cursor = f"&cursor={page['next']}" if page["next"] else None
    return found


async def lines(service):
    """Sources and fragments as lines of a bundle."""
    shown = await everything(service)
    fragments = [exported.fragment_line(one) for one in shown if "elements" in one]
    sources = [exported.source_line(one, {}, {}, None) for one in shown if "elements" not in one]
    return json.dumps(sources), json.dumps(fragments)


async def test_recos_fragments_with_participants_and_cases_travel_whole(tmp_path):
    bundle = read_bundle(RECO).whole()
    assert len(bundle.fragments) == 615
    alone_ = [one.model_copy(update={"record": None}) for one in bundle.sources]
    documents = [plan.document_body(one, {}) for one in alone_]
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(alone(Storage("sqlite", tmp_path / name, kept=True)))
            for name in ("one", "two")
        ]
        for n in range(0, len(documents), 400):
            await first.put_documents(*documents[n : n + 400])
        bodies = [plan.fragment_body(one) for one in bundle.fragments]
        results = await first.code(*bodies)
        assert all(one["changed"] for one in results)
        before = await everything(first)
        told = [s for f in before for s in f.get("sources", ())]
        assert sum(bool(s["participant"]) for s in told) > 20
        assert sum(bool(s["case"]) for s in told) > 20

        sources, fragments = await lines(first)
        again = [Source.model_validate(one) for one in json.loads(sources)]
        await second.put_documents(*(plan.document_body(one, {}) for one in again))
        coded = [Fragment.model_validate(one) for one in json.loads(fragments)]
        await second.code(*(plan.fragment_body(one) for one in coded))
        assert await everything(second) == before
        assert await lines(second) == (sources, fragments)
        unchanged = await second.code(*(plan.fragment_body(one) for one in coded))
        assert not any(one["changed"] for one in unchanged)
