"""Replay the example review in twenty batches and tell what became of its three arguments.

Run `python -m examples.replay_reco`. Fragments come in as they would have been published, through
the services; what the log says of the arguments after each batch is printed.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.evidence import Fragment
from runtime.bundle.parse import read_bundle
from runtime.demo import arrival
from runtime.embedded import open_system
from runtime.loading import plan
from runtime.loading.client import Api, segment
from runtime.loading.ledger import Ledger
from runtime.loading.loader import Loader
from shared.ops.settings import Settings

BATCHES = 20
RECO = Path(__file__).with_name("reco")
TYPES = ("synthesis.argument_evidence_changed", "synthesis.prediction_refuted")


def batches_of(fragments: Sequence[Fragment], number: int = BATCHES) -> list[list[Fragment]]:
    """The fragments in the order of their arrival, in so many batches; the last may be smaller."""
    ordered = sorted(fragments, key=arrival)
    size = -(-len(ordered) // number)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


async def replay(api: Api, bundle: Bundle, home: Path) -> list[list[str]]:
    """Load everything but the fragments, then these in batches; per batch the log's sentences."""
    loader = Loader(bundle, api, Ledger(home, bundle.review.id))
    loader.hold_back = {fragment.id for fragment in bundle.fragments}
    await loader.load()
    told: list[list[str]] = []
    position = (await _said(api, bundle.review.id, 0))[1]
    for batch in batches_of(bundle.fragments):
        await loader.code([plan.fragment_body(fragment) for fragment in batch])
        await api.wait_until_settled(bundle.review.id)
        words, position = await _said(api, bundle.review.id, position)
        told.append(words)
    return told


async def _said(api: Api, review: str, after: int) -> tuple[list[str], int]:
    """Sentences of the feed about arguments after a position, and the position to go on from."""
    found: list[dict[str, Any]] = []
    while True:
        path = f"/api/reviews/{segment(review)}/activity"
        page = await api.get(path, after=after, limit=500, type=list(TYPES))
        found += page["items"]
        after = found[-1]["position"] if found else after
        if page["next"] is None:
            return [item["words"] for item in found], after


async def main() -> None:
    """Replay in a folder of its own and print."""
    bundle = read_bundle(RECO).whole()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), sqlite_synchronous="NORMAL", local_owner=True)
        async with open_system(settings) as system, system.client() as http:
            api = Api(http, quiet=lambda: system.drain(120))
            told = await replay(api, bundle, Path(home))
    for number, words in enumerate(told, start=1):
        print(f"Batch {number}")
        for sentence in words or ["nothing moved"]:
            print(f"    {sentence}")


if __name__ == "__main__":
    asyncio.run(main())
