"""What changed since the last version that was frozen, as a review's home counts it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.web.pages.review_at import ReviewAt

PATIENCE = 3.0
"""Seconds after which the home goes without it."""
COUNTED = {
    "theory": ("theory", "theories"),
    "argument": ("argument", "arguments"),
    "ccmoc": ("configuration", "configurations"),
}


@dataclass(frozen=True, slots=True)
class Since:
    """The last version, the counts of what changed since, and why a new one may be due."""

    number: str
    words: str
    due: tuple[str, ...]


async def since_last_version(at: ReviewAt) -> Since | None:
    """What changed since the last version; None before the first, and where nobody answers."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _since(at)
    except TimeoutError:
        return None


async def _since(at: ReviewAt) -> Since | None:
    frozen = (await at.ask("GET", "synthesis", "/versions")).items()
    if not frozen:
        return None
    number = str(frozen[-1]["number"])
    asked = {"from": number, "to": "now"}
    compared, due = await asyncio.gather(
        at.ask("GET", "synthesis", "/versions/diff", params=asked),
        at.ask("GET", "synthesis", "/versions/triggers"),
    )
    if not compared.ok:
        return None
    return Since(number, counted(compared.items()), tuple(one["words"] for one in due.items()))


def counted(changes: Sequence[Mapping[str, Any]]) -> str:
    """How many things of each kind changed, as people say it; "" where nothing did."""
    found = Counter(one["what"] for one in changes)
    return ", ".join(
        f"{found[what]:,} {words[found[what] != 1]}"
        for what, words in COUNTED.items()
        if found[what]
    )
