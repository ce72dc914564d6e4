"""Which irregular lines of a RIS file are tags, and which are text that looks like one."""

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from services.search.imports.formats.ris.tags import LIST_TAGS, TEXT_TAGS

LONGEST_TYPE = 40
"""Of a type of reference; what is longer is text that looks like a begin."""
_DASH = "[-‐‑‒–—−]"
_BLANK = "[ \t\xa0\u2000-\u200a]"
_TAGGED = re.compile(
    rf"^(?P<before>{_BLANK}*)(?P<tag>[A-Za-z][A-Za-z0-9]{{1,4}})"
    rf"(?:(?P<gap>{_BLANK}*)(?P<dash>{_DASH})(?:{_BLANK}+|$)"
    rf"|(?P<tight>  {_DASH})|(?P<bare>\t+|  +)(?=\S))(?P<value>.*)$"
)
_END = re.compile(rf"^{_BLANK}*ER{_BLANK}*(?:{_DASH}{_BLANK}*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RisLine:
    """One line understood: `begin`, `end`, `tag` or `text`; `note` says what was odd."""

    means: Literal["begin", "end", "tag", "text"]
    tag: str = ""
    value: str = ""
    note: str = ""
    then: str = ""


class Grammar:
    """Understands lines, and remembers how this file departs from the norm."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._lower = False
        self._indented = False
        self._bare = False
        self._tight = False

    def line(self, line: str, last: str, taken: Container[str] = ()) -> RisLine:
        """What `line` means below a value of the tag `last` ("" between records).

        `taken` are the tags that the record has already.
        """
        if line[2:5] == "  -" and line[:2] in ("TY", "ER"):
            return self._frame(line, last)
        if _END.match(line):
            return RisLine("end", note=f"end of record written '{short(line)}'")
        found = _TAGGED.match(line)
        if found is None:
            return RisLine("text")
        tag = found["tag"].upper()
        if tag == "TY":
            return self._irregular_begin(line, found)
        if line[2:5] == "  -" and line[5:6] in (" ", "") and found["tag"] == tag:
            return self._regular(tag, found["value"], last)
        if tag not in self._known or not self._allows(found, last):
            return RisLine("text")
        if last in TEXT_TAGS and tag != last and tag in taken and tag not in LIST_TAGS:
            return RisLine(
                "text", note=f"'{tag}' looks like a tag, read as text of the field above"
            )
        note = f"'{short(line[:8].rstrip())}' read as the tag {tag}" if tag[2:] == "" else ""
        return RisLine("tag", tag, found["value"].strip(), note)

    def _frame(self, line: str, last: str) -> RisLine:
        """`TY  - x` and `ER  - `, or an abstract's line that looks like the latter."""
        value = line[5:].strip()
        if line[0] == "T":
            tight = line[5:6] not in (" ", "")
            return RisLine("begin", "TY", value, "no blank after the separator" if tight else "")
        if not value:
            return RisLine("end")
        if re.match(rf"TY {{1,2}}{_DASH}", value):
            return RisLine("end", note="two records meet on one line", then=value)
        if last in TEXT_TAGS:
            return RisLine(
                "text", note="looks like an end of record, read as text of the field above"
            )
        return RisLine("end", note=f"text after the end of record left out: '{short(value)}'")

    def _irregular_begin(self, line: str, found: re.Match[str]) -> RisLine:
        value = found["value"].strip()
        dashed = found["dash"] or found["tight"]
        if len(value.split()) > 3 or (not dashed and not value.isupper()):
            return RisLine("text")
        self._lower = self._lower or not found["tag"].isupper()
        self._indented = self._indented or bool(found["before"])
        self._bare = self._bare or not dashed
        self._tight = self._tight or found["gap"] == ""
        return RisLine("begin", "TY", value, f"record begins with '{short(line)}'")

    def _regular(self, tag: str, value: str, last: str) -> RisLine:
        if tag in self._known or last not in TEXT_TAGS:
            return RisLine("tag", tag, value.strip())
        return RisLine("text", note=f"'{tag}' looks like a tag, read as text of the field above")

    def _allows(self, found: re.Match[str], last: str) -> bool:
        """Whether an irregular line with a known tag is a tag line rather than text."""
        in_text = last in TEXT_TAGS
        if not found["tag"].isupper() and not self._lower:
            return False
        if found["bare"] is not None:
            return self._bare or not (in_text or found["before"])
        if found["before"] and not self._indented and in_text:
            return False
        return bool(found["gap"] or found["tight"]) or self._tight or not in_text


@lru_cache(maxsize=200)
def usual_frame(text: str) -> RisLine | None:
    """What `TY  - JOUR` and `ER  - ` mean wherever they stand; None for other lines."""
    value = text[6:].strip()
    if text[0] == "T":
        return RisLine("begin", "TY", value) if len(value) < LONGEST_TYPE else None
    return None if value else RisLine("end")


def is_text(line: str) -> bool:
    """Whether `line` has words and nothing in it looks like a tag, whatever stands above it."""
    if line[2:5] == "  -" or line.isspace() or not line:
        return False
    return _TAGGED.match(line) is None and _END.match(line) is None


def short(text: str) -> str:
    """The first forty characters, with control characters escaped."""
    return json.dumps(text[:40], ensure_ascii=False)[1:-1]
