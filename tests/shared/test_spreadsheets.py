"""Every table that goes out passes one guard, and what it does is undone when read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.spreadsheets import guarded, unguarded
from tests.support.reference import ROOT

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1")
BEHIND = ("\n=1", " =1", "\u00a0@A1", "\ufeff=1", "\u200b+1", "'\n=1", " \n \u2060=1")


@pytest.mark.parametrize("cell", [*FORMULAS, *BEHIND])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["On ferns", "", " ", "'quoted'", "1-2", " a=b", 7, None])
def test_everything_else_stays(cell: object) -> None:
    assert guarded(cell) == cell


@given(st.text(alphabet="'=+-@\t\r\n \ufeffa1＝"))
def test_the_guard_is_undone_whole(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_every_file_that_writes_csv_uses_the_guard() -> None:
    writes = re.compile(r"csv\.(?:writer|DictWriter)\(|openpyxl\.Workbook\(")
    found = [
        path.relative_to(ROOT)
        for folder in ("services", "workbench", "runtime", "shared")
        for path in (ROOT / folder).rglob("*.py")
        if writes.search(text := path.read_text()) and "guarded" not in text
    ]
    # another tool's spreadsheet is written as CSV to be read, and never goes out
    assert [str(path) for path in found] == ["services/screening/external/adapters/files.py"]
