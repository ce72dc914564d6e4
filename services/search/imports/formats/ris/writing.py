"""RIS files that write every tag in a way of their own: `TY<tab>JOUR`, `"TY - JOUR"`, `TY: JOUR`.

The line that begins a record ends in a known type, so it shows what stands
before a tag and between tag and value; every line is then read by that.
"""

import re
from collections.abc import Iterable

from services.search.imports.formats.ris.tags import KINDS

_DASH = "[-‐‑‒–—−]"
_BLANK = "[ \t\xa0\u2000-\u200a]"
_TYPES = "|".join(sorted((kind for kind in KINDS if " " not in kind), key=len, reverse=True))
ODD_START = re.compile(
    rf"^(?P<before>\W{{0,4}})TY(?P<gap>\W{{1,6}})(?:{_TYPES})\W*$", re.IGNORECASE | re.MULTILINE
)
_READ_ANYWAY = re.compile(rf"(?:{_BLANK}+{_DASH}{_BLANK}+|{_BLANK}*{_DASH} +|  {_DASH}| {{2,}})$")


class Writing:
    """How one file writes its tags; `plain` gives a line as RIS would have it."""

    def __init__(self, before: str, gap: str, known: frozenset[str]) -> None:
        self.sample = f"{before}TY{gap}"
        self._known = known
        self._quoted = '"' in before
        before = "" if self._quoted else before
        bare = gap.rstrip()
        end = f"|{re.escape(bare)}$" if bare else "|$"
        self._pattern = re.compile(
            rf"^{re.escape(before)}([A-Za-z][A-Za-z0-9])(?:{re.escape(gap)}{end})(.*)$"
        )

    def plain(self, line: str) -> str:
        """`line` with its tag written the regular way; other lines as they are."""
        if self._quoted:
            line = line.rstrip().removeprefix('"').removesuffix('"')
        found = self._pattern.match(line)
        if found is None or found[1].upper() not in self._known:
            return line
        return f"{found[1]}  - {found[2].rstrip()}"


def writing_of(lines: Iterable[str], known: frozenset[str]) -> Writing | None:
    """The odd writing that the first record's beginning shows, or None for a readable one."""
    for line in lines:
        found = ODD_START.match(line)
        if found:
            usual = found["before"].isspace() or not found["before"]
            if usual and _READ_ANYWAY.match(found["gap"]):
                return None
            return Writing(found["before"], found["gap"], known)
    return None
