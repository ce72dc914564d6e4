"""Order, twins, batches and interruptions change nothing in the end."""

import json
import random
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from benchmarks.synthesis_bundle import read_inputs, read_lines
from runtime.bundle.reco_rules import sources_for, valences_of, with_senses, with_sources
from services.synthesis.app import SERVICE
from services.synthesis.configurations.handlers.recompute import identified
from services.synthesis.engine import recompute
from shared.events import extraction
from tests.support.synthesis import (
    REVIEW,
    a_codebook,
    a_document,
    a_known_record,
    a_settlement,
)
from tests.support.synthesis import a_fragment as a_plain_fragment

CASES = Path(__file__).resolve().parents[3] / "cases"
NAMES = (
    "02-opposite-sense",
    "05-context-verdicts",
    "11-sources-that-stop-counting",
    "12-duplicate",
    "13-participants-and-sites",
    "15-polarity-import",
    "20-unknown-case",
    "26-two-valued-and-opposites",
    "27-codes-of-two-theories",
)


def history(folder):
    """Everything that was said of a case: each subject in several versions, the last one true."""
    fragments = read_lines(folder / "fragments.jsonl")
    book = with_senses(json.loads((folder / "codebook.json").read_text()), fragments)
    a_fragment = partial(a_plain_fragment, valences=valences_of(book))
    said = []
    for theory, roles in book["programme_theories"].items():
        said += [a_codebook(theory, {}), a_codebook(theory, roles, 2)]
    for line in fragments:
        empty = {**line, "elements": []}
        said.append(extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(empty)))
        gone = a_fragment(line, status="withdrawn")
        said.append(extraction.FragmentWithdrawn(review_id=REVIEW, fragment=gone))
        said.append(extraction.FragmentAmended(review_id=REVIEW, fragment=a_fragment(line)))
    filled = map(with_sources, fragments)
    for line in sources_for(filled, read_lines(folder / "sources.jsonl")):
        said += [a_document({**line, "study": "elsewhere"}), a_document(line)]
        if line.get("record"):
            said += [a_settlement(line["record"], "exclude"), a_settlement(line["record"])]
            said.append(a_known_record(line["record"]))
    return said


@pytest.mark.parametrize("name", NAMES)
async def test_events_in_any_order_twice_and_in_any_batch_lead_to_the_same(synthesis, name):
    chance = random.Random(name)
    versions = Counter()
    received = []
    for event in history(CASES / name):
        versions[event.subject] += 1
        received.append(synthesis.received(event, versions[event.subject]))
    received += chance.sample(received, len(received) // 2)
    chance.shuffle(received)
    while received:
        size = chance.randint(1, 5)
        batch, received = received[:size], received[size:]
        by_type = {}
        for item in batch:
            by_type.setdefault(type(item.event), []).append(item)
        for kind, items in by_type.items():
            await synthesis.db.write(lambda tx, k=kind, i=items: SERVICE.on[k](i, tx))
        if chance.random() < 0.2:
            await synthesis.compute()
    await synthesis.compute()
    want = recompute(read_inputs(CASES / name).review(), identify=identified)
    got = {item["id"]: item["hash"] for item in await synthesis.ccmocs()}
    assert got == {body["id"]: body["hash"] for body in want}
