"""Authors as folded family names, and how far two author lists agree."""

from collections.abc import Iterable

from services.search.library.domain.dedup.text import plain, words
from services.search.library.domain.record import Author

LISTED = 30
_NOISE = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof", "null", "et", "al"})
_NOBODY = frozenset({"anonymous", "anon", "[anonymous]", "no authors listed", "none", "unknown"})


def families(authors: Iterable[Author]) -> tuple[str, ...]:
    """Folded family names in order (`Van der Veken` is `vanderveken`), at most 30.

    A group stands as its squeezed name; `Anonymous` stands for nobody.
    """
    names: list[str] = []
    for author in authors:
        raw = plain((author.collective or author.family)[:200])
        if raw.strip(" .") in _NOBODY:
            continue
        if name := "".join(w for w in words(raw) if w not in _NOISE):
            names.append(name)
        if len(names) == LISTED:
            break
    return tuple(names)


def givens(authors: Iterable[Author]) -> tuple[str, ...]:
    """Given names of two letters or more: databases confuse the order of East Asian names."""
    found = [
        "".join(words(plain(a.given)))
        for a in authors
        if len(a.given) > 1 and any(len(w) > 1 for w in a.given.replace(".", " ").split())
    ]
    return tuple(found[:LISTED])


def initial(authors: tuple[Author, ...]) -> str:
    """The first author's first initial, "" if unknown."""
    given = plain(authors[0].given).strip(" .-") if authors else ""
    return given[:1] if given[:1].isalpha() else ""
