"""Whatever is killed, an acknowledged command is there and the end is the same."""

import pytest

from tests.faults.killed_load import ROOT, trial

pytestmark = pytest.mark.slow


def test_a_load_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path):
    result = trial(ROOT / "examples" / "reco", 3, 7, tmp_path)
    assert result["same"]
    assert result["killed"] == 3
