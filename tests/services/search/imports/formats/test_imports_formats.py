"""Every other format, by content, whatever the file is called."""

import csv
import io

import openpyxl
import pytest

from services.search.imports.domain.result import Import, Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Author, Bibliography, SourceRecord

NBIB = """
PMID- 30042925
OWN - NLM
IS  - 2215-0161 (Electronic)
VI  - 5
DP  - 2018 Feb
TI  - A method package for electrophysiological evaluation of reconstructed or
      regenerated facial nerves in rodents.
PG  - 283-98
LID - 10.1016/j.mex.2018.03.007 [doi]
AB  - Short.
FAU - Takeuchi, Yuichi
AU  - Takeuchi Y
AUID- ORCID: 0000000283647489
AUID- ORCID: 0000-0002-8364-7489
AD  - Tokyo Women's Medical University,
      Tokyo, Japan
CN  - Nerve Group
MH  - Animals
OT  - facial nerve
PT  - Journal Article
RIN - J Foo. 2020;1(1):1. PMID: 32000001
SI  - ClinicalTrials.gov/NCT01234567
PMC - PMC6055010

PMID- 2
TI  - Second
"""
CIW = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Parkes-Loach, PS
   Majeed, AP
AF Parkes-Loach, Pamela S.
   Majeed, Anila P.
TI Interactions stabilizing the structure of the core light-harvesting
   complex
SO BIOCHEMISTRY
DE peer support; recovery
PY 2004
VL 43
IS 22
BP 7003
EP 7016
SN 0006-2960
DI 10.1021/bi036291u
PM 15170337
UT WOS:000221811500021
ER

PT J
TI Second
ER

EF
"""
ENW = """%0 Journal Article
%T Trust
%A Guo, Wenbo
%A Straub, Detmar W.
%J MISQ
%D 2021
%@ 0276-7783
%K one
two

