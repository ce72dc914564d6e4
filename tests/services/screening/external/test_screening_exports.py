"""Exports as the tools really write them: archives, spreadsheets, code sets, times, notes."""

import csv
import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.external.adapters.files import text_of
from services.screening.external.domain.external_decisions import external_decisions
from services.screening.external.domain.matching import LibraryRecord, match_lines, title_key
from services.screening.external.domain.tables import UnreadableExport

ASREVIEW_2 = [
    ["record_id", "title", "doi", "included", "asreview_label", "asreview_time", "asreview_note",
     "asreview_user_name", "asreview_user_email", "asreview_tag_topic_housing"],
    [0, "Housing first", "10.1/a", 0, 1, "2025-09-07 11:00:00", "yes", "Ann", "a@x", 1],
    [1, "Not seen", None, 1, None, None, None, None, None, None],
    [2, "Valves", None, 1, 0, "2025-09-07 11:05:00", None, None, "b@x", 0],
]  # fmt: skip


def as_xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["" if c is None else c for c in row] for row in rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_asreview_2_tells_who_decided_when_and_a_label_of_the_data_is_no_decision(write) -> None:
    found = external_decisions("asreview", text_of(write(ASREVIEW_2)))
    assert [(d.title, d.verdict, d.person, d.note) for d in found] == [
        ("Housing first", "include", "Ann", "yes"),
        ("Valves", "exclude", "b@x", ""),
    ]
    assert found[0].decided_at == datetime(2025, 9, 7, 11, tzinfo=UTC)


def test_asreview_1_tells_included_and_its_exported_notes() -> None:
    text = "title,included,asreview_ranking,exported_notes_1\nA,1,1,good\nB,0.0,2,\nC,,3,\n"
    found = external_decisions("asreview", text)
    assert [(d.title, d.verdict, d.note) for d in found] == [
        ("A", "include", "good"), ("B", "exclude", ""),
    ]  # fmt: skip


def test_rayyan_packs_its_articles_and_each_note_is_its_writers() -> None:
    notes = (
        'RAYYAN-INCLUSION: {"Guilherme"=>"Included","Ana"=>"Excluded"} | RAYYAN-LABELS: POMS '
        '| RAYYAN-EXCLUSION-REASONS: população errada | USER-NOTES: {"Ana"=>["not, so good"], '
        '"Guilherme"=>["good"]}'
    )
    rows = [["key", "title", "url", "notes"], [1, "T", "https://doi.org/10.1080/X.1", notes]]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("customizations_log.csv", "a,b\n" + "1,2\n" * 500)
        archive.writestr("articles.csv", as_csv(rows))
    found = external_decisions("rayyan", text_of(packed.getvalue()))
    assert [(d.person, d.verdict, d.reason, d.note, d.doi) for d in found] == [
        ("Guilherme", "include", "", "good", "10.1080/x.1"),
        ("Ana", "exclude", "população errada", "not, so good", "10.1080/x.1"),
    ]


def test_rayyan_notes_are_read_when_they_were_escaped_on_the_way() -> None:
    text = (
        "TY  - JOUR\nT1  - A title that goes\n      on\nTI  - A title that goes on\n"
        'N1  - RAYYAN-INCLUSION: {&quot;Ann&quot;=&gt;&quot;Maybe&quot;, \\"Ben\\"=>true}\n'
    )
    found = external_decisions("rayyan", text)
    assert [(d.person, d.verdict, d.title) for d in found] == [
        ("Ann", "maybe", "A title that goes on"), ("Ben", "include", "A title that goes on"),
    ]  # fmt: skip


def test_another_librarys_accession_number_is_no_pubmed_id() -> None:
    text = (
        "Title,Authors,Abstract,Published Year,Accession Number,DOI,Ref,Covidence #,Study,Notes,"
        "Tags\nA,,,2020,107890123,,,#1,X 2020,,\nB,,,2020,31234567,,,#2,Y 2020,"
        '"Exclusion reason: Wrong setting; Ann Lee (2024-01-02 10:00:00)(Screen): no setting",\n'
    )
    found = external_decisions("covidence", text, "exclude")
    assert [(d.pmid, d.reason) for d in found] == [("", ""), ("31234567", "Wrong setting")]


def code(number: int, name: str, kind: str = "", below: object = None) -> dict[str, object]:
    return {
        "AttributeId": number, "AttributeName": name, "AttributeType": kind,
        "Attributes": {"AttributesList": below or []},
    }  # fmt: skip


