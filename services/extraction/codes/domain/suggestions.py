"""What may be wrong with a codebook: shown to people, never applied by itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from shared.review.numbers import counted

SIMILAR = 88
"""From 0 to 100: how alike two labels are from which they are shown."""
TOGETHER = 3
"""Fragments from which codes that only occur together are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Codes that a person may look at, why, and which command would answer it."""

    kind: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    why: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A code as it is used: its label, its role, its fragments, the theories that group it."""

    code_id: str
    role: str
    label: str
    fragments: frozenset[str]
    is_grouped: bool


def suggestions(codes: Sequence[Seen]) -> list[Suggestion]:
    """Similar labels, codes that always occur together, codes in no group; by kind and label."""
    by_role: Mapping[str, list[Seen]] = defaultdict(list)
    for code in sorted(codes, key=lambda one: (one.role, one.label, one.code_id)):
        by_role[code.role].append(code)
    found: list[Suggestion] = []
    for same_role in by_role.values():
        found += _similar(same_role)
        found += _together(same_role)
    found += _ungrouped(codes)
    return sorted(found, key=lambda one: (one.kind, one.labels))


def _similar(codes: Sequence[Seen]) -> Iterator[Suggestion]:
    for a, b in combinations(codes, 2):
        likeness = fuzz.token_sort_ratio(a.label.casefold(), b.label.casefold())
        if likeness >= SIMILAR:
            why = f"'{a.label}' and '{b.label}' are spelled alike ({likeness:.0f} of 100)"
            yield _pair("similar_labels", a, b, why)


def _together(codes: Sequence[Seen]) -> Iterator[Suggestion]:
    """Pairs with the very same fragments, found by the sets themselves."""
    same: Mapping[frozenset[str], list[Seen]] = defaultdict(list)
    for code in codes:
        if len(code.fragments) >= TOGETHER:
            same[code.fragments].append(code)
    for fragments, those in same.items():
        for a, b in combinations(those, 2):
            why = f"all {len(fragments)} fragments of '{a.label}' are also coded '{b.label}'"
            yield _pair("always_together", a, b, why)


def _pair(kind: str, a: Seen, b: Seen, why: str) -> Suggestion:
    ids, labels = (a.code_id, b.code_id), (a.label, b.label)
    return Suggestion(kind=kind, codes=ids, labels=labels, why=why, command="merge")


def _ungrouped(codes: Iterable[Seen]) -> Iterator[Suggestion]:
    for code in codes:
        if not code.is_grouped and code.fragments:
            fragments = counted(len(code.fragments), "fragment")
            why = f"'{code.label}' is coded in {fragments} and in no group"
            yield Suggestion(
                kind="in_no_group",
                codes=(code.code_id,),
                labels=(code.label,),
                why=why,
                command="move",
            )
