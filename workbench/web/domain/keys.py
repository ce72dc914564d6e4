"""Keys made of words that people type."""

import re
import unicodedata
from collections.abc import Collection


def key_of(words: str, taken: Collection[str] = (), *, longest: int = 48) -> str:
    """A key of letters, digits and dashes, and one that is not taken; empty without any."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")
    if not base or base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