EPPI = {
    "CodeSets": [
        {
            "SetName": "Screen on Title & Abstract",
            "SetType": {"SetTypeName": "Screening"},
            "Attributes": {
                "AttributesList": [
                    code(1, "EXCLUDE on date", "Exclude"),
                    code(2, "1. Exclude - wrong population", "Exclude"),
                    code(3, "Not English", "Exclude"),
                    code(4, "INCLUDE based on title & abstract", "Include"),
                    code(8, "EXCLUDE", below=[code(9, "No outcome", "Selectable")]),
                ]
            },
        },
        {
            "SetName": "Screen on Full Text",
            "Attributes": {"AttributesList": [code(5, "EXCLUDE on study type", "Exclude")]},
        },
        {"SetName": "Extraction", "Attributes": {"AttributesList": [code(6, "Setting")]}},
    ],
    "References": [
        {"ItemId": 1, "Title": "A", "DOI": "10.1/A", "Codes": [
            {"AttributeId": 1, "AdditionalText": "1987", "ArmId": 0},
            {"AttributeId": 2, "AdditionalText": "", "ArmId": 0},
            {"AttributeId": 6, "AdditionalText": "London"},
        ]},
        {"ItemId": 2, "Title": "B", "Codes": [{"AttributeId": 4}, {"AttributeId": 5}]},
        {"ItemId": 3, "Title": "C", "Codes": [{"AttributeId": 3}]},
        {"ItemId": 4, "Title": "D", "Codes": [{"AttributeId": 8}, {"AttributeId": 9}]},
        {"ItemId": 5, "Title": "E"},
    ],
}  # fmt: skip


def test_eppi_code_sets_are_told_apart_and_reasons_of_one_verdict_joined() -> None:
    text = json.dumps(EPPI)
    with pytest.raises(UnreadableExport, match="Screen on Full Text, Screen on Title & Abstract"):
        external_decisions("eppi", text)
    with pytest.raises(UnreadableExport, match="no code set 'Abstracts'"):
        external_decisions("eppi", text, code_set="Abstracts")
    found = external_decisions("eppi", text, code_set="screen on title & abstract")
    assert [(d.title, d.verdict, d.reason, d.note) for d in found] == [
        ("A", "exclude", "date; wrong population", "1987"),
        ("B", "include", "", ""),
        ("C", "exclude", "Not English", ""),
        ("D", "exclude", "No outcome", ""),
    ]
    full = external_decisions("eppi", text, code_set="Screen on Full Text")
    assert [(d.title, d.reason) for d in full] == [("B", "study type")]


def test_eppi_lists_of_references_are_read_with_their_verdict() -> None:
    ris = "TY  - JOUR\nTI  - A\nDO  - 10.1/A\nER  - \n"
    (one,) = external_decisions("eppi", ris, "include")
    assert (one.doi, one.verdict) == ("10.1/a", "include")
    rows: list[list[object]] = [["ItemId", "Title", "I/E/D/S"], [1, "A", "I"], [2, "B", "E"],
                                [3, "C", "D"]]  # fmt: skip
    found = external_decisions("eppi", text_of(as_xlsx(rows)))
    assert [(d.title, d.verdict) for d in found] == [("A", "include"), ("B", "exclude")]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["CodeSets", "References", "Codes", "Attributes", "AttributesList",
                             "AttributeId", "AttributeName", "AttributeType", "Title"]),
            inner, max_size=4,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(anything, anything)
def test_a_report_of_any_shape_is_read_or_refused(sets: object, references: object) -> None:
    text = json.dumps({"CodeSets": sets, "References": references})
    with suppress(UnreadableExport):
        external_decisions("eppi", text)


@given(st.binary(max_size=60))
def test_a_damaged_archive_says_so(rest: bytes) -> None:
    with pytest.raises(UnreadableExport, match=r"export it again|holds no"):
        text_of(b"PK\x03\x04" + rest)


def test_an_archive_without_a_table_says_what_is_missing() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("paper.pdf", "%PDF")
    with pytest.raises(UnreadableExport, match="no CSV"):
        text_of(packed.getvalue())


def held(
    record: str, title: str = "", doi: str = "", pmid: str = "", into: str = ""
) -> LibraryRecord:
    return LibraryRecord(counts_as=into or record, title=title, doi=doi, pmid=pmid)


LIBRARY = [
    held("a", "Évaluation of Housing-First: a trial.", "10.1/a", "1"),
    held("b", "Editorial"), held("c", "Editorial"),
    held("d", "A twin"), held("e", "A twin", into="d"),
    held("f", "Part of a series", "10.1/f"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "record", "several"),
    [
        ("ÉVALUATION OF HOUSING FIRST - A TRIAL,,", "a", False),
        ("something else,10.1/A,", "a", False),
        ("something else,,1", "a", False),
        ("editorial,,", None, True),
        ("A twin,,", "d", False),
        ("Part of a series,10.1/other,", None, False),
        ("Part of a series,,", "f", False),
        ("???,,", None, False),
    ],
)
def test_a_line_finds_its_record_however_its_title_is_written(row, record, several) -> None:
    text = f"title,doi,pmid,included\n{row},1\n"
    lines = external_decisions("asreview", text)
    matches = match_lines(lines, LIBRARY)
    assert matches.found.get(lines[0].line) == record
    assert bool(matches.several) == several


def test_titles_of_any_script_have_a_key() -> None:
    assert title_key("Ärzte — 東京") == title_key("ÄRZTE 東京")
