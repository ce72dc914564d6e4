"""An element's own words: found in the passage, by offsets or by themselves, or told in words."""

import pytest

from workbench.web.domain.coded_elements import elements_of, words_problem
from workbench.web.domain.spans import span_in
from workbench.web.pages.coding_view import amended, form_of

QUOTE = "😀 she stayed and she stayed on"
PLACE = {"quote": QUOTE, "start": 100, "end": 100 + len(QUOTE)}
FRAGMENT = {
    "id": "f1",
    "version": 3,
    "quote": QUOTE,
    "start": 40,
    "end": 40 + len(QUOTE),
    "place": {"start": 100, "end": 100 + len(QUOTE)},
    "anchor": "moved",
    "theories": ["PT1"],
    "relations": [],
    "words_withheld": False,
    "elements": [
        {"role": "outcome", "code": "stay", "state": "occurred", "statement": "", "of_group": False}
        | {"start": 42, "end": 52},
        {"role": "context", "code": "home", "state": "present", "statement": "", "of_group": False},
    ],
    **dict.fromkeys(("sources", "document", "statement_level", "coder", "coded_at"), None),
    **dict.fromkeys(("duplicate_of", "memo", "paraphrase", "rationale", "locator"), ""),
    "status": "active",
    "explicitness": "stated",
}


@pytest.mark.parametrize(
    ("words", "start", "end", "span"),
    [
        ("stayed on", None, None, {"start": 121, "end": 130}),
        ("she stayed", 102, 112, {"start": 102, "end": 112}),
        ("she stayed", 117, 127, {"start": 117, "end": 127}),
        ("stayed on", 102, 111, {"start": 121, "end": 130}),
        ("stayed on", 0, 9, {"start": 121, "end": 130}),
        ("", 102, 112, {}),
        (QUOTE, None, None, {}),
    ],
)
def test_words_stand_where_they_were_marked_or_where_they_occur_once(words, start, end, span):
    assert span_in(PLACE, words, start, end) == (span, "")


@pytest.mark.parametrize(
    ("place", "words", "problem"),
    [
        (PLACE, "she stayed", "stands 2 times in the passage"),
        (PLACE, "she left", "does not hold the words"),
        ({"quote": QUOTE}, "stayed on", "select the passage first"),
        ({}, "stayed on", "select the passage first"),
    ],
)
def test_words_that_stand_nowhere_for_certain_are_told(place, words, problem):
    span, said = span_in(place, words, None, None)
    assert span == {}
    assert problem in said


def test_new_elements_have_their_own_words_and_words_need_a_code():
    form = {"code_outcome": "stay", "words_outcome": "stayed on"}
    (element,) = elements_of(form, PLACE)
    assert (element["start"], element["end"]) == (121, 130)
    assert words_problem(form, PLACE) == ""
    assert "Choose or name the code" in words_problem({"words_context": "on"}, PLACE)
    assert "does not hold" in words_problem(form | {"words_outcome": "off"}, PLACE)


def test_an_edited_element_keeps_changes_and_loses_its_own_words():
    form = form_of(FRAGMENT)
    assert (form["e0_words"], form["e0_from"]) == ("she stayed", "102")

    def spans(**more):
        found = amended(FRAGMENT, {**form, **more}, PLACE)["elements"]
        return [(one.get("start"), one.get("end")) for one in found]

    assert spans() == [(102, 112), (None, None)]
    assert spans(e0_words="she stayed on") == [(117, 130), (None, None)]
    assert spans(e0_words="") == [(None, None), (None, None)]
    assert spans(e1_words="and") == [(102, 112), (113, 116)]
    without = {name: value for name, value in form.items() if not name.startswith("e0_words")}
    without.pop("e0_had")
    assert [e.get("start") for e in amended(FRAGMENT, without, PLACE)["elements"]] == [102, None]
    assert words_problem(form, {"quote": "on", "start": 128, "end": 130}) == ""
