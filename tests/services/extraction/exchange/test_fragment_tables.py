"""Tables of fragments: what is wrong in one is refused by its row, and nothing is stored."""

import json
import re

import pytest

from services.extraction.exchange.domain.rows import RowProblem
from services.extraction.exchange.formats.fragment_tables import read_csv, read_lines, write_lines
from tests.services.extraction.exchange.test_exchange_review import a_coded_review, export, send

GOOD = {"id": "f8", "elements": [{"role": "outcome", "code": "x"}]}
HEAD = "id,role,code,quote,start\n"
LONG = "a" * 200_000


@pytest.mark.parametrize(
    ("form", "body", "row", "words"),
    [
        ("jsonl", f'{{"id": "f9"}}\n{"[" * 100_000}', 2, "too deep"),
        ("jsonl", json.dumps({**GOOD, "memo": "x" * 60_001}), 1, "memo"),
        ("jsonl", '{"id": "f8"}\n\n{"id": 7}', 3, "id"),
        ("jsonl", '{"id": "f8", "colour": "red"}', 1, "colour"),
        ("jsonl", '{"id": "f8", "start": 99999999999999999999}', 1, "start"),
        ("csv", f"{HEAD}f7,outcome,x,,\nf8,outcome,x,{LONG},\n", 3, "field limit|at most"),
        ("csv", f'{HEAD}f7,outcome,x,,\nf8,outcome,x,"{"a " * 60_000}",\n', 3, "quote"),
        ("csv", f"{HEAD}f7,outcome,x,,²\n", 2, "start"),
        ("csv", f"{HEAD}f7,outcome,x,,{'9' * 5000}\n", 2, "start"),
        ("csv", f"{HEAD}f7,outcome,{'c' * 501},,\n", 2, "elements.0.code"),
    ],
)
async def test_a_row_that_cannot_be_a_fragment_is_refused_by_its_number(
    extraction, form, body, row, words
):
    answer = await send(extraction, f"/fragments?form={form}", body.encode(), status=422)
    problem = answer.json()
    assert re.search(words, problem["detail"].lower())
    assert problem["row"] == row
    assert f"Row {row}" in problem["detail"]
    assert await extraction.names() == []


def test_a_quote_may_hold_signs_that_end_a_line_elsewhere():
    fragment = {"id": "f1", "quote": "one\u2028two\x85three\x0bfour"}
    assert read_lines(write_lines([fragment]).decode()) == [(1, fragment)]


def test_rows_of_one_fragment_are_one_from_its_first_row():
    found = read_csv("id,role,code\na,outcome,x\nb,context,y\na,context,z\n")
    assert [(row, one["id"], len(one["elements"])) for row, one in found] == [
        (2, "a", 2),
        (3, "b", 1),
    ]
    with pytest.raises(RowProblem) as wrong:
        read_csv("id,role,code\na,outcome,x\n,context,y\n")
    assert wrong.value.row == 3


async def test_a_file_is_no_fragment_table(extraction):
    await a_coded_review(extraction)
    answer = await send(extraction, "/fragments", await export(extraction), status=422)
    assert "UTF-8" in answer.json()["detail"]
