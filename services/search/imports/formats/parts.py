"""Files made of several formats, one below the other: each part by its own reader.

A part begins where a record of another format does, below a blank line or the
end of a record; nothing less is believed, for texts quote such lines.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import itemgetter

from services.search.imports.domain.result import ImportEvent, Repair
from services.search.imports.formats.text import LineSource

_STARTS = {
    "ris": ("TY  - ", re.compile(r"TY  - [A-Z]{3,7}\s*$")),
    "nbib": ("PMID- ", re.compile(r"PMID- ?\d{1,8}\s*$")),
    "wos": ("FN ", re.compile(r"FN (?:Clarivate|Thomson|ISI) .*")),
    "enw": ("%0 ", re.compile(r"%0 [A-Z][a-z]+(?: [A-Z][a-z]+)*\s*$")),
    "bibtex": ("@", re.compile(r"@[A-Za-z]+\{[^,\s{}]+,\s*$")),
}
FORMATS = frozenset(_STARTS)
_HEAD = itemgetter(slice(2))
_CLOSED = re.compile(r"\s*$|E[RF](?:  -\s*)?$|\}\s*$")

Reader = Callable[[str, LineSource], Iterator[ImportEvent]]


def part_events(found: str, lines: LineSource, read: Reader) -> Iterator[ImportEvent]:
    """The events of every part, the first in the format `found`; a change is told."""
    source = _Source(lines)
    current: str | None = found
    while current is not None:
        part = _Part(source, current)
        below = source.line
        events = read(current, part)
        yield from events if not below else _moved(events, below)
        current = source.coming
        if current is not None and source.line:
            yield Repair(source.line + 1, f"from here on the file is {current.upper()}")


def _moved(events: Iterator[ImportEvent], below: int) -> Iterator[ImportEvent]:
    for event in events:
        yield replace(event, line=(event.line or 0) + below)


class _Source:
    """The lines that no part has taken yet; `line` counts those that were taken."""

    def __init__(self, lines: LineSource) -> None:
        self.repairs = lines.repairs
        self._blocks = lines.blocks()
        self._rest: list[str] = []
        self._closed = True
        self.line = 0
        self.coming: str | None = None

    def take(self, current: str) -> list[str]:
        """The next lines in the format `current`, [] at the end of the part."""
        block, self._rest = self._rest or next(self._blocks, []), []
        cut, self.coming = self._change(block, current)
        if self.coming is not None:
            block, self._rest = block[:cut], block[cut:]
        if block:
            self._closed = _CLOSED.match(block[-1]) is not None
        self.line += len(block)
        return block

    def _change(self, block: list[str], current: str) -> tuple[int, str | None]:
        """Where the first record of another format begins, and which that is."""
        heads = set(map(_HEAD, block))
        first: tuple[int, str | None] = (len(block), None)
        for name, (sign, start) in _STARTS.items():
            if name == current or not any(head.startswith(sign[:2]) for head in heads):
                continue
            for at, line in enumerate(block[: first[0]]):
                if line.startswith(sign) and start.match(line) and self._open(block, at):
                    first = (at, name)
                    break
        return first

    def _open(self, block: list[str], at: int) -> bool:
        return self._closed if at == 0 else _CLOSED.match(block[at - 1]) is not None


class _Part:
    """The lines of one part, for its reader; its repairs count from its own first line."""

    def __init__(self, source: _Source, current: str) -> None:
        self._source = source
        self._current = current
        self._below = source.line
        self.repairs: list[Repair] = []

    def blocks(self) -> Iterator[list[str]]:
        """Lists of complete lines, until another format begins."""
        while block := self._source.take(self._current):
            told = self._source.repairs
            self.repairs += (replace(one, line=one.line - self._below) for one in told)
            told.clear()
            yield block
            if self._source.coming is not None:
                return
