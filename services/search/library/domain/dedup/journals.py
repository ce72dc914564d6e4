"""Is this the same journal? Full names, abbreviations, acronyms, parallel titles."""

import re
from functools import lru_cache

from services.search.library.domain.dedup.text import plain, words

_STOP = re.compile(
    "the|of|and|in|for|on|an?|to|de|la|le|les|des|du|di|der|die|das|und|et|y|el|en|"
    r"official|publication|series|section|conference|proceedings|proc|suppl|supplements?|vols?|"
    r"\d+(?:st|nd|rd|th)?"
)
_TAIL = re.compile(
    r"\s*(?:=|(?<=\s)/(?=\s)|"
    r"[:;.,]\s*(?:the |an? )(?:official |international )*(?:journal|publication)\b|"
    r":\s*(?:the\s+)?official|\bofficial (?:journal|publication)|\bconference\s*:|"
    r"\s-\s(?:supplement|an official))"
)
_GLUED = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKET = re.compile(r"[\(\[].*?[\)\]]")
_GATHERING = re.compile(
    r"\b(?:conference|conf|symposium|proceedings|proc|workshop|congress|meeting)\b"
)
_EDITION = re.compile(
    r"\b(?:(?:19|20)\d\d|'\d\d|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"(?:eleven|twelf|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twentie)th)\b"
)
_SHORT = {"jama": "journal american medical association", "bmj": "british medical journal"}


@lru_cache(maxsize=16384)
def journal(raw: str) -> str:
    """The journal's significant words, without parallel titles, brackets and stop words."""
    raw = raw[:500].strip()
    if len(raw) > 8 and " " not in raw:
        raw = _GLUED.sub(" ", raw)  # `TheFooJournal`
    text = plain(raw)
    if _GATHERING.search(text):
        text = _EDITION.sub(" ", text)  # `2015 Fourth International Conference on ...`
    head = _TAIL.split(_BRACKET.sub(" ", text), maxsplit=1)[0]
    kept = [w for w in words(head or text) if not _STOP.fullmatch(w)]
    if len(kept) > 3 and kept[0] == "".join(word[0] for word in kept[1:]):
        kept = kept[1:]  # `CMAJ Canadian Medical Association Journal`
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
    a, b = sorted((_SHORT.get(one, one).split(), _SHORT.get(other, other).split()), key=len)
    if _abbreviates(a, b) or _acronym(a, b):
        return True
    if _extends(a, b):
        return True if len(a) > 2 else None
    return None if _initialled(a, b) or _initialled(b, a) else False


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Every word of the shorter begins a word of the longer, in order, first and last in both."""
    if not (_begins(short[0], long[0]) and _begins(short[-1], long[-1])):
        return False
    rest = iter(long)
    found = all(any(_begins(word, other) for other in rest) for word in short)
    return found and (len(long) - len(short) <= 1 or len(short) >= 3)


def _extends(short: list[str], long: list[str]) -> bool:
    """One name goes on: telling from three words up, `Brain Res` and `Brain Res Bull` not."""
    if len(short) < 2:
        return False
    starts = all(_begins(a, b) for a, b in zip(short, long, strict=False))
    return starts or f" {' '.join(short)} " in f" {' '.join(long)} "


def _begins(one: str, other: str) -> bool:
    """`cardiol` for `cardiology`, and contractions: `natl` for `national`."""
    if one.startswith(other) or other.startswith(one):
        return True
    short, long = sorted((one, other), key=len)
    return 3 <= len(short) <= 5 < len(long) and short[0] == long[0] and _scattered(short, long)


def _scattered(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _initialled(one: list[str], other: list[str]) -> bool:
    """`ICIS: Transforming ...` may be the International Conference on Information Systems."""
    head, initials = one[0], "".join(word[0] for word in other)
    near = 3 <= len(initials) <= len(head) <= len(initials) + 1
    return near and head[0] == initials[0] and _scattered(initials, head)


def _acronym(short: list[str], long: list[str]) -> bool:
    return len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long)
