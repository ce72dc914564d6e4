"""Which excluded records deserve another look when a theory or a criterion changes.

Relevance depends on the theory of the day: what was sifted out under last
year's wording may speak to this year's. Records are offered again, with the
words that brought them back; a settlement is never flipped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.screening.stages.domain.words import stem, words_of

_WORD = re.compile(r"\w\w\w+")
_FUNCTION_WORDS = frozenset(
    words_of(
        """
        about above after again against all also among and any are because been before being
        below between both but can could did does doing down during each either else ever
        every few for from further had has have having her here hers him his how into its
        itself just less lead leads likely may might more most must neither nor not now off
        once only other others our ours out over own same shall she should since some such
        than that the their theirs them then there these they this those though through thus
        too under until upon very was way were what when where whether which while who whom
        whose why will with within without would yet you your
        """
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A record offered again and the words of the change that its text holds."""

    record_id: str
    words: tuple[str, ...]


def content_words(text: str) -> dict[str, str]:
    """`stem → word` of the content words of a text."""
    words = (w for w in _WORD.findall(text.lower()) if w not in _FUNCTION_WORDS)
    return {stem(word): word for word in words}


def changed_words(before: str, after: str) -> dict[str, str]:
    """`stem → word` that the new wording brings in (all of it when there was none before)."""
    old = content_words(before)
    return {key: word for key, word in content_words(after).items() if key not in old}


def offers(
    changed: Mapping[str, str], excluded: Iterable[tuple[str, str]], minimum: int = 2
) -> list[Offer]:
    """The excluded `(record id, text)` that hold at least `minimum` of the changed words.

    Where the change brings fewer words than that, all of them. Best first,
    then by id. No change offers nothing.
    """
    least = min(minimum, len(changed))
    if not least:
        return []
    found: list[Offer] = []
    for record_id, text in excluded:
        held = content_words(text).keys() & changed.keys()
        if len(held) >= least:
            found.append(Offer(record_id=record_id, words=tuple(sorted(changed[k] for k in held))))
    return sorted(found, key=lambda o: (-len(o.words), o.record_id))
