"""Every event has a sentence for people who watch."""

import dataclasses
import re

import msgspec
import pytest

from shared.events import registered, type_name
from shared.events.kernel import ReplayRequested
from tests.support.golden import sample
from workbench.feed.domain.names import FeedLabels
from workbench.feed.domain.sentences import say
from workbench.projections.domain.group_words import GroupWords

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


FRAGMENT = {"fragment_id": "PT1-Q-001", "theories": ["PT1"], "document_id": "d1"}


def test_a_fragment_is_said_by_its_theory_and_its_document():
    said = say("extraction.fragment_coded", {"fragment": FRAGMENT}, NAMES)
    assert said == "Trust keeps people: fragment coded in A report"
    assert say("extraction.fragment_coded", {"fragment": FRAGMENT}) == "Fragment coded"


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: f"{cls.NAME}-{cls.VERSION}")
def test_no_sentence_holds_an_id_where_names_are_missing(cls):
    """Every key that an event holds is made a mark, which then stands in no sentence."""
    marked = keyed(msgspec.to_builtins(sample(cls)))
    assert MARK not in say(type_name(cls), marked)
    assert MARK not in say(
        type_name(cls), marked, FeedLabels(groups={MARK: GroupWords()}, theories={"x": "y"})
    )


MARK = "zz-0193f7"
KEYS = re.compile(
    r"_id$|^(theories|studies|cases|outcome|mechanism|resource|response|earlier|later|prediction"
    r"|rivals|documents|aliases|record_ids|coders|caused_by|hash|detail)$"
)


def keyed(data, name=""):
    """The event with a mark in the place of every key; words that people wrote stay."""
    if isinstance(data, dict):
        return {one: keyed(value, one) for one, value in data.items()}
    if isinstance(data, list | tuple):
        return [keyed(value, name) for value in data]
    if name == "detail" and isinstance(data, str):
        return f"No resource is linked with '{MARK}' for '{MARK}'."
    return MARK if isinstance(data, str) and KEYS.search(name) else data


def test_a_reason_is_said_by_its_words_and_never_by_its_key():
    event = {"verdict": "exclude", "reason": MARK, "stage": "full_text"}
    assert say("screening.record_settled", event) == "Record settled: exclude at full text"
    names = FeedLabels(reasons={"full_text": {MARK: "wrong population"}})
    said = say("screening.record_settled", event, names)
    assert said == "Record settled: exclude (wrong population) at full text"


def test_studies_are_said_by_titles_when_all_have_one():
    data = {"studies": ["s1", "s2"]}
    assert say("extraction.study_linked", data) == "Studies linked: 2 studies"
    names = FeedLabels(studies={"s1": "First report", "s2": "Second report"})
    assert say("extraction.study_linked", data, names) == (
        "Studies linked: First report and Second report"
    )


NAMES = FeedLabels(
    groups={
        "PT1": GroupWords({"T": "trust in staff", "O": "staying"}),
        "PT2": GroupWords({"T": "other", "O": "staying", "G": "gaps"}, frozenset({"G"})),
    },
    ccmocs={"c1": {"resource": None, "mechanism": "T", "outcome": "O"}},
    theories={"PT1": "Trust keeps people", "PT2": "Salt"},
    documents={"d1": "A report"},
)


@pytest.mark.parametrize(
    ("event", "data", "words"),
    [
        (
            "ccmoc_conjectured",
            {"theory_id": "PT1", "body": {"mechanism": "T", "outcome": "O"}},
            "Trust keeps people: trust in staff → staying conjectured",
        ),
        (
            "ccmoc_judged",
            {"theory_id": "PT1", "ccmoc_id": "c1", "state": "in_theory", "recheck": True},
            "Trust keeps people: trust in staff → staying is now in theory, to be checked again",
        ),
        (
            "ccmoc_lapsed",
            {"theory_id": "PT1", "ccmoc_id": "gone"},
            "Trust keeps people: a configuration lost its evidence",
        ),
        (
            "gap_found",
            {"theory_id": "PT2", "detail": "No resource is linked with 'T' for 'O'."},
            "Salt: No resource is linked with 'other' for 'staying'.",
        ),
        (
            "pin_set",
            {"theory_id": "PT1", "outcome": "O"},
            "Trust keeps people: outcome pinned to staying",
        ),
        (
            "ccmoc_conjectured",
            {"theory_id": "PT2", "body": {"mechanism": "T", "outcome": "G", "pattern": "both"}},
            "Salt: other → prevents: gaps conjectured",
        ),
        (
            "ccmoc_revised",
            {"theory_id": "PT2", "body": {"mechanism": "T", "outcome": "G", "pattern": "fails"}},
            "Salt: other → leads to: gaps revised",
        ),
        (
            "gap_found",
            {"theory_id": "PT2", "detail": "'T' is reported only with the failure of 'O'."},
            "Salt: 'other' is reported only with the failure of 'staying'.",
        ),
        (
            "argument_stated",
            {
                "theory_id": "PT2",
                "argument": {
                    "theory_id": "PT2",
                    "version": 1,
                    "resource": None,
                    "response": "T",
                    "outcome": "G",
                    "outcome_state": "occurred",
                },
            },
            "Salt: argument stated: other → gaps occurred",
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
            "Trust keeps people: argument stated: trust in staff → staying occurred",
        ),
        (
            "argument_stated",
            {"argument": HELD, "changed": ["because"]},
            "Trust keeps people: argument amended: trust in staff → staying occurred "
            "(seen in two wards)",
        ),
        (
            "argument_stated",
            {"argument": {**HELD, "status": "retired"}, "changed": ["status"]},
            "Trust keeps people: argument retired: trust in staff → staying occurred "
            "(seen in two wards)",
        ),
        (
            "argument_stated",
            {"argument": {**HELD, "status": "held"}, "changed": ["status"]},
            "Trust keeps people: argument held again: trust in staff → staying occurred "
            "(seen in two wards)",
        ),
        (
            "argument_evidence_changed",
            {**TOLD, "moves": ["New case held against it, its contexts not stated: s2."]},
            "Trust keeps people: argument 'trust in staff' → 'staying' occurred: "
            "New case held against it, its contexts not stated: s2.",
        ),
        (
            "prediction_refuted",
            {
                **TOLD,
                "prediction": "p1",
                "words": "where 'C' is absent, 'O' fails",
                "cases": ["s2", "s3"],
            },
            "Trust keeps people: prediction refuted of the argument "
            "'trust in staff' → 'staying' occurred: "
            "where 'C' is absent, 'O' fails; not so in 2 cases",
        ),
    ],
)
def test_what_becomes_of_an_argument_is_said_by_label(event, data, words):
    assert say(f"synthesis.{event}", data, NAMES) == words


def test_words_of_a_theory_and_messages_to_authors_are_said_by_names():
    words = {"theory_id": "PT2", "version": 2, "words": ["salt"], "reason": "too wide"}
    said = say("search.lexicon_changed", words, NAMES)
    assert said == "Words of Salt: 1 entry: too wide (version 2)"
    message = {"author": "Curie, Marie", "label": "Curie 2020: Outreach", "state": "no_answer"}
    said = say("search.contact_changed", message, NAMES)
    assert said == "Message to Curie, Marie about Curie 2020: Outreach: no answer"
