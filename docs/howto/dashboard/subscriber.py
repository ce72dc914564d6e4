"""A small dashboard of one review: follows its feed and serves what it has counted.

    RETRODUCT_URL=http://localhost:8000 RETRODUCT_TOKEN=... python subscriber.py REVIEW [PORT]

Needs only `httpx`. The page beside it, `dashboard.html`, asks for `/state` every two seconds.
Everything it knows comes from the feed, so it may be stopped and started at any time: it reads the
history first and then waits for what happens.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

PAGE = Path(__file__).with_name("dashboard.html")


class State:
    """What the dashboard shows; the newest version of each subject wins."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.start_again()

    def start_again(self) -> None:
        """Forget everything, as before the first event."""
        self.position = 0
        self.newest: dict[str, dict] = {}
        self.latest: list[str] = []

    def hear(self, entry: dict) -> None:
        """Take one entry of the feed; repeats and older versions change nothing."""
        with self.lock:
            if entry["position"] <= self.position:
                return
            self.position = entry["position"]
            known = self.newest.get(entry["subject"])
            if known is None or known["version"] < entry["version"]:
                self.newest[entry["subject"]] = entry
            self.latest = [entry["words"], *self.latest][:12]

    def shown(self) -> dict:
        """The figures of the page."""
        with self.lock:
            entries = list(self.newest.values())
            verdicts = Counter(
                f"{e['data']['stage']}: {e['data']['verdict']}"
                for e in entries
                if e["type"] == "screening.record_settled"
            )
            checks = sum(
                e["type"] == "synthesis.ccmoc_judged" and bool(e["data"].get("recheck"))
                for e in entries
            )
            return {
                "position": self.position,
                "records": sum(e["subject"].startswith("record/") for e in entries),
                "settled": dict(sorted(verdicts.items())),
                "fragments": sum(e["subject"].startswith("fragment/") for e in entries),
                "to check again": checks,
                "latest": self.latest,
            }


def follow(url: str, token: str, review: str, state: State) -> None:
    """Read the feed for ever; after a break go on where it stopped."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    while True:
        try:
            with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
                read(client, review, state)
        except httpx.HTTPError as error:
            print(f"The feed broke off ({error}); trying again.", file=sys.stderr)
        time.sleep(3)


def read(client: httpx.Client, review: str, state: State) -> None:
    """Read the feed until it ends."""
    path = f"/api/reviews/{review}/feed?after={state.position}"
    with client.stream("GET", path) as answer:
        answer.raise_for_status()
        kind = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data" and kind == "retroduct":
                state.hear(json.loads(value))
            elif name == "data" and kind == "resync":
                state.start_again()
                return


def handler(state: State) -> type[BaseHTTPRequestHandler]:
    """Serves the page and the state."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = self.path == "/state"
            body = json.dumps(state.shown()).encode() if shown else PAGE.read_bytes()
            self.send_response(200)
            self.send_header("content-type", "application/json" if shown else "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing about each request."""

    return Handler


def main() -> None:
    """Follow the review named on the command line and serve its dashboard."""
    review, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8765
    state = State()
    url = os.environ.get("RETRODUCT_URL", "http://localhost:8000")
    told = (url, os.environ.get("RETRODUCT_TOKEN", ""), review, state)
    threading.Thread(target=follow, args=told, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(state))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
