"""Reading of line-tagged exports other than RIS: NBIB, CIW, ENW, Ovid.

They share one shape: a tag and a value a line, wrapped lines below, and a record
that ends at a blank line, at a tag of its own, or where the next one begins.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.search.imports.domain.compose import Dialect, Values, own_id_of
from services.search.imports.domain.restore import MARK, restored
from services.search.imports.domain.result import ImportEvent, Rejection, Repair
from services.search.imports.formats.text import Bound, LineSource
from services.search.library.domain.cleaning import clean, suspect
from services.search.library.domain.record import Bibliography, SourceRecord

Pairs = list[tuple[str, str]]
_RUNS = re.compile(r"[ \t]+")
_COUNTER = re.compile(r"^(?:<?\d+>?\.?|\d+:)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """How one format marks tags and records.

    `pattern` has groups `tag` and `value`; `starts` begin a record when they come
    a second time, `opens` after any blank line; `ends` close one; `apart` are tags
    outside records; `listed` take every wrapped line as a value of its own; `upper`
    tags are read in lower case too; `names` are the known fields where any words could
    be one. `title_within` finds a title, with `tag` and `value`, behind a value whose
    line break was lost.
    """

    pattern: re.Pattern[str]
    starts: frozenset[str]
    opens: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    indented: bool = True
    upper: bool = False
    names: frozenset[str] = frozenset()
    title_within: re.Pattern[str] | None = None
    compose: Callable[[Pairs], Bibliography]
    dialect: Dialect


@dataclass(slots=True)
class _Draft:
    start: int = 0
    pairs: Pairs = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    notes: list[Repair | Rejection] = field(default_factory=list)

    def finish_field(self) -> None:
        """Puts the wrapped lines, gathered so far, behind the value they belong to."""
        if self.more:
            tag, value = self.pairs[-1]
            self.pairs[-1] = (tag, "".join((value, *self.more)))
            self.more = []


class TaggedReader:
    """Reads one file of a `Syntax`. Use `events` once."""

    def __init__(self, lines: LineSource, source: str, syntax: Syntax) -> None:
        self._lines = lines
        self._source = source
        self._syntax = syntax
        self._opening = ""
        self._number = 0
        self._gap = True
        self._draft = _Draft()

    def events(self) -> Iterator[ImportEvent]:
        """Source records in file order, each after the repairs it needed."""
        bound = Bound()
        for block in self._lines.blocks():
            yield from self._lines.repairs
            self._lines.repairs.clear()
            for line in block:
                self._number += 1
                if not line or line.isspace():
                    self._gap = True
                    self._draft.raw.append(line)
                    continue
                yield from self._line(line)
            bound.block(self._draft, self._number)
        if self._draft.pairs and self._syntax.ends:
            self._note("file ends before the record does")
        yield from self._close()
        yield from self._draft.notes

    def _line(self, line: str) -> Iterator[ImportEvent]:
        found = self._syntax.pattern.match(line)
        tag = found["tag"].strip() if found else ""
        if tag != tag.upper() and self._syntax.upper:
            tag = tag.upper()
            self._note(f"tag in lower case read as {tag}")
        if tag in self._syntax.ends:
            yield from self._close(line)
        elif found is None or self._awaited(tag):
            yield from self._text(line)
        elif tag not in self._syntax.apart:
            if self._begins(tag):
                yield from self._close()
            self._add(tag, _blanks(found["value"]), line)
        self._gap = False

    def _awaited(self, tag: str) -> bool:
        """Whether a field that is waiting for its value makes this line its text."""
        names, pairs = self._syntax.names, self._draft.pairs
        waiting = bool(names and pairs) and not pairs[-1][1] and not self._draft.more
        return waiting and tag not in names

    def _begins(self, tag: str) -> bool:
        """Whether `tag` begins the next record."""
        if not self._draft.pairs:
            return False
        if self._gap and tag in (self._opening, *self._syntax.starts):
            again = tag == self._opening or self._has(tag)
            begins = again or tag in self._syntax.opens or self._opening == ""
            if begins and self._syntax.ends:
                self._note("end of record is missing")
            return begins
        if tag not in self._syntax.starts or not self._has(tag):
            return False
        if not self._syntax.ends:
            self._note("no blank line before the record")
        else:
            self._note("end of record is missing")
        return True

    def _has(self, tag: str) -> bool:
        return any(tag == known for known, _ in self._draft.pairs)

    def _add(self, tag: str, value: str, line: str) -> None:
        if not self._draft.start:
            self._draft.start = self._number
            self._draft.raw.clear()
        self._opening = self._opening or tag
        self._draft.finish_field()
        self._draft.raw.append(line)
        self._draft.pairs.append((tag, value))

    def _text(self, line: str) -> Iterator[ImportEvent]:
        """A line without a tag: wrapped text, or something between records."""
        text = _blanks(line)
        pairs = self._draft.pairs
        if _COUNTER.match(text) and line[0] == text[0] and (self._gap or text[0] == "<"):
            yield from self._close()
            return
        if not pairs:
            self._note(f"line outside the records left out: '{text[:40]}'")
            return
        self._draft.raw.append(line)
        tag, value = pairs[-1]
        if tag in self._syntax.listed:
            pairs.append((tag, text))
            return
        if self._syntax.indented and not line[0].isspace():
            self._note(f"line without a tag joined to {tag}")
        more = self._draft.more
        begun = value or "".join(more[:1])
        glue = "" if tag in self._syntax.addresses and "://" in begun else " "
        more += (glue, text) if begun else (text,)

    def _close(self, line: str = "") -> Iterator[ImportEvent]:
        draft, self._draft = self._draft, _Draft()
        draft.finish_field()
        if not draft.pairs:
            self._draft.notes = draft.notes
            return
        if line:
            draft.raw.append(line)
        raw = "\n".join(draft.raw).rstrip("\n")
        pairs = [pair for pair in draft.pairs if pair[1]]
        if suspect(raw):
            pairs = _cleaned(pairs, draft)
        bibliography = self._syntax.compose(pairs)
        if not bibliography.title and (apart := self._with_title(pairs, draft)):
            bibliography = self._syntax.compose(apart)
        yield from draft.notes
        own_id = own_id_of(grouped(pairs), self._syntax.dialect)
        if own_id is None and MARK not in raw and not _refers(bibliography):
            yield Rejection(draft.start, "lines that name no reference", raw)
            return
        if not _describes(bibliography):
            yield Repair(draft.start, "only a number is left of a record; its lines may be damaged")
        yield SourceRecord(
            source=self._source,
            own_id=own_id,
            bibliography=restored(bibliography) if MARK in raw else bibliography,
            raw=raw,
            line=draft.start,
        )

    def _with_title(self, pairs: Pairs, draft: _Draft) -> Pairs | None:
        """The fields with the title apart from the value it was glued to; None without one."""
        within = self._syntax.title_within
        for at, (tag, value) in enumerate(pairs):
            if within is not None and (found := within.search(value)):
                draft.notes.append(Repair(draft.start, f"line break before {found['tag']} is lost"))
                glued = [(tag, value[: found.start()].rstrip()), (found["tag"], found["value"])]
                return [*pairs[:at], *glued, *pairs[at + 1 :]]
        return None

    def _note(self, what: str) -> None:
        self._draft.notes.append(Repair(self._number, what))


def _refers(b: Bibliography) -> bool:
    """Whether anything says which reference is meant; `VN  - Ovid Technologies` does not."""
    return bool(b.title or b.abstract or b.authors or b.doi or b.pmid or b.urls or b.journal)


def _describes(b: Bibliography) -> bool:
    """Whether anything but numbers and addresses is said of the reference."""
    return bool(b.title or b.abstract or b.authors or b.journal)


def _blanks(text: str) -> str:
    """`text` with single blanks; odd ones stay, for they may be halves of a letter."""
    text = text.strip(" \t")
    return _RUNS.sub(" ", text) if "  " in text or "\t" in text else text


def grouped(pairs: Pairs) -> Values:
    """The values of each tag, in order."""
    values: Values = {}
    for tag, value in pairs:
        values.setdefault(tag, []).append(value)
    return values


def _cleaned(pairs: Pairs, draft: _Draft) -> Pairs:
    cleaned: Pairs = []
    undone: dict[str, None] = {}
    for tag, value in pairs:
        own = value.startswith(MARK) or not suspect(value)
        plain, what = (value, ()) if own else clean(value)
        cleaned.append((tag, plain))
        undone.update(dict.fromkeys(what))
    draft.notes += [Repair(draft.start, f"{what} undone") for what in undone]
    return cleaned
