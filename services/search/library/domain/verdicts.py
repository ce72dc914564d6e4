"""What other screening tools write into notes: how colleagues judged a record."""

import re
from dataclasses import replace

from services.search.library.domain.record import Bibliography

_TOLD = re.compile(r"RAYYAN-(?:INCLUSION|EXCLUSION-REASONS|LABELS)|USER-NOTES\s*:", re.IGNORECASE)


def without_verdicts(bibliography: Bibliography) -> Bibliography:
    """The content without notes that tell verdicts; the source record keeps them, unseen.

    Whoever still has to judge the record would read how others did.
    """
    kept = tuple((tag, value) for tag, value in bibliography.extra if not _TOLD.search(value))
    return bibliography if kept == bibliography.extra else replace(bibliography, extra=kept)
