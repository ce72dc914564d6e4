"""Five references as each format writes them, and what reading them must give."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import openpyxl

from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.formats.reader import read_import
from services.search.library.domain.record import Bibliography, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What one reference says; all its fields are compared after reading."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...]
    year: int
    journal: str
    volume: str
    issue: str = ""
    pages: str
    doi: str
    keywords: tuple[str, ...]
    pmid: str


REFERENCES = (
    Reference(
        title="Peer support and staying in treatment: a realist evaluation",
        abstract="BACKGROUND: People fall between services. METHODS: We read 12 papers - all of "
        "them. RESULTS: p < 0.05 in most. TI - this is no tag. Trust matters & lasts.",
        authors=("Müller, Jörg", "O'Brien, Seán P.", "van der Berg, Anna"),
        year=2019,
        journal="Journal of Dual Diagnosis",
        volume="15",
        issue="3",
        pages="101-115",
        doi="10.1080/15504263.2019.1620406",
        keywords=("Peer support", "Dual diagnosis", "Realist evaluation"),
        pmid="31161001",
    ),
    Reference(
        title="Assertive outreach for homeless people – a cohort study",
        abstract="We followed 200 people for two years. Housing came first. ER visits fell.",
        authors=("Núñez, María", "Lee, K."),
        year=2011,
        journal="BMC Psychiatry",
        volume="11",
        pages="e45",
        doi="10.1186/1471-244x-11-45",
        keywords=("housing",),
        pmid="21400001",
    ),
    Reference(
        title="Integrated care: what works, for whom?",
        abstract="Integrated care was better in six trials. The effect was smaller elsewhere.",
        authors=("Smith, John",),
        year=2003,
        journal="Lancet",
        volume="361",
        issue="9357",
        pages="55-60",
        doi="10.1016/s0140-6736(03)12345-6",
        keywords=("integrated care", "trials", "staff turnover"),
        pmid="12500001",
    ),
    Reference(
        title="Caseloads that wear staff out",
        authors=("Øster, Åse", "Łuczak, Żaneta"),
        year=2015,
        journal="Int J Nurs Stud",
        volume="52",
        issue="1",
        pages="1-9",
        doi="10.1016/j.ijnurstu.2014.01.001",
        keywords=("workload", "burnout"),
        pmid="25000001",
    ),
    Reference(
        title="One door for two problems",
        abstract="A single point of access cut waiting from 12 to 3 weeks.",
        authors=("Garcia, Luis", "Brown, Amy"),
        year=2013,
        journal="Addiction",
        volume="108",
        issue="5",
        pages="900-909",
        doi="10.1111/add.12001",
        keywords=("access", "waiting"),
        pmid="23500001",
    ),
)
WESTERN = (
    *REFERENCES[:3],
    replace(REFERENCES[3], authors=("Øster, Åse", "Luczak, Zaneta")),
    REFERENCES[4],
)
"""The same without letters that Windows-1252 and Mac Roman lack."""


def ris(some: Iterable[Reference] = REFERENCES) -> str:
    """RIS as Zotero writes it."""
    lines: list[str] = []
    for one in some:
        start, _, end = one.pages.partition("-")
        lines += ["TY  - JOUR", f"TI  - {one.title}"]
        lines += [f"AU  - {name}" for name in one.authors]
        lines += [f"PY  - {one.year}", f"JO  - {one.journal}", f"VL  - {one.volume}"]
        lines += [f"IS  - {one.issue}"] * bool(one.issue)
        lines += [f"SP  - {start}"] + [f"EP  - {end}"] * bool(end)
        lines += [f"DO  - {one.doi}"] + [f"KW  - {word}" for word in one.keywords]
        lines += [f"AB  - {one.abstract}"] * bool(one.abstract) + ["ER  - ", ""]
    return "\n".join(lines) + "\n"


def nbib(some: Iterable[Reference] = REFERENCES) -> str:
    """NBIB as PubMed writes it, titles wrapped."""
    lines: list[str] = []
    for one in some:
        head, _, tail = one.title.partition(" and ")
        lines += [f"PMID- {one.pmid}", "OWN - NLM", f"TI  - {head}"]
        lines += [f"      and {tail}"] * bool(tail)
        lines += [f"AB  - {one.abstract}"] * bool(one.abstract)
        for name in one.authors:
            lines += [f"FAU - {name}", f"AU  - {name.replace(',', '')}"]
        lines += [f"DP  - {one.year} Jan", f"JT  - {one.journal}", f"VI  - {one.volume}"]
        lines += [f"IP  - {one.issue}"] * bool(one.issue)
        lines += [f"PG  - {one.pages}", f"LID - {one.doi} [doi]"]
        lines += [f"OT  - {word}" for word in one.keywords] + ["PT  - Journal Article", ""]
    return "\n".join(lines) + "\n"


def ciw(some: Iterable[Reference] = REFERENCES) -> str:
    """Web of Science's plain text, lists and titles over several lines."""
    lines = ["FN Clarivate Analytics Web of Science", "VR 1.0"]
    for one in some:
        head, _, tail = one.title.partition(" ")
        start, _, end = one.pages.partition("-")
        lines += ["PT J", "AU " + "\n   ".join(one.authors), f"TI {head}", f"   {tail}"]
        lines += [f"SO {one.journal}", f"DE {'; '.join(one.keywords)}"]
        lines += [f"AB {one.abstract}"] * bool(one.abstract) + [f"VL {one.volume}"]
        lines += [f"IS {one.issue}"] * bool(one.issue)
        lines += [f"BP {start}"] + [f"EP {end}"] * bool(end)
        lines += [f"PY {one.year}", f"DI {one.doi}", f"UT WOS:0001{one.pmid}", "ER", ""]
    return "\n".join([*lines, "EF"]) + "\n"


