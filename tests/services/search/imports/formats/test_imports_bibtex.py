"""What BibTeX means beyond its fields: braces, crossref, LaTeX in names and identifiers."""

import io

import pytest

from services.search.imports.domain.result import ImportEvent, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Author, Bibliography, SourceRecord


def _events(text: str) -> list[ImportEvent]:
    return list(read_import(io.BytesIO(text.encode()), "x.bib").events)


def _records(text: str) -> list[Bibliography]:
    return [event.bibliography for event in _events(text) if isinstance(event, SourceRecord)]


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("{Barnes and Noble Inc.}", (Author(collective="Barnes and Noble Inc."),)),
        (
            "{World Health Organization} and M{\\'e}ndez, J.~P.",
            (
                Author(collective="World Health Organization"),
                Author(family="Méndez", given="J. P."),
            ),
        ),
        (
            "Br{\\o}nn, {\\AA}. and\n  Lyng, Kai and others",
            (Author(family="Brønn", given="Å."), Author(family="Lyng", given="Kai")),
        ),
        (
            "{Brown, Ida and Lyng, Kai}",
            (Author(family="Brown", given="Ida"), Author(family="Lyng", given="Kai")),
        ),
        ("{Brown, Ida}", (Author(family="Brown", given="Ida"),)),
    ],
)
def test_and_divides_names_outside_braces_only(written: str, authors: tuple[Author, ...]) -> None:
    records = _records(f"@article{{a,\n author = {{{written}}},\n title = {{T}}\n}}\n")

    assert records[0].authors == authors


def test_a_doi_and_an_address_lose_what_latex_escapes() -> None:
    record = _records(
        "@article{a, doi = {10.1007/978-3-030-12345-6\\_12},\n"
        " url = {\\url{https://x.org/a\\_b~c?x=1\\&y=50\\%25}}, title = {T}}\n"
    )[0]

    assert record.doi == "10.1007/978-3-030-12345-6_12"
    assert record.urls == ("https://x.org/a_b~c?x=1&y=50%25",)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("$\\beta$-blockers and $n$ of $<$10", "β-blockers and n of <10"),
        ("Costs of \\$5 and \\$6", "Costs of $5 and $6"),
        ("Costs of $5 or $6 a day", "Costs of $5 or $6 a day"),
    ],
)
def test_signs_of_mathematics_are_taken_off_mathematics_only(written: str, title: str) -> None:
    assert _records(f"@article{{a, title = {{{written}}}}}\n")[0].title == title


CHILD = "@inproceedings{c, title = {Child}, pages = {3--9}, crossref = {Conf}}\n"
PARENT = "@proceedings{conf, title = {Proc of Conf}, year = 2011, publisher = {ACM}}\n"


@pytest.mark.parametrize("text", [CHILD + PARENT, PARENT + CHILD])
def test_an_entry_inherits_from_the_one_it_refers_to(text: str) -> None:
    records = {record.title: record for record in _records(text)}

    child = records["Child"]
    assert len(records) == 2
    assert (child.journal, child.year, child.publisher) == ("Proc of Conf", 2011, "ACM")
    assert child.pages == "3-9"


def test_an_entry_that_refers_to_nothing_in_the_file_is_read_as_it_is() -> None:
    records = _records(CHILD + "@article{b, title = {Other}}\n")

    assert sorted(record.title for record in records) == ["Child", "Other"]


def test_missing_commas_are_told_and_cost_no_value() -> None:
    events = _events("@article{key1\n title = {T}\n author = {A, B}\n year = 2001\n}\n")

    record = events[-1]
    assert isinstance(record, SourceRecord)
    assert (record.bibliography.title, record.bibliography.year) == ("T", 2001)
    assert record.bibliography.authors == (Author(family="A", given="B"),)
    assert [event.what for event in events if isinstance(event, Repair)] == [
        "no comma behind the key",
        "no comma between two fields",
    ]
