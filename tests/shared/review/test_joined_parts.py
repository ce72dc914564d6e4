"""A configuration whose parts no study joins says so wherever it is printed."""

import random

import pytest

from services.synthesis.engine import ccmocs_of, evidences, readable_id
from services.synthesis.engine.values import Unit, part_unit
from shared.review.joined_parts import is_joined, joining_studies
from tests.support.generated_reviews import THEORIES, a_review


def body(**slots):
    names = ("positive", "contradicting", "not_fired")
    entries = {name: ["s1", "s2"] if name == "positive" else [] for name in names}
    trust = {"group": "T", "tier": "stated", "positive": ["s1"], "negative": [], "chain": ["s1"]}
    far = {"group": "F", "tier": "assembled", "positive": [], "negative": [], "chain": ["s3"]}
    door = {"group": "D", "verdict": "undecided", "positive": ["s2"], "negative": [], "trigger": []}
    load = {"group": "L", "verdict": "trigger", "positive": [], "negative": [], "trigger": ["s1"]}
    empty = {"partner": None, "contexts": []}
    lists = {"partners": [trust, far], "contexts": [door, load]}
    return {"studies": entries, "slots": {**empty, **slots}, **lists}


@pytest.mark.parametrize(
    ("slots", "joined_by"),
    [
        ({}, ["s1", "s2"]),
        ({"partner": "T"}, ["s1"]),
        ({"contexts": ["D"]}, ["s2"]),
        ({"partner": "T", "contexts": ["L"]}, ["s1"]),
        ({"partner": "T", "contexts": ["D"]}, []),
        ({"partner": "F", "contexts": ["D"]}, []),
    ],
)
def test_studies_that_state_every_part_join_them(slots, joined_by):
    assert joining_studies(body(**slots)) == joined_by


def test_a_drawing_leaves_an_assembled_partner_aside():
    assert is_joined(body(partner="F", contexts=["D"]), assembled=False)


@pytest.mark.parametrize("seed", range(4))
def test_what_passes_as_joined_is_stated_part_by_part_by_one_study(seed):
    review = a_review(random.Random(seed), most=80)
    for evidence in evidences(review, THEORIES):
        for found in ccmocs_of(evidence, readable_id):
            slots = found["slots"]
            units = {part_unit(found["role"], found["mechanism"])}
            units |= {Unit("context", group) for group in slots["contexts"]}
            if slots["partner"] and slots["partner_tier"] != "assembled":
                other = "resource" if found["role"] == "response" else "response"
                units.add(part_unit(other, slots["partner"]))
            for study in joining_studies(found, assembled=False):
                rows = [
                    row for row in evidence.rows if study in {entry.study for entry in row.entries}
                ]
                assert all(any(unit in row.signs for row in rows) for unit in units), found["id"]
