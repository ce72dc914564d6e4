"""Cells of a table of answers that are no answer stay as they are, to be refused by name."""

import pytest

from services.extraction.forms.domain.cells import value_of
from services.extraction.forms.domain.fields import Field, answer_problems


@pytest.mark.parametrize("cell", ["[" * 50_000, '{"a":' * 50_000, "[1", "1e999", "²", "nan"])
def test_a_cell_that_is_no_answer_is_refused_by_name(cell):
    kind = "table" if cell[0] in "[{" else "number"
    field = Field(id="t", label="Took part", kind=kind)
    found = answer_problems([field], {"t": value_of(field, cell)}, whole=True)
    assert [one.field for one in found] == ["answers.t"]


@pytest.mark.parametrize(("cell", "text"), [(1234567.25, "1234567.25"), (12.0, "12"), (7, "7")])
def test_a_number_in_a_cell_of_words_keeps_its_digits(cell, text):
    assert value_of(Field(id="t", label="Budget", kind="text"), cell) == text
