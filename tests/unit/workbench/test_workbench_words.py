"""Every event has a sentence for people who watch."""

import dataclasses
import re

import msgspec
import pytest

from shared.events import registered, type_name
from shared.events.kernel import ReplayRequested
from tests.support.golden import sample
from workbench.domain.words import say

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
