"""The best field of every source, whichever came first."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.library.domain.dedup import best
from services.search.library.domain.record import Author, Bibliography
from tests.services.search.library.dedup.dedup_examples import PAPER, bibliographies

several = st.lists(bibliographies, min_size=1, max_size=5)


def best_of(*sources: Bibliography) -> Bibliography:
    """The best bibliography of sources named by their place."""
    return best({f"s{i}": source for i, source in enumerate(sources)})[0]


@given(several, st.randoms(use_true_random=False))
def test_the_order_of_sources_never_shows(
    sources: list[Bibliography], chance: random.Random
) -> None:
    named = [(f"s{i}", source) for i, source in enumerate(sources)]
    shuffled = list(named)
    chance.shuffle(shuffled)

    assert best(dict(named)) == best(dict(shuffled))


@given(several)
def test_the_best_of_the_best_is_the_best(sources: list[Bibliography]) -> None:
    once = best_of(*sources)

    assert best_of(once) == once
    assert best_of(once, once) == once


@given(bibliographies)
def test_one_source_alone_keeps_its_values(source: Bibliography) -> None:
    found = best_of(source)

    assert replace(found, keywords=()) == replace(source, keywords=())
    assert set(map(str.casefold, found.keywords)) == set(map(str.casefold, source.keywords))


@given(several)
def test_a_field_any_source_has_is_never_empty(sources: list[Bibliography]) -> None:
    found = best_of(*sources)

    for name in ("title", "authors", "year", "journal", "pages", "doi", "keywords"):
        assert bool(getattr(found, name)) == any(getattr(s, name) for s in sources)


def test_mixed_case_beats_capitals_and_full_beats_short() -> None:
    shouted = replace(PAPER, title=PAPER.title.upper(), journal="Am J Occup Ther", pages="695-708")
    named = replace(PAPER, pages="695", abstract="A long abstract")

    found = best_of(shouted, named)

    assert found.title == PAPER.title
    assert found.journal == PAPER.journal
    assert (found.pages, found.abstract) == ("695-708", "A long abstract")


def test_full_names_beat_initials() -> None:
    short = replace(PAPER, authors=(Author(family="Nilsen", given="D"),))

    assert best_of(short, PAPER).authors == PAPER.authors


def test_the_majority_decides_numbers() -> None:
    assert best_of(replace(PAPER, year=2009), PAPER, PAPER).year == 2010


def test_lists_are_united_without_regard_to_case() -> None:
    one, other = replace(PAPER, keywords=("Stroke", "gait")), replace(PAPER, keywords=("stroke",))

    assert best_of(one, other).keywords == ("gait", "Stroke")


def test_every_field_names_its_sources() -> None:
    bare = replace(PAPER, doi=None, journal="")
    full = replace(PAPER, doi="10.1000/a")

    provenance = best({"pubmed": bare, "embase": full})[1]

    assert provenance["doi"] == provenance["journal"] == ("embase",)
    assert provenance["title"] == ("embase", "pubmed")
    assert "abstract" not in provenance


def test_a_record_without_sources_cannot_be() -> None:
    with pytest.raises(ValueError, match="at least one source"):
        best({})
