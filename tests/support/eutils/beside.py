"""Run a command with the tour's invented PubMed beside it, as `make up` does.

`python -m tests.support.eutils.beside COMMAND…` gives the command RETRODUCT_NCBI_BASE_URL. Where
the settings allow the network, or name a PubMed themselves, the command runs by itself.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from shared.ops.settings import Settings
from tests.support.eutils.server import serve
from tests.support.eutils.tour import tour_corpus

TOLD = (
    "An invented PubMed, which knows the tour's articles alone, stands in for the real one; "
    "RETRODUCT_NETWORK=true asks that.\n"
)


def asks_elsewhere(made: Settings) -> bool:
    """Whether the settings let PubMed itself be asked, or another stand-in."""
    usual = Settings.model_fields["ncbi_base_url"].default
    return made.network or made.ncbi_base_url != usual


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end, whatever interrupts it; gives its exit status."""
    with subprocess.Popen(command, env=dict(environment)) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the command was interrupted, too; it ends by itself


def main() -> None:
    """Run the command that is given, beside the stand-in or alone."""
    command = sys.argv[1:]
    if asks_elsewhere(Settings()):
        sys.exit(run(command, os.environ))
    with serve(tour_corpus()) as eutils:
        sys.stdout.write(TOLD)
        sys.stdout.flush()
        sys.exit(run(command, {**os.environ, "RETRODUCT_NCBI_BASE_URL": eutils.base_url}))


if __name__ == "__main__":
    main()
