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


def disturbed(folder, bundle, kills, seconds, dice):
    """Kill a load at random moments until `kills` were killed; yields what each home ends with.

    A load that gets to its end leaves nothing to kill, so a fresh home follows it.
    """
    killed, number = 0, 0
    while killed < kills:
        home, number = folder / f"stormy-{number}", number + 1
        while killed < kills and not _ended(home, bundle, dice.uniform(0.1, 0.9) * seconds):
            killed += 1
        finish(home, "load", str(bundle))
        yield finish(home, "ccmocs", "--json")


def _ended(home, bundle, seconds):
    """Whether the load came to its end within `seconds`; otherwise it was killed."""
    process = command(home, "load", str(bundle))
    try:
        _, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    if process.returncode:
        raise RuntimeError(f"load ended with {process.returncode}: {err[-2000:]}")
    return True


def trial(bundle, kills, seed, folder):
    """One whole trial; returns what to print. Every one of `kills` is a load that was killed."""
    expected, seconds = undisturbed(folder / "calm", bundle)
    found = list(disturbed(folder, bundle, kills, seconds, random.Random(seed)))
    return {
        "bundle": bundle.name,
        "seed": seed,
        "killed": kills,
        "homes": len(found),
        "ccmocs": len(json.loads(expected)),
        "same": all(ended == expected for ended in found),
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
