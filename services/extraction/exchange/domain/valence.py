"""Codes of another tool that say whether an outcome is desired, told of the groups of outcomes.

A review keeps valence with a group of outcome codes, other tools code it beside the outcome in
each passage. A group gets the valence that all its passages agree on; where they do not agree it
gets none, and those codings stay as they came.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from services.extraction.exchange.domain.tree import SELECTIONS, Node, section

VALENCES = ("desired", "undesired")
Group = tuple[str, str]
"""The theory and the label of a group of outcomes."""
_PLACE = (
    *("startPosition", "endPosition", "page", "begin", "end"),
    *("firstX", "firstY", "secondX", "secondY"),
)


class Said(Protocol):
    """What people said of one code."""

    @property
    def role(self) -> str | None:
        """What it is in the review."""

    @property
    def theory(self) -> str | None:
        """Of which theory."""

    @property
    def group(self) -> str:
        """In which group; empty: one of its own."""

    @property
    def valence(self) -> str | None:
        """Which valence it says of the outcomes coded beside it."""


class Valences:
    """What the codings of a project say of the valence of each group of outcomes."""

    def __init__(
        self, project: Node, mapping: Mapping[str, Said], names: Mapping[str, str]
    ) -> None:
        self._mapping, self._names = mapping, names
        self._of_group: dict[Group, set[str]] = {}
        self._groups_of: dict[int, set[Group]] = {}
        if any(said.valence for said in mapping.values()):
            for codings in _together(project):
                self._take(codings)

    def _take(self, codings: Iterable[Node]) -> None:
        """Codings by one person at one place: their outcomes, and what is said of them."""
        groups: set[Group] = set()
        saying: list[tuple[Node, str]] = []
        for coding in codings:
            code = coding.targets("CodeRef")[0]
            said = self._mapping.get(code)
            if said is not None and said.valence:
                saying.append((coding, said.valence))
            elif said is not None and said.role == "outcome" and said.theory:
                groups.add((said.theory, said.group or self._names.get(code, code)))
        for coding, valence in saying:
            self._groups_of[id(coding)] = groups
            for group in groups:
                self._of_group.setdefault(group, set()).add(valence)

    def of_group(self, theory: str, label: str) -> str | None:
        """The valence that every passage of a group of outcomes agrees on."""
        said = self._of_group.get((theory, label), set())
        return next(iter(said)) if len(said) == 1 else None

    def is_carried(self, coding: Node) -> bool:
        """Whether what a coding says of valence now stands with every group that it is about."""
        groups = self._groups_of.get(id(coding), set())
        return bool(groups) and all(len(self._of_group[group]) == 1 for group in groups)

    def disputed(self) -> list[str]:
        """Labels of groups of outcomes that are desired in one passage, undesired in another."""
        return sorted({label for (_, label), said in self._of_group.items() if len(said) > 1})


def _together(project: Node) -> Iterator[list[Node]]:
    """Codings in sets: those of one person at one place of one text."""
    for source in section(project, "Sources"):
        for text in (source, *source.all("Representation", "TextDescription", "Transcript")):
            found: dict[tuple[str | None, ...], list[Node]] = {}
            for one in text.all(*SELECTIONS):
                place = tuple(one.attributes.get(name) for name in _PLACE)
                for coding in one.all("Coding"):
                    user = coding.attributes.get("creatingUser")
                    found.setdefault((one.tag, user, *place), []).append(coding)
            yield from found.values()
