"""One title in two spellings: British and American, hyphens, lost Greek, slips of the pen."""

import re
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

_ALIKE = 72
_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|theta|eta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|"
    "upsilon|phi|chi|psi|omega"
)
_PREFIXES = frozenset(
    (
        *("", "fe", "wo", "un", "in", "non", "anti", "ant", "hypo", "hyp", "hyper", "pre", "post"),
        *("de", "dis", "intra", "extra", "inter", "out", "uni", "bi", "mono", "poly", "under"),
        *("over", "up", "down", "af", "ef", "endo", "exo", "sub", "super", "micro", "macro"),
        *("homo", "hetero", "afferent", "efferent", "ortho", "para", "re", "im", "ir", "a", "e"),
        *("ex", "nor", "ad", "sy", "dia", "m", "p", "es", "di", "tri", "pro", "peri", "trans"),
    )
)
_BRITISH = (
    (re.compile("ae|oe"), "e"),
    (re.compile(r"our(?=s?\b|[aeils])"), "or"),
    (re.compile(r"(?<=\w\w)([iy])s(?=(?:e|ed|er|es|ing|ation|ations)\b)"), r"\1z"),
    (re.compile(r"(?<=[bct])re(?=s?\b)"), "er"),
    (re.compile(r"ll(?=(?:ed|ing|er|ers)\b)"), "l"),
    (re.compile("sulph"), "sulf"),
    (re.compile(r"(?<=gram)me(?=s?\b)"), ""),
    (re.compile(r"(?<=og)ue(?=s?\b)"), ""),
    (re.compile(r"(?<=en)ce\b"), "se"),
    (re.compile(r"\bgrey\b"), "gray"),
)


def american(tokens: list[str]) -> str:
    """The words of a plain title without articles, in one spelling of `haemo`, `labour`, `-ise`."""
    text = " ".join([_american(word) for word in tokens if word != "the"])
    return text.removeprefix("an ").removeprefix("a ")


@lru_cache(maxsize=131072)
def _american(word: str) -> str:
    for pattern, instead in _BRITISH:
        word = pattern.sub(instead, word)
    return word


def respelt(one: str, other: str) -> bool:
    """Do the words that differ pair up as spellings of each other?"""
    mine, theirs = _differing(one, other)
    if len(mine) > 4 or len(theirs) > 4 or _opposed(mine, theirs):
        return False
    left, right = "".join(mine), "".join(theirs)
    if not left or not right:
        return len(left) + len(right) <= 4
    return fuzz.ratio(left, right) >= _ALIKE


def slipped(one: str, other: str) -> bool:
    """Is one letter of one long word all the difference, and not its first?

    Even then two words may be meant, as nitrate and nitrite are.
    """
    mine, theirs = _differing(one, other)
    left, right = "".join(mine), "".join(theirs)
    if min(len(left), len(right)) < 6 or left[0] != right[0]:
        return False
    return OSA.distance(left, right, score_cutoff=1) <= 1


def exchanged(one: str, other: str) -> bool:
    """Has each of them a word that the other has not?"""
    mine, theirs = _differing(one, other)
    return bool(mine and theirs)


def without_greek(one: str, other: str) -> bool:
    """Databases lose Greek letters (`factor-B` for `factor-kappaB`): equal without them?"""
    return fuzz.ratio(_GREEK.sub("", one), _GREEK.sub("", other)) >= 97


def _differing(one: str, other: str) -> tuple[list[str], list[str]]:
    a, b = one.split(), other.split()
    return [w for w in a if w not in b], [w for w in b if w not in a]


def _opposed(mine: list[str], theirs: list[str]) -> bool:
    """Words that differ by a telling prefix: male and female, hypo- and hypertension."""
    if "without" in mine or "without" in theirs:
        return True
    for one in mine:
        for other in theirs:
            head, tail = _heads(one, other)
            if head in _PREFIXES and tail in _PREFIXES and not {head, tail} & {*mine, *theirs}:
                return True
    return False


def _heads(one: str, other: str) -> tuple[str, str]:
    """What is left of two words without their common ending of three letters or more."""
    size, limit = 0, min(len(one), len(other))
    while size < limit and one[-1 - size] == other[-1 - size]:
        size += 1
    return (one[:-size], other[:-size]) if size >= 3 else ("-", "-")
