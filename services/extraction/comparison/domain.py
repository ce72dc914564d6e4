"""How far two coders agree on a text, by code and by role, and where they differ.

The unit is a character that at least one of them coded with anything: text that nobody coded is
left out, because agreeing on it says nothing and swamps every coefficient. Cohen's kappa, and
Krippendorff's alpha for two coders and nominal data (Content Analysis, 2004, chapter 11).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Code = tuple[str, str]
"""Role and code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A passage that a coder coded: its place in the text in code points, and its codes."""

    fragment_id: str
    coder: str
    start: int
    end: int
    codes: frozenset[Code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of text with the codes that each of the two gave it."""

    start: int
    end: int
    first: frozenset[Code]
    second: frozenset[Code]


@dataclass(frozen=True, slots=True)
class Counted:
    """Characters coded by both, by only one of the two, or by neither (but with another code)."""

    both: int = 0
    first_only: int = 0
    second_only: int = 0
    neither: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Both texts together."""
        return Counted(
            self.both + other.both,
            self.first_only + other.first_only,
            self.second_only + other.second_only,
            self.neither + other.neither,
        )

    @property
    def total(self) -> int:
        """All characters that were looked at."""
        return self.both + self.first_only + self.second_only + self.neither

    def agreement(self) -> float | None:
        """Share of the characters on which they agree; None where there are none."""
        return (self.both + self.neither) / self.total if self.total else None

    def kappa(self) -> float | None:
        """Cohen's kappa; None where chance alone would agree wholly."""
        if not self.total:
            return None
        first, second = self.both + self.first_only, self.both + self.second_only
        rest = (self.total - first) * (self.total - second)
        expected = (first * second + rest) / self.total**2
        observed = (self.both + self.neither) / self.total
        return None if expected == 1 else (observed - expected) / (1 - expected)

    def alpha(self) -> float | None:
        """Krippendorff's alpha; None where nothing varies."""
        coded = 2 * self.both + self.first_only + self.second_only
        values = 2 * self.total
        apart = self.first_only + self.second_only
        expected = coded * (values - coded)
        return None if not expected else 1 - (values - 1) * apart / expected


@dataclass(slots=True)
class Comparison:
    """What was counted: by code, by role, and for whether a stretch is coded at all."""

    codes: dict[Code, Counted] = field(default_factory=dict)
    roles: dict[str, Counted] = field(default_factory=dict)

    def add(self, segments: Sequence[Segment]) -> None:
        """Count the segments of one more text."""
        everything = {code for s in segments for code in s.first | s.second}
        for code in everything | self.codes.keys():
            counted = _counted(segments, {code})
            self.codes[code] = self.codes.get(code, self._absent()) + counted
        for role in {role for role, _ in everything} | self.roles.keys():
            of_role = {code for code in everything if code[0] == role}
            before = self.roles.get(role, self._absent())
            self.roles[role] = before + _counted(segments, of_role)
        self._characters += sum(s.end - s.start for s in segments)

    _characters: int = 0

    def _absent(self) -> Counted:
        """A code that none of the earlier texts held: neither gave it to their characters."""
        return Counted(neither=self._characters)

    @property
    def characters(self) -> int:
        """Characters that at least one of them coded."""
        return self._characters


def segments(coded: Iterable[Coded], first: str, second: str) -> list[Segment]:
    """The text cut at every boundary of a passage; stretches that nobody coded are left out."""
    passages = sorted((c for c in coded if c.start < c.end), key=lambda c: c.start)
    edges = sorted({edge for one in passages for edge in (one.start, one.end)})
    found: list[Segment] = []
    open_: list[Coded] = []
    n = 0
    for start, end in pairwise(edges):
        while n < len(passages) and passages[n].start <= start:
            open_.append(passages[n])
            n += 1
        open_ = [one for one in open_ if one.end > start]
        if open_:
            a, b = (_codes_of(open_, coder) for coder in (first, second))
            found.append(Segment(start=start, end=end, first=a, second=b))
    return found


def _codes_of(passages: Iterable[Coded], coder: str) -> frozenset[Code]:
    return frozenset(code for one in passages if one.coder == coder for code in one.codes)


def _counted(segments: Iterable[Segment], codes: set[Code]) -> Counted:
    cells: dict[tuple[bool, bool], int] = defaultdict(int)
    for one in segments:
        cells[(bool(one.first & codes), bool(one.second & codes))] += one.end - one.start
    return Counted(
        cells[(True, True)], cells[(True, False)], cells[(False, True)], cells[(False, False)]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A passage of one coder beside the other's that overlaps it most (None: nobody's)."""

    first: Coded | None
    second: Coded | None
    overlap: float

    @property
    def what(self) -> str:
        """`same`, `other_codes`, `other_span`, `only_first` or `only_second`."""
        if self.first is None or self.second is None:
            return "only_second" if self.first is None else "only_first"
        if self.first.codes != self.second.codes:
            return "other_codes"
        return "same" if self.overlap == 1 else "other_span"


def pairs(coded: Iterable[Coded], first: str, second: str) -> list[Pair]:
    """Every passage once, beside its counterpart; those that overlap most are paired first."""
    by_coder: Mapping[str, list[Coded]] = defaultdict(list)
    for one in coded:
        by_coder[one.coder].append(one)
    ranked = sorted(
        ((_overlap(a, b), len(a.codes & b.codes), a.fragment_id, b.fragment_id, a, b)
         for a in by_coder[first] for b in by_coder[second] if _overlap(a, b)),
        key=lambda r: (-r[0], -r[1], r[2], r[3]),
    )  # fmt: skip
    taken: set[str] = set()
    found = []
    for overlap, _, a_id, b_id, a, b in ranked:
        if not {a_id, b_id} & taken:
            taken |= {a_id, b_id}
            found.append(Pair(first=a, second=b, overlap=overlap))
    alone = [a for a in by_coder[first] if a.fragment_id not in taken]
    found += [Pair(first=a, second=None, overlap=0.0) for a in alone]
    others = [b for b in by_coder[second] if b.fragment_id not in taken]
    found += [Pair(first=None, second=b, overlap=0.0) for b in others]
    return sorted(found, key=_place)


def _place(pair: Pair) -> tuple[int, int]:
    one = pair.first or pair.second
    return (one.start, one.end) if one else (0, 0)


def _overlap(a: Coded, b: Coded) -> float:
    """Shared characters by all characters of the two."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / (max(a.end, b.end) - min(a.start, b.start)) if shared > 0 else 0.0
