"""A RIS record taken whole is what reading it line by line makes of it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.imports.domain.result import ImportEvent
from services.search.imports.formats.reader import read_import
from services.search.imports.formats.ris import reader

LINES = (
    "TY  - JOUR",
    "TY  - ",
    "ER  - ",
    "ER  -",
    "ER  - 10 mg a day",
    "AU  - Curie, Marie",
    "AU  - ",
    "TI  - Radium  and polonium",
    "AB  - First line of a text",
    "with a second line",
    "and  ER - no end",
    "PY  - 1903/05/01/",
    "DO  - https://doi.org/10.1000/ABC",
    "KW  - radium; polonium",
    "XQ  - of no known tag",
    "ZZ",
    "",
)
START = "TY  - JOUR\nTI  - Begun\nER  - \n\n"


def events(text: str) -> list[ImportEvent]:
    """What reading the file gives."""
    return list(read_import(io.BytesIO(text.encode()), "x.ris").events)


@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_taken_whole_or_line_by_line_a_file_gives_the_same(lines: list[str]) -> None:
    text = START + "\n".join(lines)
    whole = events(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "plain_record", lambda *_: None)
        assert events(text) == whole


def test_a_record_with_a_wrapped_abstract_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader.RisReader, "_odd", lambda *_: pytest.fail("read line by line"))
    record = "TY  - JOUR\nTI  - A title\nAB  - One line\nand another one\nKW  - x\nER  - \n\n"
    (first, _) = events(record * 2)
    assert first.bibliography.abstract == "One line and another one"  # type: ignore[union-attr]
