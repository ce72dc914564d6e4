"""Random schedules of the real kernel's steps keep its promises, and find it out when it does not.

`python -m benchmarks.schedules` runs ten thousand and looks for every former fault.
"""

import json

import pytest

from benchmarks.schedules.__main__ import main
from benchmarks.schedules.faults import FAULTS
from benchmarks.schedules.run import run

QUICK = ("twins kept", "marked before published")
"""Those that are found within a second."""


def told(found):
    """What to read, and to type, after a violation."""
    return "\n".join(
        f"python -m benchmarks.schedules --schedules 100 --seed {each['seed']}\n{each['told']}"
        for each in found.violations
    )


def test_in_a_thousand_schedules_nothing_is_lost_or_doubled_and_the_newest_state_wins():
    found = run(1000)
    assert not found.violations, told(found)
    assert found.schedules >= 1000
    assert min(found.by_kind.values()) > 100, found.by_kind


@pytest.mark.parametrize("name", QUICK)
def test_a_former_fault_is_found(name):
    assert run(1000, name=name, shrink=False).violations


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(QUICK)))
def test_every_other_former_fault_is_found(name):
    assert run(3000, name=name, shrink=False).violations


def test_a_violation_names_the_seed_that_repeats_it(capsys):
    arguments = ["--schedules", "100", "--seed", "5", "--fault", "twins kept"]
    said = []
    for _ in range(2):
        assert main(arguments) == 1
        said.append(json.loads(capsys.readouterr().out))
    first, second = (each["violations"][0] for each in said)
    assert first["seed"] == second["seed"] == 5
    assert "an event is handled once" in first["told"]
    assert "state.begin()" in first["told"]
    assert [each["steps"] for each in said] == [said[0]["steps"]] * 2
