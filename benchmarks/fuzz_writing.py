"""Export files of every format for the fuzzer: so many references, each with a marker in its title.

A marker (`zq00017zq`) stands once in a file, so that the references a damaged file still
holds can be counted without a reader.
"""

import csv
import gzip
import io
import re
from collections.abc import Callable

import openpyxl

MARKER = re.compile(r"zq[0-9]{5}zq")
RECORDS = 24

Text = Callable[[int], str]


def _marker(n: int) -> str:
    return f"zq{n:05d}zq"


def _title(n: int) -> str:
    return f"Peer support {_marker(n)}, part {n}: a realist review"


def _abstract(n: int) -> str:
    return f"BACKGROUND: People fall; between services ({n}). METHODS: We read {n} papers, all."


def _ris(n: int) -> str:
    return (
        f"TY  - JOUR\nAU  - Curie, Marie\nAU  - Roe, C.\nTI  - {_title(n)}\nAB  - {_abstract(n)}\n"
        f"PY  - {1990 + n}\nJO  - Journal of Ferns\nVL  - {n}\nSP  - {n}\nEP  - {n + 9}\n"
        f"DO  - 10.1000/fern.{n}\nKW  - housing\nKW  - peers\nER  - \n\n"
    )


def _nbib(n: int) -> str:
    return (
        f"PMID- {31_000_000 + n}\nOWN - NLM\nSTAT- MEDLINE\nDP  - {1990 + n} Jan\n"
        f"TI  - {_title(n)}\nPG  - {n}-{n + 9}\nAB  - {_abstract(n)}\n      It goes on.\n"
        f"FAU - Curie, Marie\nAU  - Curie M\nJT  - Journal of Ferns\n"
        f"AID - 10.1000/fern.{n} [doi]\nMH  - Housing\n\n"
    )


def _wos(n: int) -> str:
    return (
        f"PT J\nAU Curie, M\n   Roe, C\nTI {_title(n)}\nSO JOURNAL OF FERNS\nAB {_abstract(n)}\n"
        f"PY {1990 + n}\nVL {n}\nBP {n}\nEP {n + 9}\nDI 10.1000/fern.{n}\n"
        f"UT WOS:0001234567{n:05d}\nER\n\n"
    )


def _enw(n: int) -> str:
    return (
        f"%0 Journal Article\n%A Curie, Marie\n%A Roe, C.\n%T {_title(n)}\n%J Journal of Ferns\n"
        f"%D {1990 + n}\n%V {n}\n%P {n}-{n + 9}\n%R 10.1000/fern.{n}\n%X {_abstract(n)}\n\n"
    )


def _bibtex(n: int) -> str:
    return (
        f"@article{{fern{n},\n  title = {{{_title(n)}}},\n"
        "  author = {Curie, Marie and Roe, C.},\n"
        f"  journal = {{Journal of Ferns}},\n  year = {{{1990 + n}}},\n  volume = {n},\n"
        f"  pages = {{{n}--{n + 9}}},\n  doi = {{10.1000/fern.{n}}},\n"
        f"  abstract = {{{_abstract(n)}}},\n}}\n\n"
    )


def _ovid(n: int) -> str:
    return (
        f"<{n}>\nUnique Identifier\n  {31_000_000 + n}\nTitle\n  {_title(n)}\nAuthors\n  Curie M.\n"
        f"  Roe C.\nSource\n  Journal of Ferns. {n}({n}):{n}-{n + 9}, {1990 + n}.\n"
        f"Abstract\n  {_abstract(n)}\nYear of Publication\n  {1990 + n}\n\n"
    )


def _refworks(n: int) -> str:
    return (
        f"RT Journal Article\nSR Electronic(1)\nID {n}\nA1 Curie, Marie\nT1 {_title(n)}\n"
        f"YR {1990 + n}\nJF Journal of Ferns\nVO {n}\nSP {n}\n"
        f"AB {_abstract(n)}\nDO 10.1000/fern.{n}\n\n"
    )


def _endnote(n: int) -> str:
    return (
        '<record><database name="x.enl">x.enl</database><ref-type name="Journal Article">17'
        "</ref-type><contributors><authors><author>Curie, Marie</author></authors></contributors>"
        f"<titles><title>{_title(n)}</title><secondary-title>Journal of Ferns</secondary-title>"
        f"</titles><volume>{n}</volume><dates><year>{1990 + n}</year></dates>"
        f"<electronic-resource-num>10.1000/fern.{n}</electronic-resource-num>"
        f"<abstract>{_abstract(n)}</abstract></record>\n"
    )


def _pubmed(n: int) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{31_000_000 + n}'
        "</PMID><Article><Journal><JournalIssue><Volume>1</Volume><PubDate><Year>"
        f"{1990 + n}</Year></PubDate></JournalIssue><Title>Journal of Ferns</Title></Journal>"
        f"<ArticleTitle>{_title(n)}</ArticleTitle><Abstract><AbstractText>{_abstract(n)}"
        "</AbstractText></Abstract><AuthorList><Author><LastName>Curie</LastName>"
        "<ForeName>Marie</ForeName></Author></AuthorList></Article></MedlineCitation>"
        f'<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/fern.{n}</ArticleId>'
        "</ArticleIdList></PubmedData></PubmedArticle>\n"
    )


_HEADER = ["Title", "Authors", "Year", "Journal", "Volume", "Pages", "DOI", "Abstract"]


def _cells(n: int) -> list[str]:
    pages = f"{n}-{n + 9}"
    people = "Curie, Marie; Roe, C."
    place = ["Journal of Ferns", str(n), pages, f"10.1000/fern.{n}"]
    return [_title(n), people, str(1990 + n), *place, _abstract(n)]


def _table(separator: str) -> str:
    written = io.StringIO()
    rows = csv.writer(written, delimiter=separator, lineterminator="\n")
    rows.writerow(_HEADER)
    rows.writerows(_cells(n) for n in range(RECORDS))
    return written.getvalue()


def _joined(record: Text, before: str = "", after: str = "") -> str:
    return before + "".join(map(record, range(RECORDS))) + after


TEXTS: dict[str, Callable[[], str]] = {
    "ris": lambda: _joined(_ris),
    "nbib": lambda: _joined(_nbib),
    "wos": lambda: _joined(_wos, "FN Clarivate Analytics Web of Science\nVR 1.0\n", "EF\n"),
    "enw": lambda: _joined(_enw),
    "bibtex": lambda: _joined(_bibtex),
    "ovid": lambda: _joined(_ovid),
    "refworks": lambda: _joined(_refworks),
    "csv": lambda: _table(","),
    "tsv": lambda: _table("\t"),
    "endnote-xml": lambda: _joined(
        _endnote, '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n', "</records></xml>\n"
    ),
    "pubmed-xml": lambda: _joined(
        _pubmed, '<?xml version="1.0"?>\n<PubmedArticleSet>\n', "</PubmedArticleSet>\n"
    ),
}
"""Every text format, by name."""


def spreadsheet() -> bytes:
    """The same references in two sheets of a workbook."""
    book = openpyxl.Workbook()
    half = RECORDS // 2
    for number, rows in enumerate((range(half), range(half, RECORDS))):
        sheet = book.create_sheet(f"Sheet {number}")
        sheet.append(_HEADER)
        for n in rows:
            sheet.append(_cells(n))
    book.remove(book.worksheets[0])
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def packed(text: str) -> bytes:
    """The text in a gzip archive, always the same bytes."""
    return gzip.compress(text.encode(), mtime=0)
