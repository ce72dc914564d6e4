"""Numbers of forms: what is none is refused in words, and never makes the page fail."""

import pytest

from workbench.web.domain.arguments import typed
from workbench.web.domain.coding_rounds import opening_of
from workbench.web.domain.extraction_forms import answers_of, fields_of
from workbench.web.domain.typed_numbers import finite, whole

NONE = ("", " ", "²", "1²", "-1", "1.5", "٣", "9" * 19, "9" * 5000, "nan", "0x1")


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_whole_number_is_none(text):
    assert whole(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_whole_number(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1e999", "²", "%", "a"])
def test_what_has_no_finite_value_is_none(text):
    assert finite(text) is None


@pytest.mark.parametrize(("text", "number"), [("1,5", 1.5), ("20 %", 20.0), ("-1", -1.0)])
def test_commas_and_per_cent_are_read(text, number):
    assert finite(text) == number


def test_a_share_that_is_no_number_is_no_share():
    assert opening_of({"share": "nan"})["share"] == 0.0
    assert opening_of({"share": "20"})["share"] == 0.2


def test_names_of_fields_that_hold_no_number_are_no_predictions():
    form = typed({"p²_expected": ["x"], f"p{'9' * 5000}_expected": ["x"], "p3_expected": ["x"]})
    assert [one.expected for one in form.predictions] == ["x"]


def test_an_answer_of_digits_without_end_stays_as_it_was_typed():
    fields = [{"id": "n", "label": "How many?", "kind": "number"}]
    for typed_in in ("9" * 19, "9" * 5000, "-" + "9" * 5000, "1." + "9" * 5000, "٣"):
        assert answers_of({"f0": typed_in}, fields) == {"n": typed_in}
    assert answers_of({"f0": "-" + "9" * 18}, fields) == {"n": 1 - 10**18}


@pytest.mark.parametrize("name", ["label00", "label٣", "label1_5", "label[]", "label.0", "label-1"])
def test_rows_of_a_builder_that_no_page_writes_are_no_questions(name):
    found = fields_of({name: "x", "label2": "Study design"}, [])
    assert [one["label"] for one in found] == ["Study design"]