%0 Book
%T Second
"""
BIB = r"""
@string{jot = "Journal of Trials"}
@comment{ nothing }
@article{ WOS:000072095400011,
  Author = {M{\"u}ller, J{\"o}rg and O'Brien, Se\'an},
  Title = {{T}rust \& care: {$x < y$} in caf\'{e}s},
  journal = jot, year = 1997, pages = {1--9},
  key words = {a; b},
  doi = "10.1234/abc",
}
@book{second, title = {Second}
@misc{third, title = "Third"}
"""
XML = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Curie, Marie</style></author></authors></contributors>
<titles><title><style>Trust </style><style face="italic">in vivo</style></title>
<secondary-title>Trials</secondary-title></titles><dates><year>2020</year></dates>
<electronic-resource-num>10.1234/abc</electronic-resource-num>
<keywords><keyword>one</keyword><keyword>two</keyword></keywords><custom1>kept</custom1>
</record><record><titles><title>Second</title></titles></record></records></xml>
"""
OVID = """<1>
Unique Identifier
  12345678
Title
  Trust in
  nursing.
Authors
  Curie M; Noether E.
Abstract
  Short.

<2>
Title
  Second
"""


def _read(text: str | bytes) -> tuple[Import, list[Bibliography], list[Repair | Rejection]]:
    octets = text.encode() if isinstance(text, str) else text
    found = read_import(io.BytesIO(octets), "upload.bin")
    events = list(found.events)
    records = [event.bibliography for event in events if isinstance(event, SourceRecord)]
    return found, records, [e for e in events if not isinstance(e, SourceRecord)]


def test_nbib_keeps_people_with_their_addresses_and_links_with_their_pmids() -> None:
    found, records, notes = _read(NBIB)

    first = records[0]
    assert (found.format, len(records), notes) == ("nbib", 2, [])
    assert first.title.endswith("reconstructed or regenerated facial nerves in rodents.")
    assert first.authors[0] == Author(
        family="Takeuchi",
        given="Yuichi",
        orcid="0000-0002-8364-7489",
        affiliations=("Tokyo Women's Medical University, Tokyo, Japan",),
    )
    assert first.authors[1] == Author(collective="Nerve Group")
    assert (first.pmid, first.pmcid) == ("30042925", "PMC6055010")
    assert first.doi == "10.1016/j.mex.2018.03.007"
    assert (first.links[0].kind, first.links[0].pmid) == ("RetractionIn", "32000001")
    assert first.trial_ids == ("ClinicalTrials.gov/NCT01234567",)
    assert ("AU", "Takeuchi Y") in first.extra


def test_web_of_science_prefers_full_names_and_keeps_the_short_ones() -> None:
    found, records, notes = _read(CIW)

    first = records[0]
    assert (found.format, len(records), notes) == ("wos", 2, [])
    assert first.authors[0].name == "Parkes-Loach, Pamela S."
    assert first.pages == "7003-7016"
    assert first.keywords == ("peer support", "recovery")
    assert "Majeed, AP" in [value for _, value in first.extra]


def test_endnote_refer_files_are_read() -> None:
    found, records, _ = _read(ENW)

    assert (found.format, [one.kind for one in records]) == ("enw", ["article", "book"])
    assert records[0].keywords == ("one", "two")
    assert records[0].issns == ("0276-7783",)


def test_one_broken_bibtex_entry_never_loses_the_others() -> None:
    found, records, notes = _read(BIB)

    assert found.format == "bibtex"
    assert [one.title for one in records] == ["Trust & care: $x < y$ in cafés", "Second", "Third"]
    assert [author.name for author in records[0].authors] == ["Müller, Jörg", "O'Brien, Seán"]
    assert (records[0].journal, records[0].pages) == ("Journal of Trials", "1-9")
    assert [type(note).__name__ for note in notes] == ["Repair"]


def test_endnote_xml_reads_text_in_nested_styles() -> None:
    found, records, notes = _read(XML)

    assert (found.format, len(records), notes) == ("endnote-xml", 2, [])
    assert records[0].title == "Trust in vivo"
    assert records[0].extra == (("custom1", "kept"),)


def test_damaged_xml_is_read_as_far_as_it_goes_and_told() -> None:
    _, records, notes = _read(XML.replace("</records></xml>", "").replace("Second</title>", "S"))

    assert records[0].title == "Trust in vivo"
    assert notes


def test_ovid_citations_are_read() -> None:
    found, records, _ = _read(OVID)

    assert (found.format, [one.title for one in records]) == (
        "ovid",
        ["Trust in nursing.", "Second"],
    )
    assert [author.family for author in records[0].authors] == ["Curie", "Noether"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_whatever_separates_its_cells(separator: str) -> None:
    written = io.StringIO()
    rows = csv.writer(written, delimiter=separator)
    rows.writerow(["SEARCH QUERY", "trust:ti"])
    rows.writerow(["Title", "Author Names", "Publication Year", "Medline PMID", "My column"])
    rows.writerow(["Trust; care, and\nhope", "Liu R., Adler D.G.", "2020", "123", "kept"])

    found, records, notes = _read(written.getvalue())

    assert found.format == ("tsv" if separator == "\t" else "csv")
    assert records[0].title == "Trust; care, and hope"
    assert [author.name for author in records[0].authors] == ["Liu, R.", "Adler, D.G."]
    assert (records[0].year, records[0].pmid) == (2020, "123")
    assert records[0].extra == (("My column", "kept"),)
    assert [note.line for note in notes] == [1]


def test_a_spreadsheet_is_read_below_its_header_row() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Export of 2024"])
    sheet.append(["Title", "Authors", "Year", "DOI"])
    sheet.append(["Trust", "Curie, Marie; Noether, Emmy", 2020.0, "10.1234/abc"])
    octets = io.BytesIO()
    book.save(octets)

    found, records, _ = _read(octets.getvalue())

    assert (found.format, records[0].year, len(records[0].authors)) == ("xlsx", 2020, 2)
