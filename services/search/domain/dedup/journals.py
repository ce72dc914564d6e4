"""Is this the same journal? Full names, abbreviations, acronyms, parallel titles."""

import re
from functools import lru_cache

from services.search.domain.dedup.text import plain, words

_STOP = re.compile(
    "the|of|and|in|for|on|an?|to|de|la|le|les|des|du|di|der|die|das|und|et|y|el|en|"
    "official|publication|series|section|conference"
)
_TAIL = re.compile(
    r"\s*(?:=|/|:\s*(?:the\s+)?official|\bofficial (?:journal|publication)|\bconference\s*:|"
    r"\s-\s(?:supplement|an official))"
)
_BRACKET = re.compile(r"[\(\[].*?[\)\]]")
_SHORT = {"jama": "journal american medical association", "bmj": "british medical journal"}


@lru_cache(maxsize=16384)
def journal(raw: str) -> str:
    """The journal's significant words, without parallel titles, brackets and stop words."""
    text = plain(raw[:500])
    head = _TAIL.split(_BRACKET.sub(" ", text), maxsplit=1)[0]
    kept = [w for w in words(head or text) if not _STOP.fullmatch(w)]
    return " ".join(kept) or " ".join(words(text))


@lru_cache(maxsize=131072)
def same_journal(one: str, other: str) -> bool | None:
    """True, False, or None (unknown) for two values of `journal`."""
    if not one or not other:
        return None
    if one == other:
        return True
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    a, b = _SHORT.get(one, one).split(), _SHORT.get(other, other).split()
    return _abbreviates(a, b) or _acronym(a, b) or _acronym(b, a) or _contains(a, b)


def _abbreviates(a: list[str], b: list[str]) -> bool:
    """Every word of the shorter begins a word of the longer, in order, first with first."""
    if len(a) > len(b):
        a, b = b, a
    position = 0
    for index, word in enumerate(a):
        while position < len(b) and not _begins(word, b[position]):
            if index == 0:
                return False
            position += 1
        if position == len(b):
            return False
        position += 1
    return len(b) - len(a) <= 1 or len(a) >= 3


def _begins(one: str, other: str) -> bool:
    """`cardiol` for `cardiology`, and contractions: `natl` for `national`."""
    if one.startswith(other) or other.startswith(one):
        return True
    short, long = sorted((one, other), key=len)
    return 3 <= len(short) <= 5 < len(long) and short[0] == long[0] and _scattered(short, long)


def _scattered(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _acronym(a: list[str], b: list[str]) -> bool:
    return len(a) == 1 and len(b) > 2 and a[0] == "".join(word[0] for word in b)


def _contains(a: list[str], b: list[str]) -> bool:
    """One name inside the other, two words at least (`Conference: ... Pediatric Nephrology`)."""
    short, long = sorted((a, b), key=len)
    return len(short) > 1 and f" {' '.join(short)} " in f" {' '.join(long)} "
