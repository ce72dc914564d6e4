"""RECO replayed in twenty batches: the log tells what became of three arguments and predictions."""

from pathlib import Path

import pytest

from examples.replay_reco import BATCHES, RECO, batches_of, replay
from runtime.bundle.parse import read_bundle
from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.support.apps import open_system

pytestmark = pytest.mark.slow


def test_batches_hold_every_fragment_once() -> None:
    fragments = read_bundle(RECO).whole().fragments
    batches = batches_of(fragments)
    assert len(batches) == BATCHES
    assert sorted(f.id for batch in batches for f in batch) == sorted(f.id for f in fragments)
    assert {len(batch) for batch in batches} == {26, 31}


async def test_the_log_tells_when_an_argument_gained_lost_met_an_exception_and_was_refuted(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(120))
        told = await replay(api, read_bundle(RECO).whole(), tmp_path)
        final = await api.listed("/api/synthesis/reviews/reco/arguments")
    assert len(told) == BATCHES
    gained = [n for n, words in enumerate(told, 1) if any("New case" in w for w in words)]
    lost = [n for n, words in enumerate(told, 1) if any("No longer" in w for w in words)]
    assert len(gained) >= 5
    assert lost
    assert any("although a context is otherwise: evaluation/E" in w for s in told for w in s)
    assert any("refuted" in w.lower() for s in told for w in s)
    evidence = {item["id"]: item["evidence"] for item in final}
    assert evidence["vision"]["exceptions"] == ["evaluation/E"]
    assert evidence["first contact"]["supports"]["full"]
    refuted = {(a, p["id"]) for a, e in evidence.items() for p in e["predictions"] if p["refuted"]}
    assert ("first contact", "expecting") in refuted
