"""What a page tells a newcomer to type, typed into a running installation."""

import json
import os
import re
import subprocess

from tests.support.reference import ROOT


def script_of(page, port):
    """The `sh` blocks of a page, in order, as one script for another port."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(), flags=re.M | re.S)
    assert blocks, f"{page} shows no session"
    return "set -euo pipefail\n" + "\n".join(blocks).replace("localhost:8000", f"localhost:{port}")


def type_in(script, folder, **environment):
    """Run a script and return the JSON answers that it printed."""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def leading(answers):
    """The leading configurations among the answers, in order."""
    pages = [a["items"] for a in answers if a.get("items") and "outcome_rank" in a["items"][0]]
    return [page[0] for page in pages]
