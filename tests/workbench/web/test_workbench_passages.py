"""Texts are cut without loss, and every offset points at the code point that it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.web.domain.passages import Mark, paragraphs, places
from workbench.web.pages.coding_view import KEPT, amended, elements_of, form_of, passage_of

TEXT = "She laughed. 😀 was how she signed.\n\nThey stayed (n = 12). Trust grew, i.e. slowly."


def pieces(text, marks):
    return [g for block in paragraphs(text, marks) for s in block for g in s.segments]


@given(
    st.text(alphabet=st.sampled_from("ab .!?\n😀é"), max_size=120),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=6),
)
def test_segments_put_together_are_the_text_and_stand_where_they_say(text, spans):
    marks = [Mark(f"f{n}", min(s), max(s)) for n, s in enumerate(spans)]
    found = pieces(text, marks)
    assert "".join(g.text for g in found) == text.replace("\n", "")
    for g in found:
        assert text[g.start : g.start + len(g.text)] == g.text
        covers = {
            m.fragment for m in marks if m.start <= g.start and g.start + len(g.text) <= m.end
        }
        assert set(g.fragments) == covers


def test_a_mark_is_exactly_its_passage_even_where_marks_overlap():
    marks = [Mark("a", 4, 20), Mark("b", 13, 34)]
    found = pieces(TEXT, marks)
    for mark in marks:
        covered = "".join(g.text for g in found if mark.fragment in g.fragments)
        assert covered == TEXT[mark.start : mark.end]
    assert any(g.fragments == ("a", "b") for g in found)


def test_sentences_end_where_a_new_one_begins_and_not_at_abbreviations():
    blocks = paragraphs(TEXT, [])
    said = [[TEXT[s.start : s.end].strip() for s in block] for block in blocks]
    assert said == [
        ["She laughed.", "😀 was how she signed."],
        ["They stayed (n = 12).", "Trust grew, i.e. slowly."],
    ]


def test_a_quote_is_found_every_time_that_it_stands():
    assert places("aaa", "aa") == [0, 1]
    assert places("abc", "") == []


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("", "Select a passage"),
        ("nowhere", "does not stand in the text"),
        ("She", ""),
        ("s", "times in the text"),
    ],
)
def test_a_pasted_passage_has_to_stand_in_the_text_once(quote, words):
    place, wrong = passage_of({"quote": quote}, TEXT)
    assert words in wrong
    assert bool(place) == (not wrong)


def test_selected_offsets_are_taken_as_they_are():
    form = {"quote": "😀 was", "start": "13", "end": "18"}
    assert passage_of(form, TEXT) == ({"quote": "😀 was", "start": 13, "end": 18}, "")


def test_a_form_names_one_element_per_role_that_was_filled():
    form = {"code_context": "door", "state_context": "absent", "new_outcome": " stays "}
    assert elements_of(form) == [
        {"role": "context", "code": "door", "state": "absent", "statement": ""},
        {"role": "outcome", "code": "stays", "state": "occurred", "statement": ""},
    ]


def test_a_document_without_text_is_coded_by_its_quote_alone():
    assert passage_of({"quote": "They stayed.\r\nAll."}, "") == (
        {"quote": "They stayed.\nAll."},
        "",
    )


def test_editing_keeps_the_spans_of_elements_until_the_passage_moves():
    element = {
        "role": "context", "code": "c", "state": "present", "statement": "", "of_group": False,
        "start": 3, "end": 9,
    }  # fmt: skip
    fragment = {
        **dict.fromkeys(KEPT), "id": "f", "version": 1, "quote": "She laughed.", "memo": "",
        "explicitness": "stated", "elements": [element], "place": {"start": 0, "end": 12},
    }  # fmt: skip
    form = {**form_of(fragment), "memo": "looked at again"}
    same = {"quote": "She laughed.", "start": 0, "end": 12}
    (kept,) = amended(fragment, form, same)["elements"]
    assert (kept["start"], kept["end"]) == (3, 9)
    (moved,) = amended(fragment, form, {"quote": "Trust grew", "start": 50, "end": 60})["elements"]
    assert "start" not in moved
