"""Cases in people's words."""

import pytest

from shared.review.cases import case_in_words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Okonjo 2021?tut", "Okonjo 2021 (case not told)"),
        ("Who cares? 2020?f1", "Who cares? 2020 (case not told)"),
        ("Okonjo 2021/two villages", "Okonjo 2021/two villages"),
        ("Does it last?", "Does it last?"),
        ("Why not? A ward", "Why not? A ward"),
        ("", ""),
    ],
)
def test_a_case_without_a_name_is_told_by_its_study_and_no_other_is_changed(key, words):
    assert case_in_words(key) == words
