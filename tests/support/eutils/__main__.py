"""Run the fake for a tutorial: `python -m tests.support.eutils --port 8999`."""

import argparse
import signal
import sys
import threading
from datetime import date

from tests.support.eutils.generated import living_year
from tests.support.eutils.server import serve, today


def main() -> None:
    """Serve a generated year until interrupted; print the setting that points to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8999)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 1, 5))
    parser.add_argument("--today", type=date.fromisoformat, default=None)
    parser.add_argument("--weekly", type=int, default=20)
    given = parser.parse_args()
    corpus = living_year(given.start, weekly=given.weekly, flood=0).corpus
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with serve(corpus, lambda: given.today or today(), given.port) as eutils:
        sys.stdout.write(f"RETRODUCT_NCBI_BASE_URL={eutils.base_url}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
