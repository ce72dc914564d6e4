"""Lines of right-to-left scripts from the order in which they are seen to that in which they are
read and typed: the Unicode Bidirectional Algorithm (UAX #9) backwards.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters, marks and digits of the Hebrew, Arabic, Syriac, Thaana and N'Ko scripts."""
CLOSING = {"(": ")", "[": "]", "{": "}", "«": "»", "‹": "›"}
"""Brackets and quotation marks that are turned round between words that run to the left."""
OPENING = {closing: opening for opening, closing in CLOSING.items()}
OTHERS = {"<": ">", ">": "<", "≤": "≥", "≥": "≤"}
"""Signs without a partner that are turned round as well."""
MIRRORED = CLOSING | OPENING | OTHERS
_LETTERS = ("L", "R", "AL")
_POINTS = frozenset(".,;:!?،؛؟-–—/")
_ODD = re.compile(r"\s[.,;:!?،؛]")
"""What does not stand before the end of a phrase that is read from the left."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A letter with its marks, or a whole number: L or R by its direction, N or A a number that
    counts as Latin or as Arabic, S a tab, empty a sign that goes with what stands about it.
    """

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Within:
    """What makes a run against the line's direction, in the order in which the run is read."""

    strong: str
    goes_on: str
    ends: str
    before: str


_LATIN = _Within(strong="L", goes_on="LN", ends="RAS", before="N")
_ARABIC = _Within(strong="R", goes_on="RA", ends="LS", before="A")


@lru_cache(maxsize=8192)
def direction(sign: str) -> str:
    """`L` or `R` for a letter, empty for what has no direction of its own."""
    return {"L": "L", "R": "R", "AL": "R"}.get(unicodedata.bidirectional(sign[:1]), "")


def logical(signs: Sequence[str], is_rtl: bool) -> str:
    """The text of a line from its signs as they are seen, from left to right.

    Each sign is a letter with its marks; brackets are given as they look. `is_rtl`: the line as
    a whole runs to the left. Where two texts look alike, a number that stands on the right of a
    Latin word is read after it, as in "NVivo 12".
    """
    units = list(_units(signs))
    if is_rtl:
        runs = _runs(units, _LATIN)
        pieces = [_plain(units[a:b]) if inside else _turned(units[a:b]) for a, b, inside in runs]
        return "".join(reversed(pieces))
    seen = [_Unit(MIRRORED.get(unit.text, unit.text), unit.kind) for unit in reversed(units)]
    pieces = [
        _plain(seen[a:b]) if inside else _turned(seen[a:b]) for a, b, inside in _runs(seen, _ARABIC)
    ]
    return "".join(reversed(pieces))


def _plain(units: Sequence[_Unit]) -> str:
    return "".join(unit.text for unit in units)


def _turned(units: Sequence[_Unit]) -> str:
    return "".join(MIRRORED.get(unit.text, unit.text) for unit in reversed(units))


def _runs(units: Sequence[_Unit], within: _Within) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether they run against the line, of all its parts one after the other."""
    mates = _mates(units)
    done = 0
    while done < len(units):
        strong = next((n for n in range(done, len(units)) if units[n].kind == within.strong), None)
        if strong is None:
            break
        start = _before(units, strong, done, within)
        end = _end(units, strong, within, mates)
        if done < start:
            yield done, start, False
        yield start, end, True
        done = end
    if done < len(units):
        yield done, len(units), False


def _before(units: Sequence[_Unit], strong: int, done: int, within: _Within) -> int:
    """Where a run begins: at a number before its first letter, parted by spaces alone."""
    at = strong
    while at > done and units[at - 1].text.isspace():
        at -= 1
    return at - 1 if at > done and units[at - 1].kind == within.before else strong


def _end(units: Sequence[_Unit], strong: int, within: _Within, mates: dict[int, int]) -> int:
    """Where a run ends: behind its last letter, a number near it, and brackets opened in it."""
    last, closing, is_near = strong, strong, True
    for at in range(strong + 1, len(units)):
        kind = units[at].kind
        if kind and kind in within.ends:
            break
        is_near = is_near and not _ODD.search(_plain(units[last + 1 : at]))
        if kind == within.strong or (is_near and kind and kind in within.goes_on):
            last, is_near = at, True
        elif at in mates and strong < mates[at] <= last:
            closing = at
        elif units[at].text in OPENING:
            is_near = False
    end = max(last, closing) + 1
    return _behind_points(units, end) if within is _LATIN else end


def _behind_points(units: Sequence[_Unit], end: int) -> int:
    """`end`, or where the points and dashes end that stand close behind a run, before a space or
    a bracket: where a row ends in the midst of a phrase, they are of its direction.
    """
    at = end
    while at < len(units) and units[at].text in _POINTS:
        at += 1
    is_end = at == len(units) or units[at].text.isspace() or units[at].text in OPENING
    return at if is_end else end


def _mates(units: Sequence[_Unit]) -> dict[int, int]:
    """Where the bracket was opened that is closed at a place."""
    open_: list[int] = []
    mates: dict[int, int] = {}
    for at, unit in enumerate(units):
        if unit.text in CLOSING:
            open_.append(at)
        elif unit.text in OPENING:
            opened = next((n for n in reversed(open_) if units[n].text == OPENING[unit.text]), None)
            if opened is not None:
                mates[at] = opened
                del open_[open_.index(opened) :]
    return mates


def _units(signs: Sequence[str]) -> Iterator[_Unit]:
    """Letters and other signs one by one, numbers with what belongs to them (UAX #9, W2 to W5)."""
    kinds = _kinds(signs)
    at = 0
    while at < len(signs):
        end = _number(kinds, at)
        if end == at:
            yield _Unit(signs[at], kinds[at] if kinds[at] in ("L", "R", "S") else "")
            end = at + 1
        else:
            yield _Unit("".join(signs[at:end]), "A" if "AN" in kinds[at:end] else "N")
        at = end


def _number(kinds: Sequence[str], start: int) -> int:
    """Where a number that begins at `start` ends; `start` where none does."""
    at = start
    while at < len(kinds) and kinds[at] == "ET":
        at += 1
    if at == len(kinds) or kinds[at] not in ("EN", "AN") or (at > start and kinds[at] != "EN"):
        return start
    digit, joints = kinds[at], ("ES", "CS") if kinds[at] == "EN" else ("CS",)
    while at < len(kinds) and (
        kinds[at] == digit or (kinds[at] in joints and kinds[at + 1 : at + 2] == [digit])
    ):
        at += 1
    while digit == "EN" and at < len(kinds) and kinds[at] == "ET":
        at += 1
    return at


def _kinds(signs: Sequence[str]) -> list[str]:
    """Bidirectional classes; digits that follow an Arabic letter count as Arabic ones."""
    found = [unicodedata.bidirectional(sign[:1]) for sign in signs]
    behind, before = [""] * len(found), ""
    for at in range(len(found) - 1, -1, -1):
        behind[at] = before
        before = found[at] if found[at] in _LETTERS else before
    last = -1
    for at, kind in enumerate(found):
        if kind in _LETTERS:
            last = at
        is_latin = (
            last >= 0 and found[last] == "L" and not _ODD.search("".join(signs[last + 1 : at]))
        )
        if kind == "EN" and behind[at] == "AL" and not is_latin:
            found[at] = "AN"
    return ["R" if kind == "AL" else kind for kind in found]
