"""Short and foreign words of bundles in those of the method: theories, levels, codebooks."""

from collections.abc import Mapping
from typing import Any

LEVELS = {
    "proximal": "proximal",
    "intermediate": "intermediate",
    "intermediate (proximal)": "intermediate",
    "distal": "distal",
    "distal (primary)": "distal",
}


def outcome_level(level: str | None) -> str:
    """The level of an outcome group in the words of the method; anything else is `unset`."""
    return LEVELS.get((level or "").strip().lower(), "unset")


def theory_ids(fragment: Mapping[str, Any]) -> list[str]:
    """Ids of the theories of a fragment: `theories`, or `theory: 1`, which is short for PT1."""
    stated = fragment.get("theories")
    if stated is None:
        single = fragment.get("theory")
        stated = [] if single is None else [single]
    return list(dict.fromkeys(theory_id(item) for item in stated))


def theory_id(value: Any) -> str:
    """`1` and `"1"` are short for `"PT1"`; any other key is itself."""
    text = str(value)
    return f"PT{text}" if text.isdecimal() else text


def books_of(codebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """The groups per role of every theory in a `codebook.json`."""
    return codebook.get("programme_theories") or {}
