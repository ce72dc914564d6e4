"""What is counted of a context, in the words of the glossary: one wording wherever it is said."""

from collections.abc import Mapping
from typing import Any

VERDICTS = {
    "enabling": "enabling",
    "helpful": "helpful",
    "recurs": "recurs with",
    "disabling": "disabling",
    "recurs_failing": "recurs with failures",
    "suspected": "suspected",
    "undecided": "undecided",
    "trigger": "stated with the mechanism only",
}
"""A context's verdict, in the order in which verdicts are listed."""


def verdict_words(verdict: str, grade: str | None = None) -> str:
    """A context's verdict with its contrast, if it has one: *enabling (contrast A)*."""
    said = VERDICTS.get(verdict, verdict.replace("_", " "))
    return f"{said} (contrast {grade})" if grade else said


def context_words(context: Mapping[str, Any]) -> str:
    """The same of a context of a configuration's body (`verdict`, `grade`)."""
    return verdict_words(context["verdict"], context["grade"])
