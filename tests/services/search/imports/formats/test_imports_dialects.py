"""What the exports of databases and tools call things, each in a line or two of their own."""

import io
from typing import Any

import pytest

from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from tests.services.search.imports.formats.written import (
    COLUMNS,
    REFERENCES,
    expected,
    read,
    rows,
    workbook,
)


def _only(text: str) -> Bibliography:
    events = list(read_import(io.BytesIO(text.encode()), "export").events)
    records = [event for event in events if isinstance(event, SourceRecord)]
    assert len(records) == 1
    return records[0].bibliography


def _ris(lines: str) -> str:
    return f"TY  - JOUR\nTI  - Trust\n{lines}\nER  - \n"


RIS_SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "Cochrane's year, number and source": (
        "YR  - 2019\nNO  - 2\nSO  - Lancet",
        {"year": 2019, "issue": "2", "journal": "Lancet"},
    ),
    "Cochrane's PubMed number": ("C3  -  EMBASE 643589775,PUBMED 38407106", {"pmid": "38407106"}),
    "Cochrane's Embase number is no PMID": ("C3  - EMBASE 643589775", {"pmid": None}),
    "a DOI tag of three letters": ("DOI - 10.1016/x.1", {"doi": "10.1016/x.1"}),
    "Ovid's encoded DOI": (
        "DO  - https://dx.doi.org/10.1016/S0140-6736%2819%2931205-X",
        {"doi": "10.1016/s0140-6736(19)31205-x"},
    ),
    "PsycINFO's DOI in M3": ("M3  - doi:10.1176/a.1", {"doi": "10.1176/a.1"}),
    "a type of publication in M3": ("M3  - Article", {"doi": None, "extra": (("M3", "Article"),)}),
    "another paper's DOI in a sentence": ("N1  - Erratum in 10.1176/a.1", {"doi": None}),
    "two people in one value": (
        "AU  - Brown, I. and Lyng, Kai\nAU  - Centre for Trust, Health and Care",
        {
            "authors": (
                Author(family="Brown", given="I."),
                Author(family="Lyng", given="Kai"),
                Author(family="Centre for Trust", given="Health and Care"),
            )
        },
    ),
    "Scholar's initials first": (
        "AU  - JA van der Berg\nAU  - B. Jones\nAU  - WHO Group",
        {
            "authors": (
                Author(family="van der Berg", given="JA"),
                Author(family="Jones", given="B."),
                Author(collective="WHO Group"),
            )
        },
    ),
}


@pytest.mark.parametrize("what", RIS_SAID)
def test_a_dialect_of_ris_is_understood(what: str) -> None:
    lines, said = RIS_SAID[what]

    record = _only(_ris(lines))

    assert {name: getattr(record, name) for name in said} == said


TABLES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Scopus: full names without their numbers": (
        "Authors,Author full names,Title,Source title,Source",
        '"Smith J.; Jones B.","Smith, John (57204169426); Jones, Bea (7102189418)",T,Lancet,Scopus',
        {
            "authors": (
                Author(family="Smith", given="John"),
                Author(family="Jones", given="Bea"),
            ),
            "journal": "Lancet",
        },
    ),
    "Publish or Perish": (
        "Cites,Authors,Title,Year,Source,StartPage,EndPage",
        '12,"J Smith, B Jones",T,2019,The Lancet,5,9',
        {
            "authors": (Author(family="Smith", given="J"), Author(family="Jones", given="B")),
            "journal": "The Lancet",
            "pages": "5-9",
        },
    ),
    "Web of Science, tags as columns": (
        "PT\tAU\tAF\tTI\tSO\tDE\tID\tAB\tPY\tBP\tEP\tDI\tPM",
        "J\tSmith, J\tSmith, John\tT\tLANCET\ta; b\tC\tAbs\t2019\t5\t9\t10.1016/x.1\t312",
        {
            "authors": (Author(family="Smith", given="John"),),
            "keywords": ("a", "b", "C"),
            "pages": "5-9",
            "doi": "10.1016/x.1",
            "pmid": "312",
            "abstract": "Abs",
        },
    ),
    "PubMed's closing full stop": (
        "PMID,Title,Authors",
        '312,T,"Smith J, Jones B."',
        {"authors": (Author(family="Smith", given="J"), Author(family="Jones", given="B"))},
    ),
    "Dimensions": ("Title,PubYear,Pagination", "T,2019,5-9", {"year": 2019, "pages": "5-9"}),
    "ClinicalTrials.gov": (
        "NCT Number,Study Title,Brief Summary",
        "NCT01234567,T,Abs",
        {"title": "T", "abstract": "Abs", "trial_ids": ("NCT01234567",)},
    ),
    "OpenAlex": (
        "id,display_name,publication_year,authorships.raw_author_name",
        "W1,T,2019,Bea Jones",
        {"title": "T", "authors": (Author(family="Jones", given="Bea"),)},
    ),
    "an ampersand before the last author": (
        "Title,Authors,Year",
        'T,"Smith, J., Jones, B., & Brown, C.",2019',
        {
            "authors": (
                Author(family="Smith", given="J."),
                Author(family="Jones", given="B."),
                Author(family="Brown", given="C."),
            )
        },
    ),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_dialect_of_tables_is_understood(what: str) -> None:
    header, row, said = TABLES[what]

    record = _only(f"{header}\n{row}\n")

    assert {name: getattr(record, name) for name in said} == said


