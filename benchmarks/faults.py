"""Faults under load, on servers of its own: what is lost, doubled, leaked, and how soon it heals.

`python -m benchmarks.faults [--faults 300 --restarts 20 --minutes 15 --mode broker]` prints
JSON. The control is the same load without faults, in the same run. Exits 1 when anything
acknowledged is missing or twice there, or a stranger was let in.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.faults.sites import in_one_process, on_servers_of_its_own
from tests.faults.storm import weather

MODES = {"broker": on_servers_of_its_own, "embedded": in_one_process}


async def measured(mode: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Figures of one deployment; told to end by SIGTERM it ends its servers first."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory() as home:
        async with MODES[mode](Path(home)) as site:
            found: dict[str, Any] = await weather(
                site,
                faults=asked.faults,
                restarts=asked.restarts,
                minutes=asked.minutes,
                seed=asked.seed,
            )
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--mode", choices=[*MODES, "both"], default="broker")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    modes = list(MODES) if asked.mode == "both" else [asked.mode]
    try:
        found = {mode: asyncio.run(measured(mode, asked)) for mode in modes}
    except asyncio.CancelledError:
        sys.exit("ended by SIGTERM; its servers and processes are gone")
    load = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps({**found, "load_average": load, "cores": os.cpu_count()}, indent=1))
    bad = [one[kind] for one in found.values() for kind in ("lost", "doubled", "leaked")]
    sys.exit(1 if any(bad) else 0)


if __name__ == "__main__":
    main()
