"""One RIS record while it is being collected, and how it becomes a source record."""

from typing import NamedTuple

from services.search.imports.domain.compose import Values, identified
from services.search.imports.domain.restore import MARK, restored
from services.search.imports.domain.result import Rejection, Repair
from services.search.imports.formats.ris.tags import ADDRESS_TAGS, LIST_TAGS, RIS, TEXT_TAGS
from services.search.library.domain.cleaning import clean, marked, odd, unmarked
from services.search.library.domain.record import SourceRecord

LOOSE = "(no tag)"
_REPEATED = ("KW", "AU", "A1", "AD", "UR")


class Suspicion(NamedTuple):
    """What a record may hold that has to be undone: odd signs, marks, fields that are carried."""

    odd: bool = True
    marked: bool = True
    carried: bool = True


ANYTHING = Suspicion()


class RecordDraft:
    """Tag to values, raw lines and notes of one record; `start` 0 means nothing yet.

    `suspicion` is what it has to be looked through for.
    """

    __slots__ = (
        "doubtful",
        "end",
        "last",
        "more",
        "notes",
        "orphan",
        "raw",
        "start",
        "suspicion",
        "typed",
        "values",
        "wrapped",
    )

    def __init__(self) -> None:
        self.values: Values = {}
        self.raw: list[str] = []
        self.start = 0
        self.end = 0
        self.doubtful = False
        self.last = ""
        self.more: list[str] = []
        self.suspicion = ANYTHING
        self.typed = False
        self.wrapped = False
        self.orphan = False
        self.notes: list[Repair | Rejection] = []

    @property
    def empty(self) -> bool:
        """Whether nothing but the type has been said."""
        return len(self.raw) < 2 and not self.values.keys() - {"TY"}

    @property
    def perhaps_open(self) -> bool:
        """Whether its end may have been a line of a longer text."""
        return self.doubtful or self.last in TEXT_TAGS

    def add(self, tag: str, value: str, line: str) -> None:
        """A value under its tag; empty values leave only their line."""
        self.finish_field()
        self.raw.append(line)
        self.last = tag
        if value:
            text = " ".join(value.split()) if " " in value else value
            self.values.setdefault(tag, []).append(text)

    def join(self, line: str) -> str | None:
        """Adds a wrapped line to the value above it; says so where that is a guess."""
        self.raw.append(line)
        return self.go_on(line)

    def go_on(self, line: str) -> str | None:
        """As `join`, for a line that `raw` has, or gets, with others."""
        text = line.strip()
        if "  " in text:
            text = " ".join(text.split())
        listed = self.values.setdefault(self.last, [])
        if not listed:
            listed.append(text)
        elif self.last in LIST_TAGS and not line[0].isspace():
            self.more.append("\n" + text)
            self.wrapped = True
        elif self.last in ADDRESS_TAGS:
            self.more.append(text)
        else:
            self.more.append(" " + text)
            if self.last in LIST_TAGS:
                return f"wrapped {self.last} joined"
        return None

    def finish_field(self) -> None:
        """Puts the wrapped lines, gathered so far, behind the value they belong to."""
        if self.more:
            self.values[self.last][-1] += "".join(self.more)
            self.more = []

    def extend(self, later: "RecordDraft") -> None:
        """Takes in lines that proved to belong to this record after its seeming end."""
        later.finish_field()
        text = later.values.pop(LOOSE, [])
        if text:
            self.values.setdefault(self.last, [""])
            self.more.append(" " + " ".join(text))
        if later.values:
            self.finish_field()
            for tag, listed in later.values.items():
                self.values.setdefault(tag, []).extend(listed)
            self.last = later.last
            self.wrapped = self.wrapped or later.wrapped
        self.raw += later.raw
        self.notes += later.notes

    def record(self, source: str, repeats: set[str]) -> SourceRecord:
        """The source record; what had to be done for it is with the `notes`.

        `repeats` collects the tags that the file writes anew for each value.
        """
        if self.more:
            self.finish_field()
        raw = "\n".join(self.raw)
        if len(self.raw) > len(self.values) + (self.end > 0) and len(repeats) < len(_REPEATED):
            _see_repeats(self.values, repeats)
        if self.wrapped:
            self.notes += _unwrap(self.values, self.start, repeats)
        suspicion = self.suspicion
        strange = suspicion.odd and odd(raw)
        if strange or (suspicion.marked and marked(raw)):
            self.notes += _clean(self.values, self.start, strange)
        own_id, bibliography = identified(self.values, RIS)
        if suspicion.carried and MARK in raw:
            bibliography = restored(bibliography)
        return SourceRecord(source, own_id, bibliography, raw, self.start)


def suspicion_of(block: list[str]) -> Suspicion:
    """What has to be looked for in every record of the block, for some line holds it."""
    text = "\n".join(block)
    return Suspicion(odd(text), marked(text), MARK in text)


def _see_repeats(values: Values, repeats: set[str]) -> None:
    for tag in _REPEATED:
        if tag in values and len(values[tag]) > 1:
            repeats.add(tag)


def _unwrap(values: Values, line: int, repeats: set[str]) -> list[Repair]:
    """One tag with lines below it is a list; where the file repeats tags the lines are wraps."""
    notes: list[Repair] = []
    for tag in sorted(LIST_TAGS & values.keys()):
        listed = values[tag]
        if not any("\n" in value for value in listed):
            continue
        if len(listed) == 1 and tag not in repeats and _is_list(tag, listed[0]):
            values[tag] = listed[0].split("\n")
            notes.append(Repair(line, f"lines below {tag} read as values of their own"))
        else:
            glue = "" if tag in ADDRESS_TAGS else " "
            values[tag] = [value.replace("\n", glue) for value in listed]
            notes.append(Repair(line, f"wrapped {tag} joined"))
    return notes


def _is_list(tag: str, value: str) -> bool:
    """Whether the lines of `value` are values; lines of names must each hold a whole name."""
    if tag not in ("AU", "A1"):
        return True
    return all("," in name.rstrip(", ") for name in value.split("\n"))


def _clean(values: Values, line: int, strange: bool) -> list[Repair]:
    """Values as their authors wrote them; in a record that is not `strange`, marks are undone."""
    undone: dict[str, None] = {}
    for tag, listed in values.items():
        text = listed[0] if len(listed) == 1 else "".join(listed)
        if strange or "&" in text or "<" in text:
            for index, value in enumerate(listed):
                plain = _cleaned(value, strange or tag == LOOSE)
                if plain is not None:
                    listed[index] = plain[0]
                    for what in plain[1]:
                        undone[what] = None
    return [Repair(line, f"{what} undone") for what in undone]


def _cleaned(value: str, strange: bool) -> tuple[str, tuple[str, ...]] | None:
    """The value and what was undone for it; None where nothing is to be done."""
    if (not strange and "&" not in value and "<" not in value) or value.startswith(MARK):
        return None
    plain = None if strange else unmarked(value)
    if plain is None and (marked(value) or (strange and odd(value))):
        return clean(value)
    return plain
