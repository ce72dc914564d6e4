"""The stand-in that the offline tutorial uses."""

import os
import signal
import subprocess
import sys
from datetime import date
from urllib.request import urlopen

from tests.support.eutils.generated import living_year


def test_the_stand_in_says_which_setting_points_to_it_and_answers() -> None:
    command = [sys.executable, "-m", "tests.support.eutils", "--port", "0", "--today", "2026-06-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        name, _, url = process.stdout.readline().strip().partition("=")
        try:
            with urlopen(f"{url}esearch.fcgi?db=pubmed&term=ferns%5Btiab%5D") as answer:
                body = answer.read()
        finally:
            process.send_signal(signal.SIGTERM)
    assert name == "RETRODUCT_NCBI_BASE_URL"
    assert b"<Count>" in body
    assert process.returncode == 0


def test_the_same_seed_makes_the_same_year() -> None:
    one, other = (living_year(date(2026, 1, 5), flood=0, seed=3) for _ in range(2))
    assert one.corpus.changes == other.corpus.changes
