"""`python -m benchmarks.exchange` prints one line a file, with every promise kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.reference import reference

KEYS = [
    "file", "kind", "codes", "codings", "selections", "sources", "memos", "users", "cases", "sets",
    "losses", "refused", "export_valid", "export_stable", "round_trip_equal", "seconds",
]  # fmt: skip


def test_every_line_says_valid_stable_and_equal_or_why_it_was_refused():
    names = ("tools/qualcoder4_all_media.qdpx", "handmade/s3_colon_namespace.qdc",
             "handmade/h1_not_a_zip.qdpx")  # fmt: skip
    files = [str(reference(f"qda/{name}")) for name in names]
    root = Path(__file__).resolve().parents[4]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.exchange", *files],
        capture_output=True, text=True, check=True, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(line) for line in lines] == [sorted(KEYS)] * 3
    for line in lines[:2]:
        assert (line["export_valid"], line["export_stable"], line["round_trip_equal"]) == (
            True,
        ) * 3
    assert lines[0]["codings"] == 18
    assert lines[2]["refused"]
