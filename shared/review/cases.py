"""What to call cases, for people."""

import re

_NOT_TOLD = re.compile(r"(.+)\?(?=\S)(.+)")
"""A study and, after the mark, the fragment that tells nothing of the case it lies in."""


def case_in_words(key: str) -> str:
    """A case as people called it; one that nobody named is told by its study."""
    found = _NOT_TOLD.fullmatch(key)
    return f"{found[1]} (case not told)" if found else key


def study_of_untold(key: str) -> str | None:
    """The study of a case that nobody named; None for a case with a name."""
    found = _NOT_TOLD.fullmatch(key)
    return found[1] if found else None
