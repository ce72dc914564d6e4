"""What one cell of a table says, once spreadsheets and data frames are seen through.

They write `nan` for nothing, `12.0` for 12, `1.23E+07` for a PMID and a date for
the pages 5-10: such a cell never becomes a value of its field unless it can be
undone, and stays under its column's name.
"""

import re
from dataclasses import dataclass

from services.search.imports.domain.restore import MARK
from services.search.imports.formats.table.headers import LISTED, PEOPLE
from services.search.library.domain.cleaning import clean, suspect
from services.search.library.domain.values import listed_values, names_of
from shared.spreadsheets import unguarded

_GUARDED = re.compile(r"^=\"(.*)\"$", re.DOTALL)
_LINKED = re.compile(
    r"""^=HYPERLINK\(\s*"(?P<address>[^"]*)"\s*(?:[,;]\s*"(?P<shown>[^"]*)"\s*)?\)$""",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^=([\d.]+)$")
_NOTHING = frozenset(
    (
        *("nan", "NaN", "NaT", "<NA>", "NULL", "null", "None"),
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"),
    )
)
_NUMBERED = frozenset(("year", "volume", "issue", "pages", "start_page", "end_page", "pmid"))
_PLACED = frozenset(("volume", "issue", "pages", "start_page", "end_page"))
_DECIMAL = re.compile(r"(\d+)[.,]0+")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_DATED = re.compile(r"(?:1[89]|20)\d\d-\d\d-\d\d(?: .*)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """The values of one cell; `aside` is what is kept under the column's own name."""

    values: tuple[str, ...] = ()
    aside: str = ""


def plain(cell: str, undone: dict[str, None]) -> str:
    """The cell without spreadsheet guards (`="0012"`, `'=1+1`) and links, cleaned.

    What was undone is added to `undone`, in words.
    """
    cell = cell.strip()
    if cell.startswith("=") and (linked := _LINKED.match(cell)):
        cell = linked["shown"] or linked["address"]
    shown = _GUARDED.match(cell) or _NUMBER.match(cell)
    cell = shown[1] if shown else unguarded(cell)
    if cell.startswith(MARK):
        return cell
    if suspect(cell):
        cell, what = clean(cell)
        undone.update((f"{said} undone", None) for said in what)
        return cell
    return " ".join(cell.split())


def read(field: str | None, cell: str, undone: dict[str, None]) -> Cell:
    """What a plain, non-empty cell says in the column of `field`, None for an unknown one."""
    if field is None or cell.startswith(MARK):
        return Cell(tuple(cell.split("\n")) if cell.startswith(MARK) else (cell,))
    if cell in _NOTHING:
        undone[f"'{cell}' read as no value"] = None
        return Cell(aside=cell)
    if field in _NUMBERED:
        return _number(field, cell, undone)
    if field in PEOPLE:
        return Cell(names_of(cell))
    return Cell(_items(cell)) if field in LISTED else Cell((cell,))


def _number(field: str, cell: str, undone: dict[str, None]) -> Cell:
    whole = _DECIMAL.fullmatch(cell)
    if whole:
        undone[f"'{cell}' read as the number {whole[1]}"] = None
        return Cell((whole[1],), aside=cell)
    if field == "pmid" and _ROUNDED.fullmatch(cell):
        undone[f"a spreadsheet rounded the PMID to '{cell}', which names no article"] = None
        return Cell(aside=cell)
    if field in _PLACED and _DATED.fullmatch(cell):
        undone[f"a spreadsheet made the date '{cell}' of what stood there"] = None
        return Cell(aside=cell)
    return Cell((cell,))


def _items(cell: str) -> tuple[str, ...]:
    """The items of a cell: a list literal, or separated by semicolon or bar."""
    listed = listed_values(cell)
    if listed is not None:
        return listed
    for separator in ("; ", ";", "||", " | ", "|"):
        if separator in cell:
            return tuple(part for item in cell.split(separator) if (part := item.strip()))
    return (cell,)
