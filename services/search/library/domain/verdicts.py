"""What other screening tools write into files of references: how colleagues judged a record."""

import re
from dataclasses import replace
from typing import Any

from services.search.library.domain.record import Bibliography

_TOLD = re.compile(
    r"RAYYAN\s*[-‐‑‒–—−]\s*(?:INCLUSION|EXCLUSION|LABELS)|USER\s*[-‐‑‒–—−]\s*NOTES\s*:\s*\{",
    re.IGNORECASE,
)
_NOTES = re.compile(r"USER-NOTES\s*:", re.IGNORECASE)
_COLUMN = re.compile(
    r"\b(?:decisions?|verdicts?|votes?|voted|(?:in|ex)cluded by)\b|"
    r"^(?:asreview )?(?:label|included|excluded|label included|final included)$",
    re.IGNORECASE,
)
"""Names of columns in which tools and teams keep verdicts."""
_TEXTS = ("title", "abstract", "journal", "volume", "issue", "pages", "publisher", "language")
_LISTS = ("keywords", "mesh", "publication_types", "urls", "references")


def without_verdicts(bibliography: Bibliography) -> Bibliography:
    """The content without what tells verdicts; the source record keeps it, unseen.

    Whoever still has to judge the record would read how others did. A text loses what stands
    from there on, a list the value, and what has no field of its own the whole note.
    """
    less: dict[str, Any] = {
        name: value[: found.start()].rstrip(" |;")
        for name in _TEXTS
        if (value := getattr(bibliography, name)) and (found := _TOLD.search(value))
    }
    for name in _LISTS:
        listed = getattr(bibliography, name)
        kept = tuple(value for value in listed if not _TOLD.search(value))
        if kept != listed:
            less[name] = kept
    extra = tuple(pair for pair in bibliography.extra if not _tells(*pair))
    if extra != bibliography.extra:
        less["extra"] = extra
    return replace(bibliography, **less) if less else bibliography


def _tells(tag: str, value: str) -> bool:
    """Whether a note, or the column that it stood in, tells verdicts."""
    if _TOLD.search(value) or _NOTES.search(value):
        return True
    return _COLUMN.search(tag.replace("_", " ").strip()) is not None
