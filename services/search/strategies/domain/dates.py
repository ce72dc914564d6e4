"""Years of publication: read as PubMed writes them, written as each platform has them.

`2019[dp]`, `2010:2020[dp]`, `"2010/03"[dp] : "3000"[dp]`; a year in which nothing was printed
yet or any more, such as 3000 or 1000, is an open end.
"""

import re
from dataclasses import dataclass

from services.search.living.domain.strategy import QUOTES

_TAG = r"\s*(?:\[[^\[\]]*\])?\s*"
_DATE = r'"?(\d{4})((?:/\d{1,2}){0,2})"?'
_SPAN = re.compile(rf"\s*{_DATE}{_TAG}(?::\s*{_DATE}{_TAG})?")
EARLIEST, LATEST = 1500, 2100
MOST_YEARS = 100
"""Years that are written one by one, where a platform has no span."""


@dataclass(frozen=True, slots=True)
class Years:
    """From `first` to `last` year, both in it; None where an end is open.

    `partial`: months or days were named. `written` is the span as PubMed has it.
    """

    first: int | None
    last: int | None
    partial: bool
    written: str

    @property
    def words(self) -> str:
        """The years for people: `2010 to 2020`, `2010 and later`."""
        if self.first is None:
            return f"{self.last} and earlier" if self.last else "all years"
        if self.last is None:
            return f"{self.first} and later"
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def read_years(term: str) -> Years | None:
    """The years of a term with a tag of publication dates, None where it holds no date."""
    found = _SPAN.fullmatch(term.translate(QUOTES))
    if found is None:
        return None
    one, part, other, further = found.groups()
    if other is None:
        return Years(int(one), int(one), bool(part), f'"{one}{part}"[dp]')
    first, last = int(one), int(other)
    if first > last:
        return None
    return Years(
        first if first > EARLIEST else None,
        last if last < LATEST else None,
        bool(part or further),
        f'("{one}{part}"[dp] : "{other}{further}"[dp])',
    )


def years_ovid(years: Years) -> str:
    """Ovid's field holds one year; a span is its years."""
    if years.first is None or years.last is None or years.last - years.first >= MOST_YEARS:
        return ""
    named = " or ".join(str(year) for year in range(years.first, years.last + 1))
    return f"{named}.yr." if years.first == years.last else f"({named}).yr."


def years_ebsco(years: Years) -> str:
    """EBSCO's `PY 2010-2020`, `PY 2010-`."""
    if years.first is None and years.last is None:
        return ""
    if years.first == years.last:
        return f"PY {years.first}"
    return f"PY {years.first or ''}-{years.last or ''}"


def years_web_of_science(years: Years) -> str:
    """Web of Science's `PY=(2010-2020)`, which has both ends."""
    if years.first is None or years.last is None:
        return ""
    named = str(years.first) if years.first == years.last else f"{years.first}-{years.last}"
    return f"PY=({named})"


def years_scopus(years: Years) -> str:
    """Scopus' `PUBYEAR > 2009 AND PUBYEAR < 2021`, whose signs leave the year itself out."""
    if years.first is not None and years.first == years.last:
        return f"PUBYEAR = {years.first}"
    ends = [f"PUBYEAR > {years.first - 1}"] if years.first is not None else []
    ends += [f"PUBYEAR < {years.last + 1}"] if years.last is not None else []
    return f"({' AND '.join(ends)})" if len(ends) > 1 else "".join(ends)
