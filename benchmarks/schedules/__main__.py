"""Random schedules over the real kernel, as JSON; exits with 1 at a violation.

    python -m benchmarks.schedules [--schedules N] [--seed N] [--fault NAME]

A violation names the seed that repeats it (`--schedules 100 --seed N`) and the shortest steps to it
that were found. `--fault` puts a former fault back and is the control: it must be found.
Without it, the run ends by looking for each.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.pipeline_clock import cpu_seconds
from benchmarks.schedules.faults import FAULTS
from benchmarks.schedules.run import run

CONTROL_SCHEDULES = 1000


def main(arguments: Sequence[str]) -> int:
    """Print what was found; 0 when the kernel kept its promises and every control was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--schedules", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the first hundred schedules")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="a former fault to put back")
    asked = parser.parse_args(arguments)
    before = cpu_seconds()
    shrink = asked.fault is None
    found = run(asked.schedules, first_seed=asked.seed, name=asked.fault, shrink=shrink)
    said: dict[str, Any] = {**asdict(found), "cpu_s": round(cpu_seconds() - before, 1)}
    missed: list[str] = []
    if asked.fault is None and not found.violations:
        said["controls"] = {name: _schedules_until_found(name, asked.seed) for name in FAULTS}
        missed = [name for name, n in said["controls"].items() if n is None]
    print(json.dumps(said, indent=1))
    return 1 if found.violations or missed else 0


def _schedules_until_found(name: str, seed: int) -> int | None:
    """After how many schedules a former fault is found; None: it was not."""
    found = run(CONTROL_SCHEDULES, first_seed=seed, name=name, shrink=False)
    return found.schedules if found.violations else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
