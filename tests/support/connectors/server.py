"""Real HTTP on 127.0.0.1, one thread a request, around one stand-in."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer: status, body (an object is sent as JSON), further headers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def octets(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path (still quoted as `raw`), parameters, and user agent."""

    path: str
    raw: str
    parameters: dict[str, str]
    agent: str


@dataclass(slots=True)
class Standing:
    """What every stand-in has: requests seen, and answers to give instead of right ones."""

    answer: Callable[[Asked], Sent]
    seen: list[Asked] = field(default_factory=list)
    faults: list[Sent] = field(default_factory=list)
    address: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, asked: Asked) -> Sent:
        with self._lock:
            self.seen.append(asked)
            return self.faults.pop(0) if self.faults else self.answer(asked)


class _Handler(BaseHTTPRequestHandler):
    standing: Standing

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            unquote(parts.path),
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            self.headers.get("User-Agent", ""),
        )
        sent = self.standing.reply(asked)
        self.send_response(sent.status)
        for name, value in sent.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent.octets)))
        self.end_headers()
        self.wfile.write(sent.octets)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(answer: Callable[[Asked], Sent], path: str = "/") -> Iterator[Standing]:
    """A stand-in that runs until the end; its `address` is the base to set."""
    standing = Standing(answer)
    handler = type("Handler", (_Handler,), {"standing": standing})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        standing.address = f"http://127.0.0.1:{server.server_port}{path}"
        try:
            yield standing
        finally:
            server.shutdown()
            thread.join()
