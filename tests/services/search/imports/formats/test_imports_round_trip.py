"""What is written reads back as it was, in every format, whatever it holds."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.imports.exports.csv import write_csv
from services.search.imports.exports.nbib import write_nbib
from services.search.imports.exports.ris import write_ris
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Author, Bibliography, Link, SourceRecord
from tests.support.generated import examples

FULL = Bibliography(
    kind="conference",
    title="Trust & care: a <realist> review",
    abstract="Background: p < 0.05. “Quoted” – dashed; semi-colons, too.",
    authors=(
        Author(family="Curie", given="Marie", orcid="0000-0001-2345-678X"),
        Author(family="van der Berg", given="J. P.", affiliations=("Univ A, Paris", "Univ B")),
        Author(collective="RECO Study Group"),
    ),
    year=2021,
    journal="Journal of Trials",
    volume="12 Suppl 1",
    issue="3",
    pages="e11-e19",
    publisher="Wiley",
    language="eng",
    doi="10.1234/abc(1)",
    pmid="12345678",
    pmcid="PMC123456",
    issns=("1234-567X", "8765-4321"),
    isbns=("9781234567897",),
    keywords=("realist review", "care; continuity", "=SUM(A1)"),
    mesh=("Humans", "Stroke/therapy"),
    publication_types=("Journal Article", "Review"),
    trial_ids=("NCT01234567",),
    grants=("R01/NIH/US",),
    links=(Link(kind="RetractionIn", pmid="999", citation="J 2022;1:2"),),
    references=("Noether E. 1918", "Curie M. 1903"),
    urls=("https://example.org/a?b=1;c=2",),
    extra=(("N1", "a note"), ("Cited by", "12"), ("AD", "Somewhere")),
)
BARE = Bibliography(title="Only a title")
EMPTY = Bibliography(kind="other")

WRITERS = {
    "ris": write_ris,
    "nbib": write_nbib,
    "csv": lambda some: write_csv(("id", one) for one in some),
}


def _again(format_name: str, some: list[Bibliography]) -> list[Bibliography]:
    written = "".join(WRITERS[format_name](some)).encode()
    found = read_import(io.BytesIO(written), "export")
    assert found.format == format_name
    return [event.bibliography for event in found.events if isinstance(event, SourceRecord)]


@pytest.mark.parametrize("format_name", WRITERS)
def test_what_is_written_reads_back_as_it_was(format_name: str) -> None:
    assert _again(format_name, [FULL, BARE]) == [FULL, BARE]


def test_a_record_that_says_nothing_survives_ris() -> None:
    assert _again("ris", [EMPTY, BARE]) == [EMPTY, BARE]


def test_no_cell_of_a_csv_export_begins_like_a_formula() -> None:
    risky = Bibliography(title="=HYPERLINK(1)", abstract="@cmd", journal="+1", volume="-2")
    written = "".join(WRITERS["csv"]([risky]))

    row = list(csv.reader(io.StringIO(written)))[1]

    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert _again("csv", [risky]) == [risky]


WORD = st.text("abcxyzABCXYZ0189éüßøñçαβж-", min_size=1, max_size=12)
TEXT = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
AUTHOR = st.one_of(
    st.builds(Author, family=WORD, given=TEXT),
    st.builds(Author, collective=TEXT),
    st.builds(Author, family=WORD, given=WORD, affiliations=st.tuples(TEXT)),
)
BIBLIOGRAPHY = st.builds(
    Bibliography,
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(AUTHOR, max_size=4).map(tuple),
    year=st.none() | st.integers(1900, 2099),
    journal=TEXT,
    volume=st.integers(1, 99).map(str),
    pages=st.sampled_from(["", "1", "1-9", "e12", "123-9", "S1-S10"]),
    keywords=st.lists(TEXT, max_size=4, unique=True).map(tuple),
    mesh=st.lists(TEXT, max_size=3, unique=True).map(tuple),
    extra=st.lists(st.tuples(WORD, TEXT), max_size=3, unique=True).map(tuple),
)


@pytest.mark.parametrize("format_name", WRITERS)
@settings(max_examples=examples(60), deadline=None)
@given(some=st.lists(BIBLIOGRAPHY, min_size=1, max_size=3))
def test_any_bibliography_reads_back_as_it_was(format_name: str, some: list[Bibliography]) -> None:
    assert _again(format_name, some) == some
