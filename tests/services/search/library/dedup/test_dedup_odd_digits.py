"""Signs that look like digits and are none, where pages, issues and distances are numbers."""

import pytest

from services.search.library.domain.dedup import citation, locators
from services.search.strategies.domain.terms import read_term

SIGNS = ("²²²²", "①①①①", "²", "1²", "①-③", "⁹" * 4)


@pytest.mark.parametrize("text", SIGNS)
def test_pages_and_issues_of_odd_signs_are_no_numbers(text):
    assert not citation.is_date(text, 2000)
    assert not locators.same_issue(text, "3")
    assert locators.pages(text).first == ""


@pytest.mark.parametrize("apart", ["²", "9" * 5000])
def test_a_distance_that_is_no_number_is_left_out(apart):
    assert read_term(f"coach[tiab:~{apart}]").near is None
