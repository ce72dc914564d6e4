"""Damage that used to lose records in silence: each is mended, or told with its line."""

import io
import zipfile

import pytest

from services.search.imports.domain.result import ImportRefused, Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Bibliography, SourceRecord
from tests.services.search.imports.small_attacks import workbook
from tests.support.reference import ROOT

HEADER = "Title,Authors,Year,DOI,Abstract"
ROWS = [
    f'"On ferns, part {n}","Roe, C",{2000 + n % 20},10.1000/{n},"Abstract {n}"' for n in range(100)
]
PLAIN = [f"On ferns {n},Roe C,{2000 + n % 20},10.1000/{n},Abstract {n}" for n in range(100)]


def read(text: str) -> tuple[list[Bibliography], list[Repair], list[Rejection]]:
    events = list(read_import(io.BytesIO(text.encode()), "export").events)
    records = [event.bibliography for event in events if isinstance(event, SourceRecord)]
    repairs = [event for event in events if isinstance(event, Repair)]
    return records, repairs, [event for event in events if isinstance(event, Rejection)]


def table(rows: list[str], header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


@pytest.mark.parametrize("at", [0, 40, 98, 99])
def test_an_unclosed_quotation_mark_in_the_last_column_costs_nothing_and_is_told(at: int) -> None:
    rows = list(ROWS)
    rows[at] = rows[at][:-1]

    records, repairs, _ = read(table(rows))

    assert len(records) == 100
    assert [record.doi for record in records] == [f"10.1000/{n}" for n in range(100)]
    assert [repair.line for repair in repairs] == [at + 2]


@pytest.mark.parametrize("at", [0, 57, 99])
def test_a_stray_quotation_mark_among_plain_rows_is_told(at: int) -> None:
    rows = list(PLAIN)
    rows[at] = rows[at].replace("Abstract", '"Abstract')

    records, repairs, _ = read(table(rows))

    assert len(records) == 100
    assert [repair.line for repair in repairs] == [at + 2]


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("rows", [ROWS, PLAIN], ids=["quoted", "plain"])
def test_an_unclosed_quotation_mark_in_the_header_is_told(column: int, rows: list[str]) -> None:
    names = HEADER.split(",")
    names[column] = '"' + names[column]

    records, repairs, _ = read(table(rows, ",".join(names)))

    assert [record.doi for record in records] == [f"10.1000/{n}" for n in range(100)]
    assert repairs[0].line == 1


@pytest.mark.parametrize("rows", [ROWS, PLAIN], ids=["quoted", "plain"])
@pytest.mark.parametrize("header", [HEADER, '"Title","Authors","Year","DOI","Abstract"'])
def test_a_line_end_lost_after_the_header_is_told_and_the_record_read(
    header: str, rows: list[str]
) -> None:
    records, repairs, rejections = read(header + table(rows[1:], rows[0]))

    assert (len(records), rejections) == (100, [])
    assert [record.doi for record in records] == [f"10.1000/{n}" for n in range(100)]
    assert "header row" in repairs[0].what


def test_a_record_that_cannot_be_parted_from_the_header_is_told() -> None:
    text = table(PLAIN[1:], "Title,Authors,Year,DOI,Remark" + PLAIN[0])

    records, _, rejections = read(text)

    assert len(records) == 99
    assert (rejections[0].line, "header row" in rejections[0].why) == (1, True)


def test_a_table_cut_to_its_header_is_told() -> None:
    records, _, rejections = read(HEADER + "\n")

    assert (records, len(rejections)) == ([], 1)


def test_a_file_that_ends_inside_a_quoted_cell_is_told() -> None:
    records, repairs, _ = read(table(ROWS)[:-4])

    assert len(records) == 100
    assert [(one.line, one.what) for one in repairs] == [
        (101, "the file ends inside a quoted cell")
    ]


@pytest.mark.parametrize("cell", ["one\ntwo", "a,b\nc, d, e, f, g\nh", 'he said ""no""\nand left'])
def test_a_cell_that_spans_lines_stays_one(cell: str) -> None:
    rows = [*ROWS[:3], f'Four,"Roe, C",2001,10.1000/x,"{cell}"', *ROWS[4:]]

    records, repairs, _ = read(table(rows))

    assert (len(records), repairs) == (100, [])
    assert records[3].abstract == " ".join(cell.replace('""', '"').split())


RIS = "TY  - JOUR\nTI  - On ferns\nPY  - 2001\nER  - \n"
MANUAL = f"""# A manual

This tool reads exports of references from many databases.
Every record is kept as it came, and what was odd is told.

```
{RIS}```

## Further formats

BibTeX is read as well, as the following example shows at once:

    @article{{ferns, title = {{On ferns}}, year = 2001}}

What cannot be read is refused, and the reason is told to the reader.
"""


def test_a_manual_that_quotes_records_is_no_export() -> None:
    with pytest.raises(ImportRefused, match="quotes references"):
        read(MANUAL)


def test_every_text_of_the_project_is_refused() -> None:
    found = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        try:
            found += read(path.read_text())[0]
        except ImportRefused:
            continue
    assert found == []


def test_a_long_abstract_without_tags_on_its_lines_is_no_prose() -> None:
    wrapped = "and the words of an abstract go on over many lines\n" * 15
    text = "".join(f"TY  - JOUR\nTI  - Part {n}\nAB  - One\n{wrapped}ER  - \n" for n in range(3))

    assert len(read(text)[0]) == 3


@pytest.mark.parametrize("year", ["20x1", "in press", "20²4", "n.d."])
def test_a_year_that_is_none_is_told_and_kept(year: str) -> None:
    for text in (RIS.replace("2001", year), table([f"On ferns,Roe C,{year},10.1000/1,A"])):
        (record,), repairs, _ = read(text)
        assert record.year is None
        assert year in dict(record.extra).values()
        assert [year in repair.what for repair in repairs] == [True]


def test_a_record_without_title_and_identifier_is_told() -> None:
    records, repairs, _ = read(RIS.replace("TI  - On ferns\n", "AU  - Roe, C\n"))

    assert len(records) == 1
    assert [repair.what for repair in repairs] == [
        "the record has neither a title nor an identifier"
    ]


def test_what_is_told_of_very_many_records_is_told_of_the_first_and_then_once() -> None:
    what = "the record has neither a title nor an identifier"
    records, repairs, rejections = read("TY  - JOUR\nER  - \n" * 200_000 + RIS.replace("2001", "x"))

    assert (len(records), rejections) == (200_001, [])
    assert repairs == [
        *(Repair(line, what) for line in range(1, 201, 2)),
        Repair(400_001, "'x' is no year; it is kept, and the year is unknown"),
        Repair(201, f"{what}: 199,900 times from this line on"),
    ]


def test_what_was_left_to_tell_is_told_before_a_refusal() -> None:
    text = "TY  - JOUR\nER  - \n" * 180 + "TY  - JOUR\nTI  - " + "x\n" * (20 << 20)
    events = read_import(io.BytesIO(text.encode()), "export").events
    told: list[object] = []
    with pytest.raises(ImportRefused):
        told.extend(events)

    assert str(told[-1]).endswith(": 80 times from this line on')")


def test_merged_cells_are_told_with_their_row() -> None:
    octets = workbook(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>On ferns</t></is></c></row>',
        after='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>',
    )
    told, record = read_import(io.BytesIO(octets), "export").events

    assert isinstance(record, SourceRecord)
    assert told == Repair(2, "the cells A2:A3 are merged; only the first of them has the value")


@pytest.mark.parametrize("end", ["\u0085", "\u2028", "\u2029", "\r\u2028"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_lines_ended_by_an_odd_sign_are_read_and_told(end: str, codec: str) -> None:
    for text in (RIS * 20_000, table(PLAIN)):
        octets = text.replace("\n", end).encode(codec)
        events = list(read_import(io.BytesIO(octets), "export").events)

        assert sum(isinstance(event, SourceRecord) for event in events) == text.count("ferns")
        assert any("odd sign" in event.what for event in events if isinstance(event, Repair))


def test_lines_ended_by_windows_own_odd_sign_are_lines() -> None:
    octets = (RIS * 3).replace("\n", "\x85").encode("latin-1")

    events = list(read_import(io.BytesIO(octets), "export").events)

    assert sum(isinstance(event, SourceRecord) for event in events) == 3
    assert any("odd sign" in event.what for event in events if isinstance(event, Repair))


def test_a_sheet_that_its_workbook_does_not_list_is_told() -> None:
    octets = io.BytesIO(workbook('<row r="2"><c r="B2"><v>2001</v></c></row>'))
    with zipfile.ZipFile(octets, "a") as archive:
        archive.writestr("xl/worksheets/sheet2.xml", "<worksheet/>")

    *_, told = read_import(io.BytesIO(octets.getvalue()), "export").events

    assert isinstance(told, Rejection)
    assert "1 of 2 sheets are not listed" in told.why


def test_rows_beyond_the_size_a_sheet_says_of_itself_are_read() -> None:
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>2001</v></c></row>' for n in range(2, 12))
    octets = workbook(rows, sheet_head='<dimension ref="A1:D2"/>')

    events = list(read_import(io.BytesIO(octets), "export").events)

    assert sum(isinstance(event, SourceRecord) for event in events) == 10


def test_a_title_behind_a_lost_line_break_is_read_and_told() -> None:
    text = "%0 Journal Article\n%A Roe, C.%T Ferns in schools\n%J Ferns\n%D 2001\n%R 10.1000/1\n\n"
    text += "%0 Journal Article\n%A Roe, C.\n%T Ferns at 100%T or less\n%D 2002\n\n"

    records, repairs, rejections = read(text)

    assert [r.title for r in records] == ["Ferns in schools", "Ferns at 100%T or less"]
    assert [author.family for author in records[0].authors] == ["Roe"]
    assert [(r.line, r.what) for r in repairs] == [(1, "line break before %T is lost")]
    assert rejections == []


def test_a_record_whose_tag_is_damaged_and_that_is_cut_off_is_told() -> None:
    article = (
        "<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><Journal><Title>Ferns</Title>"
        "</Journal><ArticleTitle>Ferns {n}</ArticleTitle></Article></MedlineCitation>"
        "</PubmedArticle>\n"
    )
    whole = "<PubmedArticleSet>\n" + "".join(article.format(n=n) for n in range(1, 4))
    last = whole.rindex("<PubmedArticle>")
    cut = (whole[:last] + whole[last:].replace("<PubmedArticle>", "<pubmedArticle>"))[:-40]

    records, _, rejections = read(cut)

    assert [r.title for r in records] == ["Ferns 1", "Ferns 2"]
    assert len(rejections) == 1
    assert "3" in rejections[0].raw
