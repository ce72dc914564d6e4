"""Agreement figures against published examples and an independent derivation."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.decisions.domain.agreement import (
    Interval,
    Undefined,
    fleiss_kappa,
    pair_agreement,
    stage_agreement,
)


def pairs(both: int, first_only: int, second_only: int, neither: int) -> list[tuple[str, str]]:
    return (
        [("include", "include")] * both
        + [("include", "exclude")] * first_only
        + [("exclude", "include")] * second_only
        + [("exclude", "exclude")] * neither
    )


def test_kappa_of_the_textbook_table_is_two_fifths() -> None:
    agreement = pair_agreement(pairs(20, 5, 10, 15))
    assert isinstance(agreement.kappa, Interval)
    assert agreement.kappa.value == pytest.approx(0.4)
    assert agreement.percent == pytest.approx(0.7)
    assert agreement.pabak == pytest.approx(0.4)
    assert agreement.table["include", "exclude"] == 5


def test_ac1_withstands_the_low_prevalence_that_breaks_kappa() -> None:
    """Gwet 2008's example: 118 and 0 agreed, 5 and 2 not."""
    agreement = pair_agreement(pairs(118, 5, 2, 0))
    assert isinstance(agreement.kappa, Interval)
    assert agreement.kappa.value == pytest.approx(-0.0234, abs=1e-3)
    assert agreement.ac1 == pytest.approx(0.9408, abs=1e-4)


def test_fleiss_kappa_of_the_published_example() -> None:
    rows = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    ratings = [[str(i) for i, times in enumerate(row) for _ in range(times)] for row in rows]
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=1e-3)


cells = st.tuples(*[st.integers(1, 60)] * 4)


@given(cells)
def test_the_interval_of_kappa_is_that_of_the_delta_method(table: tuple[int, ...]) -> None:
    """Standard error from numerical derivatives of kappa over the multinomial cells."""

    def kappa(p: np.ndarray) -> float:
        p = p / p.sum()
        chance = (p[0] + p[1]) * (p[0] + p[2]) + (p[2] + p[3]) * (p[1] + p[3])
        return float((p[0] + p[3] - chance) / (1 - chance))

    n = sum(table)
    share = np.asarray(table) / n
    steps = 1e-6 * np.eye(4)
    slope = np.asarray([(kappa(share + h) - kappa(share - h)) / 2e-6 for h in steps])
    variance = ((slope**2 * share).sum() - (slope * share).sum() ** 2) / n
    found = pair_agreement(pairs(*table)).kappa
    assert isinstance(found, Interval)
    assert found.value == pytest.approx(kappa(share))
    half = 1.959964 * sqrt(max(variance, 0.0))
    assert found.low == pytest.approx(max(-1, found.value - half), abs=1e-5)
    assert found.high == pytest.approx(min(1, found.value + half), abs=1e-5)


def test_undefined_figures_say_why() -> None:
    nothing = pair_agreement([])
    assert isinstance(nothing.kappa, Undefined)
    assert isinstance(nothing.percent, Undefined)
    one = pair_agreement([("exclude", "exclude")] * 9)
    assert isinstance(one.kappa, Undefined)
    assert "chance is certain" in one.kappa.reason
    assert isinstance(one.ac1, Undefined)
    assert one.percent == 1
    assert isinstance(fleiss_kappa([]), Undefined)
    assert isinstance(fleiss_kappa([["a", "a"], ["a"]]), Undefined)
    assert isinstance(fleiss_kappa([["a", "a", "a"]]), Undefined)


def test_a_stage_pools_pairs_and_speaks_of_three_raters_only_where_there_are_three() -> None:
    two = stage_agreement([{"b": "include", "a": "exclude"}, {"a": "include"}])
    assert two.pooled.table == {("exclude", "include"): 1}
    assert list(two.pairs) == [("a", "b")]
    assert isinstance(two.fleiss, Undefined)
    three = stage_agreement(
        [{"a": "include", "b": "include", "c": "exclude"}, {"a": "exclude", "b": "exclude"}] * 4
        + [{"a": "exclude", "b": "exclude", "c": "exclude"}]
    )
    assert isinstance(three.fleiss, float)
    assert three.pairs["a", "b"].records == 9
