"""RIS records in which nothing is irregular: taken whole.

Every line is exactly `AB  - value`, or goes on with a long text above it. Most records of most
files are like that; the reader looks line by line only at the others.
"""

from functools import lru_cache

from rispy.config import TAG_KEY_MAPPING

from services.search.imports.formats.ris.lines import LONGEST_TYPE, is_text
from services.search.imports.formats.ris.record import RecordDraft
from services.search.imports.formats.ris.tags import FOREIGN_TAGS, TEXT_TAGS

KNOWN = (frozenset(TAG_KEY_MAPPING) | FOREIGN_TAGS) - {"UK"}
TAGS = frozenset(tag for tag in KNOWN if tag not in ("TY", "ER") and len(tag) == 2)
DASH = "  - "
END = "ER  - "
_FURTHEST_END = 1000


def plain_record(block: list[str], at: int, before: int, end: str) -> RecordDraft | None:
    """The record that begins at `at` and ends with the line `end`; None if a line is irregular.

    `before` is the number of lines that the file has before the block.
    """
    kind = _type_of(block[at])
    if kind is None:
        return None
    try:
        last = block.index(end, at + 1, at + _FURTHEST_END)
    except ValueError:
        return None
    draft = RecordDraft()
    draft.last = "TY"
    if kind:
        draft.values["TY"] = [kind]
    lines = block[at + 1 : last]
    if take(draft, lines) < len(lines):
        return None
    draft.raw = block[at : last + 1]
    draft.start, draft.end = before + at + 1, before + last + 1
    draft.typed = True
    return draft


def take(draft: RecordDraft, lines: list[str]) -> int:
    """Puts values into the draft, up to the first irregular line; how many lines that were.

    The lines themselves are not put into `raw`.
    """
    values, tag = draft.values, draft.last
    taken, wrapped = len(lines), bool(draft.more)
    for index, line in enumerate(lines):
        known, dash, value = line.partition(DASH)
        if dash and known in TAGS:
            if wrapped:
                draft.finish_field()
                wrapped = False
            tag = known
            value = value.strip()
            if value:
                if "  " in value:
                    value = " ".join(value.split())
                if tag in values:
                    values[tag].append(value)
                else:
                    values[tag] = [value]
        elif tag in TEXT_TAGS and is_text(line):
            draft.last = tag
            draft.go_on(line)
            wrapped = True
        else:
            taken = index
            break
    draft.last = tag
    return taken


@lru_cache(maxsize=200)
def _type_of(line: str) -> str | None:
    """The type in a line `TY  - JOUR`, "" where it is left out; None for any other line."""
    value = line[6:].strip()
    if line[:6] != "TY  - " or len(value) >= LONGEST_TYPE:
        return None
    return " ".join(value.split())
