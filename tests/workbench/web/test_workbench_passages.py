"""Texts are cut without loss, and every offset points at the code point that it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.web.domain.coded_elements import elements_of
from workbench.web.domain.passages import CodedPassage, paragraphs, places
from workbench.web.pages.coding_view import KEPT, amended, form_of, passage_of

TEXT = "She laughed. 😀 was how she signed.\n\nThey stayed (n = 12). Trust grew, i.e. slowly."


def pieces(text, marks):
    return [g for block in paragraphs(text, marks) for s in block for g in s.segments]


@given(
    st.text(alphabet=st.sampled_from("ab .!?\n😀é"), max_size=120),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=6),
)
def test_segments_put_together_are_the_text_and_stand_where_they_say(text, spans):
    marks = [CodedPassage(f"f{n}", min(s), max(s)) for n, s in enumerate(spans)]
    found = pieces(text, marks)
    assert "".join(g.text for g in found) == text.replace("\n", "")
    for g in found:
        assert text[g.start : g.start + len(g.text)] == g.text
        covers = {
            m.fragment for m in marks if m.start <= g.start and g.start + len(g.text) <= m.end
        }
        assert set(g.fragments) == covers


def test_a_mark_is_exactly_its_passage_even_where_marks_overlap():
    marks = [CodedPassage("a", 4, 20), CodedPassage("b", 13, 34)]
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


def spanned(start, end, **more):
    """A fragment as extraction says it, with an element on some of its words."""
    element = {
        "role": "context", "code": "c", "state": "present", "statement": "", "of_group": False,
        "start": start, "end": end,
    }  # fmt: skip
    return {
        **dict.fromkeys(KEPT), "id": "f", "version": 1, "quote": "She laughed.", "memo": "",
        "explicitness": "stated", "elements": [element], "relations": [], "anchor": "verified",
        "start": 0, "place": {"start": 0, "end": 12}, **more,
    }  # fmt: skip


def span_after(fragment, place):
    form = {**form_of(fragment), "memo": "looked at again"}
    (element,) = amended(fragment, form, place)["elements"]
    return (element["start"], element["end"]) if "start" in element else None


def test_editing_keeps_the_spans_of_elements_as_long_as_the_passage_holds_them():
    fragment = spanned(4, 11)
    assert span_after(fragment, {"quote": "She laughed.", "start": 0, "end": 12}) == (4, 11)
    assert span_after(fragment, {"quote": "laughed.", "start": 4, "end": 12}) == (4, 11)
    assert span_after(fragment, {"quote": "She", "start": 0, "end": 3}) is None
    assert span_after(fragment, {"quote": "She laughed.", "start": 40, "end": 52}) == (44, 51)


def test_spans_move_with_a_passage_that_stands_elsewhere_in_a_newer_text():
    fragment = spanned(4, 11, anchor="moved", place={"start": 20, "end": 32})
    assert span_after(fragment, {"quote": "She laughed.", "start": 20, "end": 32}) == (24, 31)
    assert span_after(fragment, {"quote": "laughed.", "start": 24, "end": 32}) == (24, 31)
    lost = spanned(4, 11, anchor="broken")
    assert span_after(lost, {"quote": "She laughs.", "start": 0, "end": 11}) is None


def test_two_elements_with_one_code_keep_each_its_own_span():
    fragment = spanned(0, 3)
    fragment["elements"].append({**fragment["elements"][0], "start": 4, "end": 11})
    place = {"quote": "She laughed.", "start": 0, "end": 12}
    found = amended(fragment, form_of(fragment), place)["elements"]
    assert [(e["start"], e["end"]) for e in found] == [(0, 3), (4, 11)]
    gone = amended(fragment, form_of(fragment) | {"e0_gone": "yes"}, place)["elements"]
    assert [(e["start"], e["end"]) for e in gone] == [(4, 11)]


def test_relations_are_changed_added_and_taken_away_by_the_form():
    said = [
        {"kind": "ccmoc", "id": "c/1", "relation": "supports"},
        {"kind": "argument", "id": "a1", "relation": "refines"},
    ]
    fragment = spanned(0, 3, relations=said)
    form, place = form_of(fragment), {"quote": "She laughed.", "start": 0, "end": 12}
    assert amended(fragment, form, place)["relations"] == said
    form |= {"r0_relation": "contradicts", "r1_relation": ""}
    form |= {"relate": "supports", "relate_to": "argument/a2"}
    assert amended(fragment, form, place)["relations"] == [
        {"kind": "ccmoc", "id": "c/1", "relation": "contradicts"},
        {"kind": "argument", "id": "a2", "relation": "supports"},
    ]
    elsewhere = {name: value for name, value in form.items() if name != "relations"}
    assert amended(fragment, elsewhere, place)["relations"] == said
