"""Siblings: linked studies are one study."""

from hypothesis import given
from hypothesis import strategies as st

from shared.review.studies import canonical_studies, cycles, siblings, study_of

NAMES = st.sampled_from("abcdefgh")
LINKS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]))


def test_the_canonical_study_is_the_smallest_of_the_linked_set() -> None:
    canonical = canonical_studies([("s2", "s3"), ("s1", "s3"), ("s8", "s9")])
    assert canonical == {"s1": "s1", "s2": "s1", "s3": "s1", "s8": "s8", "s9": "s8"}
    assert study_of("s3", canonical) == "s1"
    assert study_of("alone", canonical) == "alone"


@given(LINKS, st.randoms())
def test_the_order_of_links_changes_nothing(links: list[tuple[str, str]], random: object) -> None:
    shuffled = [pair[::-1] for pair in links]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical_studies(shuffled) == canonical_studies(links)
    assert cycles(shuffled) == cycles(links)


@given(LINKS)
def test_every_linked_set_is_named_by_its_smallest_member(links: list[tuple[str, str]]) -> None:
    for canonical, members in siblings(links).items():
        assert canonical == min(members)


def test_a_cycle_is_harmless_and_listed_with_its_links() -> None:
    triangle = [("s1", "s2"), ("s2", "s3"), ("s1", "s3")]
    assert canonical_studies(triangle) == dict.fromkeys(("s1", "s2", "s3"), "s1")
    assert cycles([*triangle, ("s8", "s9")]) == {"s1": sorted(triangle)}


def test_the_same_link_twice_is_no_cycle() -> None:
    assert cycles([("s1", "s2"), ("s2", "s1")]) == {}