def enw(some: Iterable[Reference] = REFERENCES) -> str:
    """EndNote's refer format."""
    lines: list[str] = []
    for one in some:
        lines += ["%0 Journal Article", f"%T {one.title}"]
        lines += [f"%A {name}" for name in one.authors]
        lines += [f"%J {one.journal}", f"%D {one.year}", f"%V {one.volume}"]
        lines += [f"%N {one.issue}"] * bool(one.issue)
        lines += [f"%P {one.pages}", f"%R {one.doi}", "%K " + "\n".join(one.keywords)]
        lines += [f"%X {one.abstract}"] * bool(one.abstract) + [""]
    return "\n".join(lines) + "\n"


def bib(some: Iterable[Reference] = REFERENCES) -> str:
    """BibTeX with a field a line."""
    entries: list[str] = []
    for number, one in enumerate(some):
        fields = {"title": one.title, "author": " and ".join(one.authors), "year": str(one.year)}
        fields |= {"journal": one.journal, "volume": one.volume, "number": one.issue}
        fields |= {"pages": one.pages.replace("-", "--"), "doi": one.doi}
        fields |= {"keywords": ", ".join(one.keywords), "abstract": one.abstract}
        said = [
            f"  {name} = {{{value}}}".replace("&", "\\&") for name, value in fields.items() if value
        ]
        entries.append(f"@article{{key{number},\n" + ",\n".join(said) + ",\n}\n")
    return "\n".join(entries)


COLUMNS = "Title,Authors,Year,Journal,Volume,Issue,Pages,DOI,Keywords,Abstract,PMID".split(",")  # noqa: SIM905


def rows(some: Iterable[Reference] = REFERENCES) -> list[list[str]]:
    """The cells below `COLUMNS`."""
    return [
        [
            *(one.title, "; ".join(one.authors), str(one.year), one.journal, one.volume),
            *(one.issue, one.pages, one.doi, "; ".join(one.keywords), one.abstract, one.pmid),
        ]
        for one in some
    ]


def table(some: Iterable[Reference] = REFERENCES, separator: str = ",") -> str:
    """CSV, or with another separator."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\n").writerows([COLUMNS, *rows(some)])
    return written.getvalue()


def workbook(sheets: Sequence[Sequence[Sequence[object]]]) -> bytes:
    """A spreadsheet with the rows of each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for content in sheets:
        sheet = book.create_sheet()
        for row in content:
            sheet.append(list(row))
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


TEXTS: dict[str, Callable[[Iterable[Reference]], str]] = {
    "ris": ris,
    "nbib": nbib,
    "wos": ciw,
    "enw": enw,
    "bibtex": bib,
    "csv": table,
    "tsv": lambda some: table(some, "\t"),
}


def read(octets: bytes | str) -> tuple[list[Reference], list[Repair | Rejection], str]:
    """What reading gives, as references; what was told; the format."""
    octets = octets.encode() if isinstance(octets, str) else octets
    found = read_import(io.BytesIO(octets), "upload.bin")
    events = list(found.events)
    records = [_said(event.bibliography) for event in events if isinstance(event, SourceRecord)]
    return records, [e for e in events if not isinstance(e, SourceRecord)], found.format


def _said(one: Bibliography) -> Reference:
    return Reference(
        title=one.title,
        abstract=one.abstract,
        authors=tuple(author.name for author in one.authors),
        year=one.year or 0,
        journal=one.journal,
        volume=one.volume,
        issue=one.issue,
        pages=one.pages,
        doi=one.doi or "",
        keywords=one.keywords,
        pmid="",
    )


def expected(some: Iterable[Reference] = REFERENCES) -> list[Reference]:
    """`some` without what not every format carries."""
    return [replace(one, pmid="") for one in some]
