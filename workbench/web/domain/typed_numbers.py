"""Numbers as people type them into forms."""

from math import isfinite

LONGEST = 18
"""Digits of a whole number; with more of them no database keeps it."""


def whole(text: str) -> int | None:
    """A whole number of plain digits, or None for anything else."""
    plain = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return int(text) if plain else None


def finite(text: str) -> float | None:
    """A number with a point or a comma, with or without a per cent sign; None for no such."""
    try:
        found = float(text.replace(",", ".").rstrip("% "))
    except ValueError:
        return None
    return found if isfinite(found) else None
