"""Files in which one format follows another, and lines that only look as if one did."""

import io
from itertools import permutations

import pytest

from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import SourceRecord

PARTS = {
    "ris": "TY  - JOUR\nTI  - Of ris\nAU  - Roe, C\nER  - \n\n",
    "nbib": "PMID- 312\nOWN - NLM\nTI  - Of nbib\nAU  - Roe C\n\n",
    "wos": "FN Clarivate Analytics\nVR 1.0\nPT J\nTI Of wos\nAU Roe, C\nER\n\nEF\n\n",
    "enw": "%0 Journal Article\n%T Of enw\n%A Roe, C\n\n",
    "bibtex": "@article{roe,\n  title = {Of bibtex},\n  author = {Roe, C}\n}\n\n",
}


def _events(text: str) -> list[ImportEvent]:
    return list(read_import(io.BytesIO(text.encode()), "export").events)


@pytest.mark.parametrize("order", list(permutations(PARTS, 2)), ids="-".join)
def test_two_formats_in_one_file_are_both_read(order: tuple[str, str]) -> None:
    first, second = (PARTS[name] for name in order)

    events = _events(first + second + first)

    records = [event for event in events if isinstance(event, SourceRecord)]
    titles = [record.bibliography.title for record in records]
    assert titles == [f"Of {order[0]}", f"Of {order[1]}", f"Of {order[0]}"]
    lines = (first + second + first).splitlines()
    assert all(
        "roe" in f"{lines[one.line - 1 : one.line + 5]}".lower() for one in records if one.line
    )
    told = [event for event in events if isinstance(event, Repair) and "from here" in event.what]
    assert [one.line for one in told] == [first.count("\n") + 1, (first + second).count("\n") + 1]


def test_a_line_of_another_format_inside_a_text_is_text() -> None:
    text = (
        "TY  - JOUR\nTI  - T\nAB  - In MEDLINE a record begins so:\nPMID- 312\n@article{x,\n"
        "%0 Journal Article\nPY  - 2001\nER  - \n"
    )
    records = [event for event in _events(text) if isinstance(event, SourceRecord)]

    assert len(records) == 1
    assert records[0].bibliography.year == 2001
    assert "PMID- 312 @article{x, %0 Journal Article" in records[0].bibliography.abstract


def test_what_heads_an_export_of_ovid_is_no_record() -> None:
    text = "VN  - Ovid Technologies\nDB  - Ovid MEDLINE\n\n<1>\nUI  - 32000000\nTI  - T\nAB  - A\n"

    events = _events(text)

    assert [type(event) for event in events] == [Rejection, SourceRecord]


def test_a_missing_end_is_told_in_a_file_of_the_web_of_science() -> None:
    events = _events("FN Clarivate X\nVR 1.0\nPT J\nTI A\n\nPT J\nTI B\n")

    assert [event.line for event in events if isinstance(event, Repair)] == [6, 7]
    assert len(events) == 4


def test_a_per_cent_at_the_beginning_of_a_line_is_no_tag() -> None:
    events = _events("%0 Journal Article\n%T T\n%X Of all\n%50 of them\n%D 2001\n")

    record = events[-1]
    assert isinstance(record, SourceRecord)
    assert record.bibliography.abstract == "Of all %50 of them"
    assert record.bibliography.year == 2001


def test_an_export_without_hits_is_told_and_no_refusal() -> None:
    (told,) = _events("FN Clarivate Analytics Web of Science\nVR 1.0\nEF\n")

    assert told == Rejection(1, "no record could be read in the file")
