"""Siblings: linked studies are one study."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extraction.studies.domain import (
    canonical_studies,
    cycles,
    link_id,
    pair,
    siblings,
    study_of,
)

NAMES = st.sampled_from("abcdefgh")
LINKS = st.lists(st.tuples(NAMES, NAMES).filter(lambda p: p[0] != p[1]).map(lambda p: pair(*p)))


def test_a_link_is_the_same_in_both_orders() -> None:
    assert link_id("s2", "s1") == link_id("s1", "s2") == "s1|s2"


def test_a_study_cannot_be_its_own_sibling() -> None:
    with pytest.raises(ValueError, match="cannot be linked with itself"):
        link_id("s1", "s1")


def test_the_canonical_study_is_the_smallest_of_the_linked_set() -> None:
    canonical = canonical_studies([("s2", "s3"), ("s1", "s3"), ("s8", "s9")])
    assert canonical == {"s1": "s1", "s2": "s1", "s3": "s1", "s8": "s8", "s9": "s8"}
    assert study_of("s3", canonical) == "s1"
    assert study_of("alone", canonical) == "alone"


@given(LINKS, st.randoms())
def test_the_order_of_links_changes_nothing(links: list[tuple[str, str]], random: object) -> None:
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical_studies(shuffled) == canonical_studies(links)
    assert cycles(shuffled) == cycles(links)


@given(LINKS)
def test_every_linked_set_is_named_by_its_smallest_member(links: list[tuple[str, str]]) -> None:
    for canonical, members in siblings(links).items():
        assert canonical == min(members)


def test_a_cycle_is_harmless_and_listed() -> None:
    triangle = [("s1", "s2"), ("s2", "s3"), ("s1", "s3")]
    assert canonical_studies(triangle) == dict.fromkeys(("s1", "s2", "s3"), "s1")
    assert cycles([*triangle, ("s8", "s9")]) == [["s1", "s2", "s3"]]


def test_the_same_link_twice_is_no_cycle() -> None:
    assert cycles([("s1", "s2"), ("s2", "s1")]) == []
