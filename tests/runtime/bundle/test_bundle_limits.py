"""Bundles of strangers are looked into within limits, however many faults or values they hold."""

import json
import time

from runtime.bundle import limited
from runtime.bundle.parse import read_bundle
from shared.ops.limited_process import Limits

REVIEW = "id: small\ntitle: Small\nquestion: What works?\n"


def folder_with(home, **files):
    """A folder of a bundle with a review and these files."""
    (home / "review.yaml").write_text(REVIEW)
    for name, text in files.items():
        (home / name.replace("__", ".")).write_text(text)
    return home


def test_ten_thousand_faults_cost_no_more_than_reading_the_file_once(tmp_path):
    theories = {"theories": [{"number": f"x{n}", "name": 1} for n in range(5_000)]}
    home = folder_with(tmp_path, theories__json=json.dumps(theories, indent=0))
    begun = time.process_time()
    found = list(read_bundle(home).problems)
    assert len(found) >= 10_000
    assert len({problem.line for problem in found}) > 5_000
    assert time.process_time() - begun < 30


def test_what_takes_more_memory_than_a_bundle_may_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(limited, "LIMITS", Limits(memory_mb=128, cpu_s=60))
    home = folder_with(tmp_path, theories__json='{"theories":[' + "[]," * 8_000_000 + "[]]}")
    found = limited.look_limited(home, None)
    assert found.review_id == ""
    assert [problem.what for problem in found.problems] == [
        "takes more memory to read than a bundle may"
    ]


def test_a_look_within_limits_tells_what_a_reading_finds(tmp_path):
    home = folder_with(tmp_path, theories__json='{"theories": [{"number": "x"}]}')
    found, read = limited.look_limited(home, "other"), read_bundle(home, review_id="other")
    assert found.review_id == "other"
    assert set(found.problems) == set(read.problems)
