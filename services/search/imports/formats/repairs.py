"""NBIB, CIW and ENW files that write every line in a way of their own.

Indented or quoted as a whole, tags in lower case, a tab behind the tag: the head
of the file shows it, and every line is then read as the format has it. (RIS,
which suffers most, has a reader that repairs line by line.)
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from services.search.imports.domain.result import Repair
from services.search.imports.formats.text import Lines

_MARGIN = re.compile(r"(?:>[ >]*|[ \t\xa0]+)(?=\S)")


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NBIB_TAGS = _tags(
    """
    PMID OWN STAT DCOM LR IS VI IP DP TI PG LID AB FAU AU AUID AD CN LA PT DEP PL TA JT JID SB
    MH OT OTO PMC PMCR EDAT MHDA CRDT PHST AID PST SO GR SI COIS CI RN EIN CIN OID ISSN UI"""
)
_WOS_TAGS = _tags(
    """
    FN VR PT AU AF BA BE BF CA ED TI SO SE BS LA DT CT CY CL SP HO DE ID AB C1 C3 RP EM RI OI FU
    FX CR NR TC Z9 U1 U2 PU PI PA SN EI BN J9 JI PD PY VL IS SI PN SU MA BP EP AR DI D2 EA EY PG
    WC WE SC GA PM UT OA HC HP DA ER EF"""
)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One format's tag lines, however written: `loose` has groups `tag` and `value`."""

    loose: re.Pattern[str]
    tags: frozenset[str] | None
    plain: str

    def line(self, text: str) -> str:
        """`text` as the format has it, when it begins with one of its tags."""
        found = self.loose.match(text)
        if found is None or (self.tags and found["tag"].upper() not in self.tags):
            return text
        return self.plain.format(tag=found["tag"].upper(), value=found["value"] or "").rstrip()


_WRITINGS = {
    "nbib": _Writing(
        re.compile(r"(?P<tag>[A-Za-z]{2,4})[ \t\xa0]*[-–](?:[ \t\xa0]+(?P<value>.*)|$)"),
        _NBIB_TAGS,
        "{tag:<4}- {value}",
    ),
    "wos": _Writing(
        re.compile(r"(?P<tag>[A-Za-z][A-Za-z0-9])(?:[ \t\xa0]+(?P<value>.*)|$)"),
        _WOS_TAGS,
        "{tag} {value}",
    ),
    "enw": _Writing(
        re.compile(r"(?P<tag>%[A-Za-z0-9@])(?:[ \t\xa0]+(?P<value>.*)|$)"), None, "{tag} {value}"
    ),
}
_SIGNS = {"nbib": ("PMID", "OWN"), "wos": ("PT", "ER"), "enw": ("%T", "%A")}


@dataclass(frozen=True, slots=True)
class Mending:
    """How the lines of one file become lines of `format`."""

    format: str
    margin: str
    what: str

    def line(self, text: str) -> str:
        """One line without the file's margin, its tag as the format has it."""
        if self.margin:
            text = text.removeprefix(self.margin) if text.strip("> \t\xa0") else ""
        return _WRITINGS[self.format].line(text)


def mending_of(text: str) -> Mending | None:
    """What makes the file that begins with `text` one of the three formats, or None."""
    written = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", 400)
    lines = [line for line in written[:400] if line.strip()]
    margin = _margin(lines)
    bare = [line.removeprefix(margin) for line in lines]
    for name, signs in _SIGNS.items():
        writing = _WRITINGS[name]
        tags = Counter(_tag(writing, line) for line in bare)
        known = sum(count for tag, count in tags.items() if tag)
        if all(tags[sign] for sign in signs) and known >= 4 and known * 3 >= len(bare):
            odd = next((line for line in lines if writing.line(line) != line.rstrip()), "")
            sample = " ".join(odd[:12].split())
            return Mending(name, margin, f"tags are written in a way of their own: '{sample}'")
    return None


def _tag(writing: _Writing, line: str) -> str:
    found = writing.loose.match(line)
    tag = found["tag"].upper() if found else ""
    return tag if not writing.tags or tag in writing.tags else ""


def _margin(lines: list[str]) -> str:
    """What all but a tenth of the lines begin with, blanks or signs of quotation."""
    lines = [line for line in lines if line.strip("> \t\xa0")]
    margins = [found[0] for line in lines if (found := _MARGIN.match(line))]
    if not margins or len(margins) * 10 < len(lines) * 9:
        return ""
    shortest = min(margins, key=len)
    return shortest if sum(m.startswith(shortest) for m in margins) == len(margins) else ""


class MendedLines(Lines):
    """The lines of an upload, each mended."""

    mending: Mending

    def blocks(self) -> Iterator[list[str]]:
        """Lists of complete lines, as `Lines` gives them, in the format's own writing."""
        self.repairs.append(Repair(1, self.mending.what))
        for block in super().blocks():
            yield [self.mending.line(line) for line in block]
