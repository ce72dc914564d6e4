"""Sibling links are unordered pairs of two studies."""

import pytest

from services.extraction.studies.domain import link_id


def test_a_link_is_the_same_in_both_orders() -> None:
    assert link_id("s2", "s1") == link_id("s1", "s2") == "s1|s2"


def test_a_study_cannot_be_its_own_sibling() -> None:
    with pytest.raises(ValueError, match="cannot be linked with itself"):
        link_id("s1", "s1")
