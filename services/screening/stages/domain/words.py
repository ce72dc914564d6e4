"""Words of a text and a light stem for them.

The stemmer strips inflection and the commonest derivational endings only, so
that `housing services`, `housing service` count as one while different words
seldom meet. It was chosen for speed and because titles and abstracts are short:
with a handful of includes, every form seen is one fewer form to learn.
"""

import re

_TOKEN = re.compile(r"\b\w\w+\b")
_ENDINGS = (
    "ations", "ation", "ingly", "ing", "edly", "ed", "ly", "ness", "ment", "al", "ive", "ic",
)  # fmt: skip
_SHORTEST_STEM = 4


def words_of(text: str) -> list[str]:
    """Lower-case words of two characters or more, in order."""
    return _TOKEN.findall(text.lower())


def stem(word: str) -> str:
    """The word without plural and common endings (never shorter than four letters)."""
    word = _singular(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _singular(word: str) -> str:
    """`studies` → `study`, `models` → `model`; `virus`, `crisis`, `class` stay."""
    if len(word) <= 3:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word[-1] == "s" and word[-2] not in "siu":
        return word[:-1]
    return word
