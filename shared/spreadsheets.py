"""Cells of the tables that go out: no spreadsheet program may take one for a formula.

A cell that would be one gets an apostrophe before it, as OWASP's advice on CSV injection says; so
does one whose formula stands behind blanks or characters that nobody sees, which programs may drop.
"""

import re
from typing import Any

_FORMULA = re.compile("'*(?:[\t\r\n]|[\\s\ufeff\u200b-\u200f\u2060]*[-=+@＝＋－＠])")


def guarded(cell: Any) -> Any:
    """The cell, a text that looks like a formula with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
