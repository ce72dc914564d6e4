"""A record is shown whole: paragraphs lose no word, marks let nothing through."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.web.pages.record_view import byline, marked, paragraphs, reasons, title_of


def test_the_usual_headings_begin_paragraphs():
    text = "Background: Care differs. Methods: We asked 38 people. Results: Trust helped."
    assert paragraphs(text) == [
        ("Background", "Care differs."),
        ("Methods", "We asked 38 people."),
        ("Results", "Trust helped."),
    ]


def test_a_heading_inside_a_sentence_is_no_heading():
    assert paragraphs("We used two methods: asking and counting.") == [
        ("", "We used two methods: asking and counting.")
    ]


def test_a_missing_abstract_has_no_paragraph():
    assert paragraphs("") == paragraphs("  \n ") == []


@given(st.text(max_size=200))
def test_no_word_of_an_abstract_is_lost(text):
    shown = " ".join(part for pair in paragraphs(text) for part in pair)
    letters = re.compile(r"[^\W_]")
    assert len(letters.findall(shown)) >= len(letters.findall(text)) - shown.count(":")


@pytest.mark.parametrize("repeated", ["\n", " ", ".", ". ", "\n.", "Methods:", "\nMethods"])
def test_a_repeated_sign_in_an_abstract_takes_time_in_proportion(repeated):
    begun = time.process_time()
    paragraphs("Background: one" + repeated * 40_000 + "x")

    assert time.process_time() - begun < 1


def test_words_that_begin_with_a_term_are_marked_whole():
    assert str(marked("Nurses and a nursery", ["nurse"])) == (
        "<mark>Nurses</mark> and a <mark>nursery</mark>"
    )


@pytest.mark.parametrize("terms", [[], ["", " "], ["<b>"], ["script"]])
def test_markup_in_a_record_is_text(terms):
    shown = str(marked("<script>alert('x')</script> & <b>", terms))
    assert "<script" not in shown
    assert "<b>" not in shown


@given(st.text(max_size=100), st.lists(st.text(max_size=5), max_size=3))
def test_marking_changes_no_letter(text, terms):
    shown = marked(text, terms)
    assert shown.replace("<mark>", "").replace("</mark>", "").unescape() == (
        marked(text, []).unescape()
    )


def test_a_record_without_title_goes_by_its_label():
    assert title_of({"title": "", "label": "Curie et al 2005"}) == "Curie et al 2005"
    assert title_of({"title": "", "label": ""}) == "Title not given in the report"


def test_a_byline_names_three_authors():
    record = {"authors": ["A, B", "C, D", "E, F", "G, H"], "journal": "J", "year": 2020}
    assert byline(record) == "A, B; C, D; E, F; et al. J, 2020"
    assert byline({"authors": [], "journal": "", "year": None}) == ""


def test_an_inclusion_criterion_excludes_when_it_is_not_met():
    body = {"criteria": [{"id": "a", "text": "Adults", "kind": "include"}]}
    assert reasons(body) == [("a", "Not met: Adults")]
    assert reasons(None) == []
