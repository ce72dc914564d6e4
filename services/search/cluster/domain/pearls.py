"""Which records to search around: pearls proposed in the order of the method, chosen by people.

An unexplained negative case goes before the only support of a configuration, this before
conceptually rich evidence, this before evidence on many theories.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

GROUNDS = {
    "open_case": (1, "a case that nothing explains"),
    "unexplained_failure": (1, "a case that nothing explains"),
    "argument_challenged": (1, "a case against an argument"),
    "unreplicated": (2, "the only support of a configuration"),
    "single_source": (2, "the only support of a configuration"),
}
RICH, THEORIES = 3, 4
"""The places of rich evidence and of evidence on theories in the order."""


@dataclass(slots=True)
class Candidate:
    """A record with evidence: gaps that name it (by kind), how rich it is, its theories.

    `named` says that the step itself names it.
    """

    record_id: str
    named: bool = False
    kinds: set[str] = field(default_factory=set)
    rich: bool = False
    theories: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Pearl:
    """A proposed pearl; `place` is its ground's place in the order, 1 first."""

    record_id: str
    place: int
    why: str
    theories: int


def ranked(candidates: Iterable[Candidate]) -> list[Pearl]:
    """Pearls, those that the step names first, each group by the order of the method."""
    order = sorted(candidates, key=_key)
    return [_pearl(one) for one in order]


def _key(one: Candidate) -> tuple[bool, int, bool, int, str]:
    return (not one.named, _pearl(one).place, not one.rich, -len(one.theories), one.record_id)


def _pearl(one: Candidate) -> Pearl:
    grounds = sorted(GROUNDS[kind] for kind in one.kinds if kind in GROUNDS)
    if grounds:
        place, why = grounds[0]
    elif one.rich:
        place, why = RICH, "conceptually rich evidence"
    else:
        place, why = THEORIES, f"evidence on {len(one.theories)} programme theories"
    return Pearl(one.record_id, place, why, len(one.theories))


def kinds_by_document(steps: Sequence[Mapping[str, object]]) -> dict[str, set[str]]:
    """Which kinds of gap name a document (or a case), over all open steps."""
    found: dict[str, set[str]] = {}
    for step in steps:
        detail = step["detail"]
        assert isinstance(detail, Mapping)
        for name in detail.get("documents", ()):
            found.setdefault(name, set()).add(detail["kind"])
    return found
