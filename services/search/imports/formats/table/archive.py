"""The zip archive that a spreadsheet is: judged by its directory before anything is unpacked."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from services.search.imports.domain.result import ImportRefused

LARGEST_UNPACKED = 400 << 20
LARGEST_RATIO = 100
_INNOCENT = 10 << 20
MOST_STRINGS = 5_000_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >]")
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")
_DECLARED = re.compile(rb"<(?:\w+:)?sheet\s")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_BLOCK = 1 << 18
_OVERLAP = 200
_SI = f"{{{SHEET_MAIN_NS}}}si"
_T = f"{{{SHEET_MAIN_NS}}}t"
_PHONETIC = f"{{{SHEET_MAIN_NS}}}rPh"


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the sheets' XML holds: how many there are, or should be; how many of them have
    rows; formulas and merged ranges of all."""

    count: int
    with_rows: int
    formulas: bool
    merged: tuple[str, ...]


def judge_archive(spool: IO[bytes]) -> None:
    """Raises `ImportRefused` unless the archive is a spreadsheet of a sane size."""
    try:
        with zipfile.ZipFile(spool) as archive:
            entries = archive.infolist()
    except Exception as error:  # zipfile raises seven kinds for damaged archives
        raise ImportRefused("The file is a damaged zip archive.") from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise ImportRefused(
            "The file is a zip archive, not an export of references. "
            "Unpack it and upload the files in it one by one."
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > LARGEST_UNPACKED or (unpacked > _INNOCENT and unpacked > packed * LARGEST_RATIO):
        raise ImportRefused(
            f"The spreadsheet unfolds to {unpacked >> 20} MB, which is refused as unsafe; "
            "export it as CSV."
        )


def look_at_sheets(spool: IO[bytes]) -> Sheets:
    """A first look through the sheets, without parsing them. Any exception means damage."""
    formulas, merged, filled = False, dict[str, None](), set[str]()
    with zipfile.ZipFile(spool) as archive:
        names = [name for name in archive.namelist() if _SHEET.fullmatch(name)]
        declared = len(_DECLARED.findall(archive.read("xl/workbook.xml")))
        for name in names:
            for octets in _overlapping(archive, name):
                if _ROW.search(octets):
                    filled.add(name)
                formulas = formulas or _FORMULA.search(octets) is not None
                if b"mergeCell" in octets:
                    merged.update((found.decode(), None) for found in _MERGED.findall(octets))
    return Sheets(max(len(names), declared), len(filled), formulas, tuple(merged))


def _overlapping(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The entry's bytes in blocks, each with the end of the one before."""
    tail = b""
    with archive.open(name) as entry:
        while block := entry.read(_BLOCK):
            yield tail + block
            tail = (tail + block)[-_OVERLAP:]


class Workbook(ExcelReader):
    """Opens a workbook as openpyxl does, with its shared strings read ten times as fast."""

    def read_strings(self) -> None:
        """Raises `ImportRefused` for more strings than a sheet has cells."""
        found = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        self.shared_strings = []
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = _strings(source)


def _strings(source: IO[bytes]) -> list[str]:
    strings: list[str] = []
    for _, item in etree.iterparse(source, tag=_SI, resolve_entities=False, no_network=True):
        if len(strings) >= MOST_STRINGS:
            raise ImportRefused(
                f"The spreadsheet holds more than {MOST_STRINGS:,} texts; export it as CSV."
            )
        parts = [t.text or "" for t in item.iter(_T) if t.getparent().tag != _PHONETIC]
        strings.append("".join(parts).replace("x005F_", ""))
        item.clear(keep_tail=False)
        while item.getprevious() is not None:
            del item.getparent()[0]
    return strings
