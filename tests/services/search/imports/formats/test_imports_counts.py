"""Exactly as many records as a person counts in each reference file, and why the list differs."""

import csv
from pathlib import Path

import pytest

from services.search.imports.domain.result import ImportEvent, Rejection
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import SourceRecord
from tests.support.reference import reference

# The list of expected numbers was made by counting lines. Each of these files was opened
# and its records counted by eye; the list's number counts something that is no record.
BY_EYE = {
    "asreview-cff/_baseline_embase.csv": (
        10,
        "14 lines: search query, rule, blank line, header, ten references. The list counts "
        "every line that is not blank, less one: the query and the rule with the references.",
    ),
    "asreview-cff/_baseline_excel.csv": (
        10,
        "The same file saved by a spreadsheet, in which the blank line became a row of "
        "semicolons: the list counts query, rule and that row with the ten references.",
    ),
    "colrev/enl_data.enl": (
        3,
        "Three blocks with a title each, the third (a table of contents) without '%0'. The "
        "list counts '%0' lines.",
    ),
    "colrev/ais_enl.txt": (
        6,
        "Six blocks with a title each, two of which have a '%0' line. The list counts those.",
    ),
    "colrev/nbib_data.nbib": (
        1,
        "One ERIC reference, which has no PMID. The list counts 'PMID-' lines.",
    ),
    "colrev/eric_nbib.nbib": (
        1,
        "One ERIC reference, which has no PMID. The list counts 'PMID-' lines.",
    ),
}


def _listed() -> list[tuple[Path, str, int]]:
    home = reference("imports")
    with (home / "MANIFEST.tsv").open(encoding="utf-8") as listed:
        rows = [row for row in csv.DictReader(listed, delimiter="\t") if row["expected_records"]]
    return [(home / row["file"], row["file"], int(row["expected_records"])) for row in rows]


def _events(path: Path) -> list[ImportEvent]:
    with path.open("rb") as stream:
        return list(read_import(stream, path.name).events)


def test_every_reference_file_gives_exactly_its_records() -> None:
    wrong = {}
    for path, name, number in _listed():
        expected = BY_EYE[name][0] if name in BY_EYE else number
        count = sum(isinstance(event, SourceRecord) for event in _events(path))
        if count != expected:
            wrong[name] = (count, expected)
    assert wrong == {}


@pytest.mark.parametrize(
    "name", ["asreview-cff/_baseline_embase.csv", "asreview-cff/_baseline_excel.csv"]
)
def test_each_row_that_is_no_record_is_told_with_its_line_and_its_reason(name: str) -> None:
    events = _events(reference("imports") / name)

    told = [event for event in events if isinstance(event, Rejection)]
    records = [event for event in events if isinstance(event, SourceRecord)]
    assert [(one.line, one.why) for one in told] == [
        (1, "row above the header row"),
        (2, "row above the header row"),
        (3, "row above the header row"),
    ]
    assert told[0].raw.split() == ["SEARCH", "QUERY", "dinosaur:ti"]
    # Every line of the file is accounted for: three told, the header, ten records.
    assert [one.line for one in records] == list(range(5, 15))


@pytest.mark.parametrize("name", [name for name in BY_EYE if not name.endswith(".csv")])
def test_each_title_of_a_tagged_file_is_a_record_though_its_usual_first_tag_is_missing(
    name: str,
) -> None:
    path = reference("imports") / name
    titles = [
        " ".join(line.lstrip("%T").removeprefix("I  - ").split())
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("%T ", "TI  - "))
    ]

    records = [event for event in _events(path) if isinstance(event, SourceRecord)]

    assert [one.bibliography.title for one in records] == titles
