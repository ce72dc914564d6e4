"""Every event has a sentence for people who watch."""

import dataclasses
import re

import msgspec
import pytest

from shared.events import registered, type_name
from shared.events.kernel import ReplayRequested
from tests.support.golden import sample
from workbench.feed.domain import Names, say

EVENTS = [cls for cls in registered().values() if cls is not ReplayRequested]
WITHOUT_WORDS_OF_ITS_OWN = re.compile(r"^[a-z_ ]+$")


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: f"{cls.NAME}-{cls.VERSION}")
def test_every_event_is_said_in_a_sentence_of_its_own(cls):
    words = say(type_name(cls), msgspec.to_builtins(sample(cls)))
    assert words
    assert not WITHOUT_WORDS_OF_ITS_OWN.match(words), "only the bare name of the event"


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: f"{cls.NAME}-{cls.VERSION}")
def test_an_event_with_nothing_in_its_optional_fields_is_still_said(cls):
    event = sample(cls)
    bare = {f.name: f.default for f in dataclasses.fields(cls) if f.default not in _REQUIRED}
    assert say(type_name(cls), msgspec.to_builtins(dataclasses.replace(event, **bare)))


_REQUIRED = (dataclasses.MISSING,)


def test_an_event_of_a_later_version_is_said_by_its_name():
    assert say("search.moon_observed", {}) == "moon observed"


def test_a_fragment_is_said_by_what_it_links_not_only_by_its_id():
    fragment = {
        "fragment_id": "PT1-Q-001",
        "theories": ["PT1"],
        "elements": [{"role": "outcome", "code_id": "o", "statement": "trust grows"}],
    }
    assert (
        say("extraction.fragment_coded", {"fragment": fragment}) == "PT1: fragment PT1-Q-001 coded"
    )


NAMES = Names(
    groups={"PT1": {"T": "trust in staff", "O": "staying"}, "PT2": {"T": "other"}},
    ccmocs={"c1": {"resource": None, "mechanism": "T", "outcome": "O"}},
)


@pytest.mark.parametrize(
    ("event", "data", "words"),
    [
        (
            "ccmoc_conjectured",
            {"theory_id": "PT1", "body": {"mechanism": "T", "outcome": "O"}},
            "PT1: trust in staff → staying conjectured",
        ),
        (
            "ccmoc_judged",
            {"theory_id": "PT1", "ccmoc_id": "c1", "state": "in_theory", "recheck": True},
            "PT1: trust in staff → staying is now in theory, to be checked again",
        ),
        (
            "ccmoc_lapsed",
            {"theory_id": "PT1", "ccmoc_id": "gone"},
            "PT1: a configuration lost its evidence",
        ),
        (
            "gap_found",
            {"theory_id": "PT2", "detail": "No resource is linked with 'T' for 'O'."},
            "PT2: No resource is linked with 'other' for 'O'.",
        ),
        (
            "pin_set",
            {"theory_id": "PT1", "outcome": "O"},
            "PT1: outcome pinned to staying",
        ),
    ],
)
def test_sentences_of_synthesis_speak_in_the_labels_of_their_own_theory(event, data, words):
    assert say(f"synthesis.{event}", data, NAMES) == words


def test_a_cluster_round_says_what_it_brought():
    event = {"round": 2, "succeeded": True, "rounds": [{"new": 1}, {"new": 4}]}
    said = say("search.cluster_round_finished", event)
    assert said == "CLUSTER round 2 finished: 4 new records"
    assert say("search.cluster_round_finished", {"round": 1}) == "CLUSTER round 1 finished"


HELD = {
    "argument_id": "a1",
    "theory_id": "PT1",
    "version": 2,
    "response": "T",
    "outcome": "O",
    "because": "seen in two wards",
}
TOLD = {"theory_id": "PT1", "argument": "'trust in staff' → 'staying' occurred"}


@pytest.mark.parametrize(
    ("event", "data", "words"),
    [
        (
            "argument_stated",
            {"argument": {**HELD, "version": 1, "because": ""}},
            "PT1: argument stated: trust in staff → staying",
        ),
        (
            "argument_stated",
            {"argument": HELD, "changed": ["because"]},
            "PT1: argument amended: trust in staff → staying (seen in two wards)",
        ),
        (
            "argument_stated",
            {"argument": {**HELD, "status": "retired"}, "changed": ["status"]},
            "PT1: argument retired: trust in staff → staying (seen in two wards)",
        ),
        (
            "argument_stated",
            {"argument": {**HELD, "status": "held"}, "changed": ["status"]},
            "PT1: argument held again: trust in staff → staying (seen in two wards)",
        ),
        (
            "argument_evidence_changed",
            {**TOLD, "moves": ["New case held against it, its contexts not stated: s2."]},
            "PT1: argument 'trust in staff' → 'staying' occurred: "
            "New case held against it, its contexts not stated: s2.",
        ),
        (
            "prediction_refuted",
            {
                **TOLD,
                "prediction": "p1",
                "words": "given 'C' absent, 'O' failed follows",
                "cases": ["s2", "s3"],
            },
            "PT1: prediction refuted of the argument 'trust in staff' → 'staying' occurred: "
            "given 'C' absent, 'O' failed follows; not so in s2, s3",
        ),
    ],
)
def test_what_becomes_of_an_argument_is_said_by_label(event, data, words):
    assert say(f"synthesis.{event}", data, NAMES) == words
