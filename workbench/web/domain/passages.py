"""A document's text cut for reading and coding: paragraphs, sentences, marked segments.

Offsets are Unicode code points into the stored text, end-exclusive, so that a
passage that a reader selects is the passage that is coded.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

Cover = tuple[tuple[str, ...], tuple[str, ...]]
"""The fragments and the memos that cover a run of text."""
TEXTS = 16
"""Of how many texts it is kept where their sentences are."""
_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(
    r".+?(?:(?<!\be\.g)(?<!\bi\.e)(?<!\bal)[.!?][\"'”’)\]]*(?=\s+[^\sa-z])\s+|$)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class CodedPassage:
    """A coded passage: which fragment, and where it stands."""

    fragment: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NotedPassage:
    """A passage with a memo: which one, and where it stands."""

    memo: str
    start: int
    end: int


Mark = CodedPassage | NotedPassage


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that the same fragments and memos cover."""

    start: int
    text: str
    fragments: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: from `start` to `end`, in segments."""

    start: int
    end: int
    segments: tuple[Segment, ...]


def paragraphs(text: str, marks: Sequence[Mark]) -> list[tuple[Sentence, ...]]:
    """The text in paragraphs of sentences of segments; overlaps need no nesting."""
    covered = _covered(marks)
    return [_cut(text, line, *covered) for line in _lines(text)]


def sentences_at(text: str, marks: Sequence[Mark], start: int, end: int) -> tuple[Sentence, ...]:
    """The sentences that share characters with `[start, end)`, as `paragraphs` cuts them."""
    return _cut(text, _touched(text, start, end), *_covered(marks))


def span_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the whole sentences that share characters with `[start, end)`."""
    touched = _touched(text, start, end)
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def _touched(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [span for line in _lines(text) for span in line if span[0] < end and start < span[1]]


def _cut(
    text: str,
    spans: Sequence[tuple[int, int]],
    cuts: Sequence[int],
    covers: Sequence[Cover],
) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(start, end, tuple(_segments(text, start, end, cuts, covers)))
        for start, end in spans
    )


@lru_cache(TEXTS)
def _lines(text: str) -> list[list[tuple[int, int]]]:
    """Where the sentences of each line begin and end."""
    return [list(_sentences(line.group(), line.start())) for line in _LINE.finditer(text)]


def _covered(marks: Sequence[Mark]) -> tuple[list[int], list[Cover]]:
    """Every offset at which a mark begins or ends, and which fragments and memos cover what
    follows it, in the order of the marks.
    """
    changes: dict[int, list[int]] = {}
    for n, mark in enumerate(marks):
        if mark.start < mark.end:
            changes.setdefault(mark.start, []).append(n)
            changes.setdefault(mark.end, []).append(n)
    cuts, covers, over = sorted(changes), list[Cover](), set[int]()
    for cut in cuts:
        over ^= set(changes[cut])
        here = [marks[n] for n in sorted(over)]
        coded = tuple(mark.fragment for mark in here if isinstance(mark, CodedPassage))
        noted = tuple(mark.memo for mark in here if isinstance(mark, NotedPassage))
        covers.append((coded, noted))
    return cuts, covers


def _sentences(line: str, base: int) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(line):
        yield base + found.start(), base + found.end()


def _segments(
    text: str, start: int, end: int, cuts: Sequence[int], covers: Sequence[Cover]
) -> Iterator[Segment]:
    first = bisect_right(cuts, start)
    edges = [start, *cuts[first : bisect_left(cuts, end)], end]
    for n, (a, b) in enumerate(pairwise(edges), first - 1):
        yield Segment(a, text[a:b], *(covers[n] if n >= 0 else ()))


def places(text: str, quote: str) -> list[int]:
    """Where a quote begins in a text, every time that it occurs."""
    if not quote:
        return []
    found, at = [], text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found
