"""RIS files: rispy's tags behind a reader that repairs and streams.

rispy holds the whole file, keeps one of several values, and loses records to a
byte order mark, a missing ER or one blank too few, without a word. Here a record
whose lines are all exactly `AB  - …` is taken whole; only another one is looked at
line by line.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import rispy

from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.ris.lines import Grammar, RisLine, short, usual_frame
from services.search.imports.formats.ris.plain import (
    END,
    KNOWN,
    plain_record,
    take,
)
from services.search.imports.formats.ris.record import LOOSE, RecordDraft, suspicion_of
from services.search.imports.formats.ris.tags import TEXT_TAGS
from services.search.imports.formats.ris.writing import Writing, writing_of
from services.search.imports.formats.text import Bound, LineSource

_FRAME = ("TY  - ", END, "ER  -")
_MAYBE_TAGGED = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9]{1,4}\s*[-‐‑‒–—−\s]|[Ee][Rr]\s*$)")
_AT_ONCE = 100
"""Lines of a record that are looked at together."""
_COUNTER = re.compile(r"^(?:<?\d+>?\.?|\d+ of \d+)$")


class RisReader:
    """Reads one RIS file. Use `events` once."""

    def __init__(self, lines: LineSource, source: str) -> None:
        self._lines = lines
        self._source = source
        self._grammar = Grammar(KNOWN)
        self._number = 0
        self._writing: Writing | None = None
        self._draft = RecordDraft()
        self._complete: list[RecordDraft] = []
        self._repeats: set[str] = set()
        self._end_line = END

    def events(self) -> Iterator[ImportEvent]:
        """Source records in file order, each after the repairs it needed.

        A complete record waits until the next one begins: only then is it sure
        that its end was not a line of an abstract.
        """
        bound = Bound()
        for block in self._lines.blocks():
            yield from self._lines.repairs
            self._lines.repairs.clear()
            block = self._regular(block)
            suspicion = suspicion_of(block)
            at, before = 0, self._number
            while at < len(block):
                for whole in self._whole(block, at, before):
                    whole.suspicion = suspicion
                    complete, self._complete = self._complete, [whole]
                    for draft in complete:
                        record = draft.record(self._source, self._repeats)
                        if draft.notes:
                            yield from draft.notes
                        yield record
                    at = whole.end - before
                at = self._plain(block, self._next(block, at))
                if at < len(block):
                    self._number = before + at + 1
                    self._odd(block[at])
                    at += 1
                    if len(self._complete) > 1 or (self._complete and self._draft.typed):
                        yield from self._told()
            self._number = before + len(block)
            bound.block(self._complete[0] if self._complete else self._draft, self._number)
        self._finish()
        yield from self._told()
        yield from self._draft.notes

    def _next(self, block: list[str], at: int) -> int:
        """`at`, or the next line with something in it while no record is open."""
        if not self._draft.start:
            while at < len(block) and not block[at]:
                at += 1
        return at

    def _regular(self, block: list[str]) -> list[str]:
        """The lines as RIS has them, where the file writes every tag in its own way."""
        if self._number == 0:
            self._writing = writing_of(block, KNOWN)
            if self._writing is not None:
                self._number = 1
                self._note(f"tags are written as '{short(self._writing.sample)}'")
                self._number = 0
        if self._writing is None:
            return block
        return [self._writing.plain(line) for line in block]

    def _whole(self, block: list[str], at: int, before: int) -> Iterator[RecordDraft]:
        """The records from `at` on, up to the first in which something is irregular."""
        if self._draft.start or self._draft.notes:
            return
        while at < len(block):
            if not block[at]:
                at += 1
                continue
            draft = plain_record(block, at, before, self._end_line)
            if draft is None:
                return
            yield draft
            at = draft.end - before

    def _plain(self, block: list[str], at: int) -> int:
        """Takes the lines up to the first irregular one into an open record; where that is."""
        draft = self._draft
        while draft.start:
            lines = block[at : at + _AT_ONCE]
            taken = take(draft, lines)
            draft.raw += lines[:taken]
            at += taken
            if taken < _AT_ONCE:
                break
        return at

    def _told(self) -> Iterator[ImportEvent]:
        complete, self._complete = self._complete, []
        for draft in complete:
            record = draft.record(self._source, self._repeats)
            yield from draft.notes
            yield record

    # -- lines that are not plain `AB  - value` -----------------------------------

    def _odd(self, text: str) -> None:
        draft = self._draft
        if not text or text.isspace():
            self._blank(text)
            return
        usual = usual_frame(text) if text[:6] in _FRAME else None
        if usual is None and draft.start and draft.last != "TY" and not _MAYBE_TAGGED.match(text):
            self._continue(text)
            return
        line = usual or self._grammar.line(text, draft.last, draft.values)
        if line.note:
            self._note(line.note)
        if line.means == "begin":
            self._begin(text, line)
        elif line.means == "end":
            self._end(text, line)
        elif line.means == "tag":
            draft.start = draft.start or self._number
            draft.add(line.tag, line.value, text)
        elif draft.start:
            self._continue(text)
        else:
            self._outside(text)

    def _blank(self, text: str) -> None:
        """A blank line; tags between the end of a record and it belong to that record."""
        draft = self._draft
        if not draft.start:
            return
        draft.raw.append(text)
        before = self._complete[-1] if self._complete else None
        if before and not draft.typed and not draft.orphan and draft.start == before.end + 1:
            self._note("tags after the end of a record taken into it")
            before.extend(draft)
            self._draft = RecordDraft()

    def _begin(self, text: str, line: RisLine) -> None:
        if self._draft.typed and not self._draft.empty:
            self._close("end of record (ER) is missing")
        elif self._draft.typed:
            self._note("record begins twice")
            notes, self._draft = self._draft.notes, RecordDraft()
            self._draft.notes = notes
        elif self._draft.start:
            self._adopt()
        draft = self._draft
        draft.start = draft.start or self._number
        draft.typed = True
        draft.add("TY", line.value, text)

    def _adopt(self) -> None:
        """Tags that stand before TY belong to the record that TY begins."""
        draft = self._draft
        for text in draft.values.pop(LOOSE, []):
            self._left_out(text)
        if draft.values:
            self._note("tags before TY taken into the record that follows them")
        else:
            draft.start = 0

    def _end(self, text: str, line: RisLine) -> None:
        if self._draft.start:
            self._draft.raw.append(text)
            self._draft.end = self._number
            self._draft.doubtful = len(text.strip()) > 12
            if text.rstrip() == END.rstrip():
                self._end_line = text
            self._close("")
        else:
            self._note("end of record without a record")
        if line.then:
            self._begin(line.then, self._grammar.line(line.then, ""))

    def _continue(self, text: str) -> None:
        """A line without a tag inside a record."""
        draft = self._draft
        bare = text.strip()
        if draft.orphan and draft.last == LOOSE:
            draft.raw.append(text)
            draft.values.setdefault(LOOSE, []).append(bare)
        elif draft.last == "TY" or not (draft.last in TEXT_TAGS or any(map(str.isalnum, bare))):
            draft.raw.append(text)
            self._note(f"line without a tag kept apart: '{short(bare)}'")
            draft.values.setdefault(LOOSE, []).append(bare)
        else:
            guess = draft.join(text)
            if guess:
                self._note(guess)

    def _outside(self, text: str) -> None:
        """A line between records: a counter, a header, or more of the record before."""
        bare = text.strip()
        if _COUNTER.match(bare):
            return
        if self._complete and self._complete[-1].perhaps_open:
            self._draft.orphan = True
            self._draft.start = self._number
            self._draft.add(LOOSE, bare, text)
        else:
            self._left_out(bare)

    def _left_out(self, text: str) -> None:
        self._note(f"line outside the records left out: '{short(text)}'")

    # -- ends of records ----------------------------------------------------------

    def _close(self, what: str) -> None:
        if what:
            self._note(what)
        draft, self._draft = self._draft, RecordDraft()
        if draft.typed:
            self._complete.append(draft)
        elif self._complete and (draft.orphan or self._complete[-1].doubtful):
            draft.notes.append(
                Repair(draft.start, "an end of record inside a field; what follows it added to it")
            )
            self._complete[-1].extend(draft)
        else:
            draft.notes.append(Repair(draft.start, "record without a type (TY)"))
            self._complete.append(draft)

    def _finish(self) -> None:
        """The end of the file: a last record without ER, or lines that belong to none."""
        draft = self._draft
        if not draft.start:
            return
        if draft.typed or draft.values.keys() & {"TI", "T1", "AB", "AU", "A1", "DO"}:
            self._close("file ends before the record does")
            return
        if draft.orphan and not draft.values.keys() - {LOOSE}:
            self._adopt()
            return
        why = "tags at the end of the file that belong to no record"
        draft.notes.append(Rejection(draft.start, why, "\n".join(draft.raw)))

    def _note(self, what: str) -> None:
        self._draft.notes.append(Repair(self._number, what))


def rispy_alone(path: Path) -> list[dict[str, object]]:
    """What rispy by itself makes of a file: the control of the import benchmark."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        return list(rispy.load(stream))
