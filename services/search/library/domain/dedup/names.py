"""Authors as folded family names, and how far two author lists agree."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from services.search.library.domain.dedup.text import plain, words
from services.search.library.domain.record import Author

LISTED = 30
_NOISE = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof", "null", "et", "al"})
_GLUED = re.compile(r"(?P<family>.{2,}?)(?P<given>(?:[A-ZÀ-Þ]\.[ -]?)+)\.?")
_NEXT = re.compile(r"(?<=[A-ZÀ-Þ]\.)(?=[A-ZÀ-Þ](?:['’][A-ZÀ-Þ]|[a-zß-ÿ]))")
_GROUP = re.compile(
    r"\b(?:group|consortium|collaborat\w+|committee|network|society|association|trialists|"
    r"investigators|organi[sz]ation|task force|initiative|study|trial|panel)\b",
    re.IGNORECASE,
)
GROUP = "+"  # before the folded name of a group, which may stand for people named elsewhere
_NOBODY = frozenset({"anonymous", "anon", "[anonymous]", "no authors listed", "none", "unknown"})


def people(authors: Iterable[Author]) -> Iterator[Author]:
    """Every author apart: `SmithA.B.` and `CryanJ.F.O'LearyO.F.` are taken to pieces."""
    for author in authors:
        if author.given or author.collective or "." not in author.family:
            yield author
        else:
            yield from _pieces(author.family)


@lru_cache(maxsize=65536)
def _pieces(family: str) -> tuple[Author, ...]:
    parts = []
    for name in _NEXT.split(family[:500]):
        found = _GLUED.fullmatch(name)
        family, given = (found["family"], found["given"]) if found else (name, "")
        parts.append(Author(family=family, given=given))
    return tuple(parts)


def families(authors: Iterable[Author]) -> tuple[str, ...]:
    """Folded family names in order (`Van der Veken` is `vanderveken`), at most 30.

    A group stands as its squeezed name after `GROUP`; `Anonymous` stands for nobody.
    """
    names = [_family(a.family, a.given, a.collective) for a in islice(authors, 2 * LISTED)]
    return tuple(filter(None, names))[:LISTED]


@lru_cache(maxsize=131072)
def _family(family: str, given: str, collective: str) -> str:
    raw = plain((collective or family)[:200])
    if raw.strip(" .") in _NOBODY:
        return ""
    name = "".join(w for w in words(raw) if w not in _NOISE)
    grouped = bool(collective) or (len(raw) > 4 and _GROUP.search(f"{family}, {given}"))
    return GROUP + name if name and grouped else name


def givens(authors: Iterable[Author]) -> tuple[str, ...]:
    """Given names of two letters or more: databases confuse the order of East Asian names."""
    names = [_given(a.given) for a in authors if len(a.given) > 1]
    return tuple(filter(None, names))[:LISTED]


@lru_cache(maxsize=65536)
def _given(given: str) -> str:
    if not any(len(w) > 1 for w in given.replace(".", " ").split()):
        return ""
    return "".join(words(plain(given)))


def initial(authors: Sequence[Author]) -> str:
    """The first author's first initial, "" if unknown."""
    given = plain(authors[0].given).strip(" .-") if authors else ""
    return given[:1] if given[:1].isalpha() else ""
