"""What a BibTeX entry inherits from the one it refers to: a paper from its proceedings.

BibTeX wants the parent below its children, BibLaTeX above: children wait for it.
"""

from collections.abc import Iterator

from services.search.imports.domain.compose import Values
from services.search.library.domain.record import SourceRecord

MOST = 10_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARENTS = _words(
    "proceedings mvproceedings book mvbook collection mvcollection reference periodical"
)
_INHERITED = _words(
    """booktitle year date month publisher editor series volume number address location isbn issn
    journal journaltitle organization institution school edition"""
)


class Crossrefs:
    """Parents that were met, and children whose parent was not yet."""

    def __init__(self) -> None:
        self._parents: dict[str, Values] = {}
        self._waiting: dict[str, list[tuple[Values, SourceRecord]]] = {}
        self._count = 0

    def meets(self, kind: str, key: str, values: Values) -> Iterator[tuple[Values, SourceRecord]]:
        """An entry that may be a parent: its children, which waited for it, are complete."""
        if kind in _PARENTS and len(self._parents) < MOST:
            inherited = {name: values[name] for name in _INHERITED & values.keys()}
            if "title" in values:
                inherited.setdefault("booktitle", values["title"])
            self._parents[key.lower()] = inherited
        for child, carried in self._waiting.pop(key.lower(), ()):
            self._count -= 1
            self._inherit(child, key.lower())
            yield child, carried

    def settles(self, values: Values, carried: SourceRecord) -> bool:
        """Whether the entry lacks nothing that a parent has yet to say; else it waits."""
        parent = next(iter(values.get("crossref", ())), "").lower()
        if not parent or self._inherit(values, parent) or self._count >= MOST:
            return True
        self._count += 1
        self._waiting.setdefault(parent, []).append((values, carried))
        return False

    def orphans(self) -> Iterator[tuple[Values, SourceRecord]]:
        """The children whose parent is nowhere in the file."""
        for waiting in self._waiting.values():
            yield from waiting
        self._waiting.clear()

    def _inherit(self, child: Values, parent: str) -> bool:
        inherited = self._parents.get(parent)
        for name, listed in (inherited or {}).items():
            child.setdefault(name, list(listed))
        return inherited is not None