def test_what_full_names_replace_is_kept() -> None:
    header, row, _ = TABLES["Scopus: full names without their numbers"]

    extra = dict(_only(f"{header}\n{row}\n").extra)

    assert extra["authors (short)"] == "Smith J.; Jones B."
    assert extra["author full names"] == "Smith, John (57204169426); Jones, Bea (7102189418)"


def test_refworks_tagged_format_is_read() -> None:
    text = (
        "RT Journal Article\nSR Electronic\nA1 Smith,John\nT1 Trust\nYR 2019\nJF Lancet\n"
        "VO 3\nIS 2\nSP 5\nOP 9\nK1 a\nK1 b\nDO 10.1016/x.1\n\n"
        "RT Book, Whole\nA1 Two,X\nT1 Second\n"
    )

    records, notes, found = read(text)

    assert (found, notes, [one.title for one in records]) == ("refworks", [], ["Trust", "Second"])
    assert (records[0].pages, records[0].keywords) == ("5-9", ("a", "b"))


def test_ovid_values_at_the_margin_are_values() -> None:
    record = _only("<1>\nUnique Identifier\n31234567\nTitle\nTrust in care\nAuthors\nSmith J\n")

    assert (record.title, record.authors[0].family) == ("Trust in care", "Smith")


def test_a_citation_quoted_in_a_letter_is_read_below_its_signs() -> None:
    lines = ("PMID- 312", "OWN - NLM", "DP  - 2001", "AU  - Roe C", "TI  - Trust", "      and care")

    record = _only("".join(f"> {line}\n" for line in lines) + ">\n> \n>\n")

    assert (record.pmid, record.title) == ("312", "Trust and care")


def test_latex_signs_are_read() -> None:
    record = _only("@article{a, title = {A {\\textgreater} B}, abstract = {5{\\%} and a } brace}}")

    assert (record.title, record.abstract) == ("A > B", "5% and a  brace".replace("  ", " "))


def test_a_formula_without_its_result_is_read_as_what_it_shows() -> None:
    linked = [
        [
            cell if at != 7 else f'=HYPERLINK("https://doi.org/{cell}","{cell}")'
            for at, cell in enumerate(row)
        ]
        for row in rows()
    ]
    computed = [[f"={cell}" if at == 2 else cell for at, cell in enumerate(row)] for row in linked]

    records, notes, found = read(workbook([[COLUMNS, *computed]]))

    assert (records, notes, found) == (expected(), [], "xlsx")


def test_every_sheet_with_a_header_row_is_read_and_the_others_told() -> None:
    book = workbook(
        [
            [["Notes"], ["x"]],
            [COLUMNS, *rows(REFERENCES[:3])],
            [["Export"], COLUMNS, *rows(REFERENCES[3:])],
        ]
    )

    records, notes, _ = read(book)

    assert records == expected()
    assert notes


@pytest.mark.parametrize(
    "text",
    [
        "SR Electronic\nA1 Smith,John\nYR 2019\n\nRT Book\nA1 Roe,Jane\nT1 Second\n",
        "%A Smith, John\n%D 2019\n\n%0 Book\n%A Roe, Jane\n\t%T Second\n%A Doe, Ann\n",
        "OWN - NLM\nAU  - Smith J\nDP  - 2019\n\nPMID- 2\nTI  - Second\nAU  - Roe J\n",
    ],
    ids=["refworks", "enw", "nbib"],
)
def test_a_first_record_that_lost_its_first_line_and_title_is_not_joined_to_the_next(
    text: str,
) -> None:
    records = [
        event
        for event in read_import(io.BytesIO(text.encode()), "x").events
        if isinstance(event, SourceRecord)
    ]
    assert [one.bibliography.authors[0].family for one in records] == ["Smith", "Roe"]
