"""What spreadsheets and data frames leave in cells never becomes a value of its field."""

import datetime
import io

from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from tests.services.search.imports.formats.written import workbook


def _read(octets: bytes) -> tuple[list[Bibliography], list[Repair], list[Rejection]]:
    events = list(read_import(io.BytesIO(octets), "export").events)
    records = [event.bibliography for event in events if isinstance(event, SourceRecord)]
    repairs = [event for event in events if isinstance(event, Repair)]
    return records, repairs, [event for event in events if isinstance(event, Rejection)]


def test_a_rounded_pmid_names_no_article() -> None:
    records, repairs, _ = _read(
        b"Title;Year;DOI;PMID\nOne;2019;10.1000/a;1,23457E+07\nTwo;2019;10.1000/b;2.34568e+07\n"
    )

    assert [record.pmid for record in records] == [None, None]
    assert [dict(record.extra)["PMID (as written)"] for record in records] == [
        "1,23457E+07",
        "2.34568e+07",
    ]
    assert [repair.line for repair in repairs] == [2, 3]
    assert all("rounded the PMID" in repair.what for repair in repairs)


def test_whole_numbers_lose_the_point_that_a_data_frame_gave_them() -> None:
    records, repairs, _ = _read(
        b"title,year,volume,issue,pmid\nOne,2019.0,12.0,3.0,12345678.0\nTwo,2019,12,3,7\n"
    )

    assert (records[0].year, records[0].volume, records[0].issue) == (2019, "12", "3")
    assert records[0].pmid == "12345678"
    assert ("volume (as written)", "12.0") in records[0].extra
    assert {repair.line for repair in repairs} == {2}


def test_a_word_for_nothing_is_no_value() -> None:
    records, repairs, _ = _read(
        b"Title,Authors,Abstract,DOI,Note\nOne,NaN,nan,#N/A,nan\n#REF!,null,Abs,10.1000/a,\n"
    )

    assert (records[0].authors, records[0].abstract, records[0].doi) == ((), "", None)
    assert (records[1].title, records[1].authors) == ("", ())
    assert ("Note", "nan") in records[0].extra
    assert ("Title (as written)", "#REF!") in records[1].extra
    assert [repair.line for repair in repairs] == [2, 2, 2, 3, 3]


def test_a_date_that_a_spreadsheet_made_of_pages_is_put_aside() -> None:
    day = datetime.date(2010, 5, 10)
    sheet = [["Title", "Year", "Pages", "Issue"], ["One", day, day, day]]

    records, repairs, _ = _read(workbook([sheet]))

    assert (records[0].year, records[0].pages, records[0].issue) == (2010, "", "")
    assert ("Pages (as written)", "2010-05-10") in records[0].extra
    assert [repair.line for repair in repairs] == [2]


def test_a_date_without_separators_has_a_year() -> None:
    records, _, _ = _read(b"Title,Publication Date,ISSN\nOne,20200215,0140-6736\nTwo,20201,1\n")

    assert [record.year for record in records] == [2020, None]


def test_a_sheet_without_columns_is_told_beside_one_with() -> None:
    sheets = [[["Title", "Year"], ["One", 2001]], [["Read me", "first"]], []]

    records, _, rejections = _read(workbook(sheets))

    assert [record.title for record in records] == ["One"]
    assert ["no row that names columns" in told.why for told in rejections] == [True]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line() -> None:
    rows = "".join(f'T{n},"Roe, C",2002,"Fine",10.1000/{n}\n' for n in range(3, 9))
    text = f'Title,Authors,Year,Abstract,DOI\nT2,"Roe, C",2001,"Never closed,10.1000/2\n{rows}'

    records, repairs, _ = _read(text.encode())

    assert [record.title for record in records] == [f"T{n}" for n in range(2, 9)]
    assert records[0].abstract == "Never closed,10.1000/2"
    assert [record.doi for record in records[1:]] == [f"10.1000/{n}" for n in range(3, 9)]
    assert repairs == [Repair(2, "a quotation mark is never closed")]


def test_a_quotation_mark_that_swallows_the_whole_file_costs_its_own_line() -> None:
    rows = "".join(f"T{n},Roe C,2002,{'fine ' * 20},10.1000/{n}\n" for n in range(60_000))
    text = f'Title,Authors,Year,Abstract,DOI\nT,Roe C,2001,"Never closed,10.1000/2\n{rows}'

    records, repairs, _ = _read(text.encode())

    assert (len(records), records[-1].doi) == (60_001, "10.1000/59999")
    assert repairs == [Repair(2, "a quotation mark is never closed")]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    records, repairs, _ = _read(
        b'Title,Authors,Year,Abstract,DOI\nOne,"Roe, C",2002,"a\nb,c,d,e,f\ng",10.1000/1\n'
    )

    assert (len(records), records[0].abstract, repairs) == (1, "a b,c,d,e,f g", [])


def test_embases_fields_by_row_are_records() -> None:
    text = """"TITLE","First"
"AUTHOR NAMES","Smith J.","Doe A."
"SOURCE TITLE","Lancet"
"PUBLICATION YEAR","2020"

"TITLE","Second"
"AUTHOR NAMES","Roe C."
"ABSTRACT","Abs"
"TITLE","Third"
"DOI","10.1000/3"
"""
    records, _, rejections = _read(text.encode())

    assert [record.title for record in records] == ["First", "Second", "Third"]
    assert records[0].authors == (
        Author(family="Smith", given="J."),
        Author(family="Doe", given="A."),
    )
    assert (records[0].journal, records[0].year) == ("Lancet", 2020)
    assert (records[1].abstract, records[2].doi, rejections) == ("Abs", "10.1000/3", [])
