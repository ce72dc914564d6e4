"""Blocking keys: two records are compared only if they share one.

Keys are made of one record's features alone, so they never depend on what
else is stored. Titles too common to identify anything get no title key. A
spelling error leaves the initials of the words alone, a missing beginning or
subtitle the longest words, a translation the printed place.
"""

from services.search.library.domain.dedup.features import BRIEF, Features
from services.search.library.domain.dedup.locators import digits

OVERSIZED = 64
TWIN = "="  # the one key that is never crowded: its holders are equal in every feature
_HEAD, _GENERIC_HEAD, _START = 44, 32, 12
_LONGEST, _INITIALS = 5, 8  # fewer are shared by chance where a field has few words


def candidate_keys(features: Features) -> tuple[str, ...]:
    """The distinct keys of one record, sorted; empty when nothing identifies it."""
    keys = {TWIN + features.digest}
    keys.update(_identifier_keys(features))
    keys.update(_title_keys(features))
    keys.update(_place_keys(features))
    return tuple(sorted(keys))


def _identifier_keys(f: Features) -> list[str]:
    keys = []
    if f.doi:
        keys.append("d" + f.doi)
    if f.pmid or f.registration:
        keys.append("p" + (f.pmid or f.registration))
    return keys


def _title_keys(f: Features) -> list[str]:
    text = f.squeezed
    if not text:
        return []
    author = f.authors[0] if f.authors else ""
    keys = []
    if f.generic or len(text) < BRIEF:
        head = text[:_GENERIC_HEAD]
        keys = [f"g{head}|{f.year}|{author}", f"h{head}|{f.volume}|{digits(f.first)}"]
    if f.generic:
        return keys
    words = f.title.split()
    longest = sorted(set(words))
    longest.sort(key=len, reverse=True)
    keys += ["t" + text[:_HEAD], "w" + " ".join(sorted(longest[:_LONGEST]))]
    if len(words) > _LONGEST:
        keys.append("i" + "".join(word[0] for word in words[:_INITIALS]))
    if author:
        keys.append(f"b{author}|{f.year}|{' '.join(sorted(longest[:4])[:2])}")
        keys.append(f"c{author}|{text[:_START]}")
    return keys


def _place_keys(f: Features) -> list[str]:
    page = digits(f.first)
    if not page:
        return []
    keys = []
    if f.authors:
        keys.append(f"a{f.authors[0]}|{page}|{f.year}")
        if f.volume:
            keys.append(f"v{f.authors[0]}|{page}|{f.volume}")
    if f.volume and len(page) > 1:
        keys.append(f"l{f.volume}|{page}|{f.year}")
    return keys
