"""What the pages tell a newcomer to type is typed here, into a running installation."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.support.readme import leading, script_of, type_in
from tests.support.reference import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash"
)


@pytest.fixture
def installation(tmp_path):
    """Port of `retroduct up` in a process and folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = {"RETRODUCT_HOME": str(tmp_path / "home"), "RETRODUCT_PORT": str(port)}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("RETRODUCT_")}
    command = [sys.executable, "-c", "from runtime.cli import main; main()", "up"]
    with (tmp_path / "up.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=inherited | home, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_until_ready(port, process, tmp_path / "up.log")
            yield port
        finally:
            process.terminate()
            process.wait(20)


def wait_until_ready(port, process, log):
    """Return when the server answers; fail with its last words if it dies."""
    address = f"http://127.0.0.1:{port}/api/workbench/ready"
    for _ in range(600):
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("retroduct up does not answer")


def test_the_session_of_the_readme_does_what_the_readme_says(installation, tmp_path):
    answers = type_in(script_of("README.md", installation), tmp_path)
    before, after = leading(answers)
    assert (before["outcome"], before["mechanism"], before["state"]) == (
        "STAY",
        "TRUST",
        "conjectured",
    )
    assert before["studies"]["positive"] == ["Doe 2011", "Roe 2013"]
    assert before["studies"]["contradicting"] == ["Poe 2015"]
    assert before["supporting_share"] == [2, 3]
    verdicts = {c["group"]: (c["verdict"], c["grade"]) for c in before["contexts"]}
    assert verdicts == {"WELCOME": ("recurs", None), "LOAD": ("suspected", None)}
    assert before["failures"] == [
        {
            "case": "Poe 2015",
            "open": True,
            "explained_by": [{"kind": "suspected", "group": "LOAD"}],
        }
    ]
    assert after["supporting_share"] == [1, 2]
    assert after["studies"]["positive"] != before["studies"]["positive"]
    flow = next(answer for answer in answers if "identified" in answer)
    assert (flow["identified"], flow["sought"], flow["included_reports"]) == (3, 3, 2)
    assert flow["retracted_reports"] == 1


def test_a_review_by_programs_does_what_its_page_says(installation, tmp_path):
    answers = type_in(script_of("docs/howto/review-by-program.md", installation), tmp_path)
    states = [r["state"] for r in next(a for a in answers if "refused" in str(a))["results"]]
    assert states[-1] == "settled"
    assert "conflict" in states
    (refused,) = [a for a in answers if a.get("type") == "/problems/quote-mismatch"]
    assert "starts at 28" in refused["detail"]
    first, linked, unlinked = leading(answers)
    assert first["studies"]["positive"] == ["Doe trial", "roe"]
    assert first["studies"]["not_fired"] == ["evaluation"]
    assert (linked["studies"]["positive"], linked["unreplicated"]) == (["Doe trial"], True)
    assert unlinked["hash"] == first["hash"]
    told = next(a for a in answers if a.get("items") and "position" in a["items"][0])
    assert len(told["items"]) == 3
    assert "I did not trust" not in json.dumps(told)
    assert (tmp_path / "report.html").read_text().lstrip().lower().startswith("<!doctype html>")
