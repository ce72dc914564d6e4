"""Tables that programs damaged: rows in one cell, quotation marks that close each other, letters
that are no Western ones. Each is mended, or told with its line.
"""

import io
from collections.abc import Sequence

import pytest

from services.search.imports.domain.result import Repair
from services.search.imports.formats.reader import read_import
from tests.services.search.imports.formats.test_imports_tell_loss import (
    HEADER,
    PLAIN,
    ROWS,
    read,
    table,
)


@pytest.mark.parametrize("rows", [ROWS, PLAIN], ids=["quoted", "plain"])
@pytest.mark.parametrize("broken", [(4, 5), (0, 1, 2), (97, 98, 99), range(100)])
def test_rows_whose_unclosed_quotation_marks_close_each_other_are_told(
    rows: list[str], broken: Sequence[int]
) -> None:
    damaged = list(rows)
    for at in broken:
        damaged[at] = damaged[at].rstrip('"').replace("Abstract", '"Abstract').replace('""', '"')

    records, repairs, _ = read(table(damaged))

    assert [record.doi for record in records] == [f"10.1000/{n}" for n in range(100)]
    assert {at + 2 for at in broken} <= {repair.line for repair in repairs} | {broken[-1] + 2}


def _in_one_cell(row: str) -> str:
    return '"' + row.replace('"', '""') + '"'


@pytest.mark.parametrize("rows", [ROWS, PLAIN], ids=["quoted", "plain"])
@pytest.mark.parametrize("header", [HEADER, _in_one_cell(HEADER)], ids=["plain", "in one cell"])
def test_rows_that_stand_in_one_cell_are_read_and_told(header: str, rows: list[str]) -> None:
    records, repairs, _ = read(table([_in_one_cell(row) for row in rows], header))

    assert [record.doi for record in records] == [f"10.1000/{n}" for n in range(100)]
    assert [author.family for author in records[0].authors] == ["Roe"]
    assert [one.line for one in repairs][-100:] == list(range(2, 102))


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        ("病院の研究", "shift_jis"),
        ("医院的研究", "gb18030"),
        ("Больница", "cp1251"),
        ("Łódź i gęś", "cp1250"),
    ],
)
def test_letters_that_read_as_no_western_text_are_told(words: str, codec: str) -> None:
    text = table([row.replace("On ferns", f"{words} ferns") for row in ROWS]).encode(codec)

    events = list(read_import(io.BytesIO(text), "export").events)

    (told,) = [event for event in events if isinstance(event, Repair)]
    assert "save the file as UTF-8" in told.what


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_western_letters_are_read_without_a_word(codec: str) -> None:
    words = "Soins “à domicile” – für Ältere, año, œuvre"
    text = table([row.replace("On ferns", words) for row in ROWS]).encode(codec)

    events = list(read_import(io.BytesIO(text), "export").events)

    assert [event for event in events if isinstance(event, Repair)] == []


def test_a_title_with_commas_and_nothing_beside_it_stays_one_cell() -> None:
    rows = [*PLAIN[:3], '"Care, cost, 2001, quality, hope",,,,', *PLAIN[4:]]

    records, repairs, _ = read(table(rows))

    assert (records[3].title, repairs) == ("Care, cost, 2001, quality, hope", [])
