"""The server: real HTTP on 127.0.0.1, one thread a request."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.support.eutils.corpus import Corpus
from tests.support.eutils.faults import Fault, Sent, rate_limited
from tests.support.eutils.index import Index
from tests.support.eutils.utilities import UTILITIES, Library

LONGEST_URI = 4_000
Parameters = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: utility, method, parameters, and when (monotonic seconds)."""

    utility: str
    method: str
    parameters: Parameters
    at: float

    def value(self, name: str) -> str:
        """First value of a parameter; empty if it was not sent."""
        return self.parameters.get(name, [""])[0]


@dataclass(slots=True)
class EUtils:
    """A running fake; `today` is the day that its corpus shows.

    `faults` are used up one a request, those of a utility before the common
    ones (key ""). `per_second` set refuses faster callers with 429.
    """

    corpus: Corpus
    today: Callable[[], date]
    base_url: str = ""
    seen: list[Seen] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    per_second: int | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _library: Library = field(init=False)

    def __post_init__(self) -> None:
        self._library = Library(Index(self.corpus))

    def script(self, *faults: Fault, utility: str = "") -> None:
        """Let the next requests (of `utility`, or of any) meet `faults`, one each."""
        self.faults.setdefault(utility, []).extend(faults)

    def calls(self, utility: str) -> list[Seen]:
        """Requests that came for `utility`."""
        return [each for each in self.seen if each.utility == utility]

    def answer(self, utility: str, method: str, parameters: Parameters, size: int) -> Sent:
        """What to send for one request."""
        with self._lock:
            self.seen.append(Seen(utility, method, parameters, time.monotonic()))
            happening = self.before.pop(len(self.seen), None)
            if happening is not None:
                happening()
            if self._too_fast():
                return rate_limited()(Sent())
            right = self._right(utility, method, parameters, size)
            fault = self._fault(utility)
        return fault(right) if fault else right

    def _right(self, utility: str, method: str, parameters: Parameters, size: int) -> Sent:
        if method == "GET" and size > LONGEST_URI:
            return Sent(414, b"<html><body>Submitted URI too large!</body></html>")
        answer = UTILITIES.get(utility)
        if answer is None:
            return Sent(404, b"<html><body>Not found</body></html>")
        self._library.index.move_to(self.today())
        status, body = answer(self._library, parameters)
        return Sent(status, body)

    def _fault(self, utility: str) -> Fault | None:
        for name in (utility, ""):
            if self.faults.get(name):
                return self.faults[name].pop(0)
        return None

    def _too_fast(self) -> bool:
        if self.per_second is None:
            return False
        now = self.seen[-1].at
        return sum(1 for each in self.seen[-50:] if now - each.at < 1.0) > self.per_second


class _Handler(BaseHTTPRequestHandler):
    eutils: EUtils

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._reply(parts.path, parse_qs(parts.query), len(self.path))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        parameters = parse_qs(self.rfile.read(length).decode())
        self._reply(self.path, parameters, len(self.path))

    def _reply(self, path: str, parameters: Parameters, size: int) -> None:
        utility = path.rsplit("/", 1)[-1].removesuffix(".fcgi")
        sent = self.eutils.answer(utility, self.command, parameters, size)
        if sent.manner == "hang":
            self.eutils.closing.wait(30)
        if sent.manner in ("hang", "reset"):
            self._reset()
            return
        self.send_response(sent.status)
        for name, value in {"Content-Type": "text/xml; charset=UTF-8", **sent.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent.body)))
        self.end_headers()
        self._body(sent)

    def _body(self, sent: Sent) -> None:
        if sent.manner == "drip":
            self._drip(sent.body)
        elif sent.manner == "cut":
            self.wfile.write(sent.body[: len(sent.body) // 2])
        else:
            self.wfile.write(sent.body)

    def _drip(self, body: bytes) -> None:
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            if self.eutils.closing.wait(0.02):
                return

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: `seen` tells more."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away, or a connection reset by a fault, is no error here."""


def today() -> date:
    """The machine's day in UTC."""
    return datetime.now(UTC).date()


@contextmanager
def serve(corpus: Corpus, today: Callable[[], date] = today, port: int = 0) -> Iterator[EUtils]:
    """A fake on a free port (or `port`) for as long as the block runs."""
    eutils = EUtils(corpus, today)
    handler = type("Handler", (_Handler,), {"eutils": eutils})
    server = _Server(("127.0.0.1", port), handler)
    eutils.base_url = f"http://127.0.0.1:{server.server_address[1]}/entrez/eutils/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield eutils
    finally:
        eutils.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
