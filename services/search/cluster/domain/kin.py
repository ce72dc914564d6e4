"""Kinship studies: related to a pearl by theory, by an antecedent, or by place and time.

The three grounds are those of Booth et al. 2013 (doi 10.1186/1471-2288-13-118). A kin is a study
of its own; it counts by itself. What is found is proposed, and people confirm it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from services.search.cluster.domain.kinship import addresses_of, mentions, people_of
from services.search.cluster.domain.siblings import Sibling
from services.search.library.domain.record import Bibliography

ANTECEDENT, THEORY, CONTEXT = 0.6, 0.5, 0.4
YEARS_APART = 3
Records = Mapping[str, Bibliography]


def kin(
    pearls: Records,
    found: Records,
    antecedents: Collection[tuple[str, str]],
    lexicon: Sequence[str],
    siblings: Iterable[Sibling],
) -> list[Sibling]:
    """Proposed kin of each pearl among `found`, the strongest first.

    `antecedents` are (pearl, record) that the eleventh step found; proposed siblings are no kin.
    """
    apart = {(one.pearl, one.record) for one in siblings}
    every = {**found, **pearls}
    spoken = {name: _spoken(one, lexicon) for name, one in every.items()}
    places = {name: _places(one) for name, one in every.items()}
    proposed = []
    for pearl, ours in pearls.items():
        for record, theirs in found.items():
            if record in pearls or (pearl, record) in apart:
                continue
            near = bool(places[pearl] & places[record]) and _at_one_time(ours, theirs)
            older = (pearl, record) in antecedents
            score, why = _likeness(older, spoken[pearl] & spoken[record], near)
            if score:
                proposed.append(Sibling(score, why, pearl, record))
    return sorted(proposed, key=lambda one: (-one.score, one.pearl, one.record))


def _likeness(older: bool, theory: Collection[str], near: bool) -> tuple[float, str]:
    if older:
        return ANTECEDENT, "an antecedent: an older report or version by the same people"
    if theory:
        return THEORY, f"the same theory ({', '.join(sorted(theory)[:3])})"
    return (CONTEXT, "the same place at the same time") if near else (0.0, "")


def _at_one_time(one: Bibliography, other: Bibliography) -> bool:
    return bool(one.year and other.year) and abs((one.year or 0) - (other.year or 0)) <= YEARS_APART


def _spoken(record: Bibliography, lexicon: Sequence[str]) -> frozenset[str]:
    return frozenset(words for words in lexicon if mentions(words, record))


def _places(record: Bibliography) -> set[str]:
    return {place for author in people_of(record).values() for place in addresses_of(author)}
