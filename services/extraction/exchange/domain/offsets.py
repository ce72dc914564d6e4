"""What a tool's offsets count: code points or UTF-16 units, line ends as in the file or as one.

The standard leaves the unit open and tools differ. `best_unit` compares what selections are
called (most tools write the quotation there) and where words begin and end with what each way
of counting would select; `placed` translates into code points of the normalised text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Unit:
    """A way of counting; `with_bom` counts a byte order mark as one."""

    utf16: bool = False
    line_ends_as_one: bool = False
    with_bom: bool = False

    def words(self) -> str:
        """As people read it."""
        kind = "UTF-16 units" if self.utf16 else "code points"
        ends = ", line ends as one" if self.line_ends_as_one else ""
        return f"{kind}{ends}{', the byte order mark too' if self.with_bom else ''}"


UNITS = tuple(
    Unit(utf16, line_ends_as_one, with_bom)
    for with_bom in (False, True)
    for utf16 in (False, True)
    for line_ends_as_one in (False, True)
)


@dataclass(frozen=True, slots=True)
class Span:
    """A selection as a file gives it."""

    start: int
    end: int
    name: str


class CountedText:
    """A text with, for a way of counting, the place in the normalised text of each offset."""

    def __init__(self, raw: str) -> None:
        self.has_bom = raw.startswith(BOM)
        self._raw = raw.removeprefix(BOM).replace("\x00", "")
        self.text = unicodedata.normalize("NFC", _with_lf(self._raw))
        self._is_simple = self.text == self._raw and not any(c > "\uffff" for c in self.text)
        self._maps: dict[Unit, list[int]] = {}

    def place(self, unit: Unit, offset: int) -> int | None:
        """Where in the normalised text an offset points; None where it leaves the text."""
        offset -= unit.with_bom and self.has_bom
        if self._is_simple:
            return offset if 0 <= offset <= len(self.text) else None
        bare = Unit(unit.utf16, unit.line_ends_as_one)
        if bare not in self._maps:
            self._maps[bare] = self._map(bare)
        found = self._maps[bare]
        return found[offset] if 0 <= offset < len(found) else None

    def _map(self, unit: Unit) -> list[int]:
        """For each offset in the file's way of counting, the offset in the normalised text."""
        lines = _with_lf(self._raw)
        at = _composed(lines)
        places: list[int] = []
        n, raw = 0, self._raw
        for i, character in enumerate(raw):
            if character == "\n" and i and raw[i - 1] == "\r":
                places += [] if unit.line_ends_as_one else [at[n]]
                continue
            places += [at[n]] * (2 if unit.utf16 and character > "\uffff" else 1)
            n += 1
        return [*places, len(self.text)]


def _with_lf(raw: str) -> str:
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def _composed(text: str) -> list[int]:
    """For each offset in `text` the offset in its NFC."""
    if unicodedata.is_normalized("NFC", text):
        return list(range(len(text) + 1))
    pieces: list[str] = []
    for character in text:
        if pieces and _joins(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    sizes = [len(unicodedata.normalize("NFC", piece)) for piece in pieces]
    places: list[int] = []
    for piece, start, size in zip(pieces, accumulate([0, *sizes]), sizes, strict=False):
        places += [start, *([start + size] * (len(piece) - 1))]
    return [*places, sum(sizes)]


def _joins(piece: str, character: str) -> bool:
    """Whether a character composes with what stands before it."""
    if unicodedata.combining(character):
        return True
    nfc = unicodedata.normalize("NFC", piece + character)
    return nfc != unicodedata.normalize("NFC", piece) + unicodedata.normalize("NFC", character)


def best_unit(texts: Sequence[tuple[CountedText, Sequence[Span]]]) -> Unit:
    """The way of counting under which the selections of a project make most sense."""
    scores = {unit: sum(_score(text, spans, unit) for text, spans in texts) for unit in UNITS}
    return max(UNITS, key=lambda unit: (scores[unit], -UNITS.index(unit)))


def _score(text: CountedText, spans: Sequence[Span], unit: Unit) -> int:
    return sum(_fit(text, span, unit) for span in spans)


def _fit(text: CountedText, span: Span, unit: Unit) -> int:
    start, end = text.place(unit, span.start), text.place(unit, span.end)
    if start is None or end is None:
        return -5
    found, name = text.text[start:end], unicodedata.normalize("NFC", _with_lf(span.name))
    score = _begins_and_ends_well(text.text, start, end)
    if name and found == name:
        return score + 20
    said, shown = " ".join(name.split()), " ".join(found.split())
    if said and said == shown:
        return score + 10
    start_of = said.rstrip("….").rstrip()
    return score + (6 if len(start_of) >= 8 and shown.startswith(start_of) else 0)


def _begins_and_ends_well(text: str, start: int, end: int) -> int:
    if start >= end:
        return 0
    found = text[start:end]
    inside_a_word = start > 0 and text[start - 1].isalnum() and found[0].isalnum()
    cut_a_word = end < len(text) and text[end].isalnum() and found[-1].isalnum()
    return (found == found.strip()) + (not inside_a_word) + (not cut_a_word)
