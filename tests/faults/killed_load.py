"""Kills a loading process at random moments and starts it again.

`python -m tests.faults.killed_load [--kills 20] [--seed 1] [BUNDLE]` prints JSON and
exits 0 when the end is the same `ccmocs --json` as after an undisturbed load.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 10.0


def command(home, *words):
    """The command line on a home folder of its own."""
    environment = {**os.environ, "RETRODUCT_HOME": str(home), "RETRODUCT_LOG_LEVEL": "ERROR"}
    return subprocess.Popen(
        [sys.executable, "-m", "runtime.cli", *words],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(home, *words):
    """Run to the end; raises with what it said when it fails."""
    process = command(home, *words)
    out, err = process.communicate(timeout=300)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {err[-2000:]}")
    return out


def undisturbed(home, bundle):
    """Load once; returns the CCMOCs and how many seconds the load took."""
    start = time.monotonic()
    finish(home, "load", str(bundle))
    return finish(home, "ccmocs", "--json"), time.monotonic() - start


def disturbed(home, bundle, kills, seconds, dice):
    """Load with `kills` kills at random moments, then to the end; returns the CCMOCs."""
    killed = 0
    for _ in range(kills):
        process = command(home, "load", str(bundle))
        try:
            process.communicate(timeout=dice.uniform(0.3, 1.0) * min(seconds, LONGEST))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    finish(home, "load", str(bundle))
    return finish(home, "ccmocs", "--json"), killed


def trial(bundle, kills, seed, folder):
    """One whole trial; returns what to print."""
    dice = random.Random(seed)
    expected, seconds = undisturbed(folder / "calm", bundle)
    found, killed = disturbed(folder / "stormy", bundle, kills, seconds, dice)
    return {
        "bundle": bundle.name,
        "seed": seed,
        "starts": kills,
        "killed": killed,
        "ccmocs": len(json.loads(expected)),
        "same": found == expected,
    }


def main():
    """Run a trial from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path, default=ROOT / "examples" / "reco")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = trial(wish.bundle, wish.kills, wish.seed, Path(folder))
    print(json.dumps(result))
    sys.exit(0 if result["same"] else 1)


if __name__ == "__main__":
    main()
