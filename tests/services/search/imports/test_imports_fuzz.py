"""Damaged files of every format: read or refused, in time, and no record lost in silence."""

import pytest

from benchmarks.fuzz import Fuzzer, Report, judge, run
from benchmarks.fuzz_writing import RECORDS

FOUND_ONCE = {
    7: (36, 75, 166, 200, 310, 446, 490, 695, 882, 1036, 1137, 1669, 2848, 4057, 4244, 4894),
    3479184623: (11675, 25624, 25748, 35283, 35406, 60490),
}
"""Inputs, by seed, whose losses were silent."""


def test_every_format_is_read_whole_when_nothing_is_damaged() -> None:
    assert set(Fuzzer(0).controls().values()) == {RECORDS}


def test_damage_crashes_nothing_hangs_nothing_and_loses_nothing_in_silence() -> None:
    report = run(seed=11, inputs=260)

    assert (report.crashes, report.hangs, report.silent_losses) == ([], [], [])
    assert min(sum(counted.values()) for counted in report.counts.values()) == 20


@pytest.mark.parametrize("seed", FOUND_ONCE)
def test_losses_that_were_silent_once_are_told(seed: int) -> None:
    fuzzer, report = Fuzzer(seed), Report(seed)
    for number in FOUND_ONCE[seed]:
        judge(fuzzer.input(number), number, report)

    assert (report.crashes, report.hangs, report.silent_losses) == ([], [], [])


def test_the_fuzzer_sees_a_loss_that_nothing_tells() -> None:
    """The control of the fuzzer itself: a reader that drops a record is caught."""
    fuzzer, report = Fuzzer(0), Report(0)
    whole = fuzzer.input(0)
    lossy = type(whole)(whole.format, "none", b"TY  - JOUR\nTI  - A\nER  - \n", expected=2)
    judge(lossy, 0, report)

    assert [found.what for found in report.silent_losses] == ["1 of 2"]
