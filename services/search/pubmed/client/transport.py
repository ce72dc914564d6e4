"""Sending one request to the E-utilities and reading the whole answer, within a time.

Bio.Entrez builds requests for a hard-coded host, has no time limit and retries
at once. This transport takes its requests instead of `urllib.request.urlopen`:
it sends them to the configured base URL, through the configured proxy, and
reads the body to its end before the answer is judged, since a dripping or
breaking body fails only while it is read.
"""

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.request import (
    HTTPErrorProcessor,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from services.search.pubmed.client.answers import HttpAnswer

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
KEY = re.compile(r"(api_key=)[^&\s'\"]+")
CHUNK = 65536
LARGEST = 256 * 1024 * 1024
"""Bytes that one answer may have; 200 articles are about 3 MB."""


class NoAnswer(Exception):
    """The network gave no whole answer: refused, reset, broken off or too slow."""


def redacted(words: str) -> str:
    """`words` without any API key."""
    return KEY.sub(r"\1***", words)


class AnyStatus(HTTPErrorProcessor):
    """Hands on every answer: its body says what it is worth. Only redirections are followed."""

    def http_response(self, request: Request, response: Any) -> Any:
        """Return every answer as it is, errors included."""
        if 300 <= response.status < 400:
            return super().http_response(request, response)
        return response

    https_response = http_response


@dataclass(frozen=True, slots=True)
class Transport:
    """A connection to the E-utilities at `base` (the URL of their folder).

    `quiet` is how many seconds the server may be silent, `whole` how many one
    answer may take altogether. `proxy` is a URL; None takes the environment's.
    """

    base: str = NCBI
    agent: str = "retroduct"
    proxy: str | None = None
    quiet: float = 60.0
    whole: float = 300.0
    monotonic: Callable[[], float] = time.monotonic
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        proxies = {"http": self.proxy, "https": self.proxy} if self.proxy else None
        local = self.base.startswith("http://127.0.0.1")
        opener = build_opener(ProxyHandler({} if local else proxies), AnyStatus())
        opener.addheaders = [("User-Agent", self.agent)]
        object.__setattr__(self, "_opener", opener)

    def send(self, request: Request) -> HttpAnswer:
        """Send `request` to this base and read its answer to the end."""
        started = self.monotonic()
        try:
            with self._opener.open(self._rebased(request), timeout=self.quiet) as reply:
                body = self._body(reply, started)
                return HttpAnswer(reply.status, body, reply.headers.get("Retry-After"))
        except (URLError, OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            kind = type(reason).__name__ if not isinstance(reason, str) else "URLError"
            raise NoAnswer(redacted(f"{kind}: {reason}")) from error

    def _rebased(self, request: Request) -> Request:
        url = f"{self.base.rstrip('/')}/{request.full_url.removeprefix(NCBI)}"
        return Request(  # noqa: S310 - the base URL is the operator's own setting
            url, data=request.data, headers=dict(request.headers), method=request.get_method()
        )

    def _body(self, reply: http.client.HTTPResponse, started: float) -> bytes:
        promised = reply.length
        parts, size = list[bytes](), 0
        while part := reply.read1(CHUNK):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise NoAnswer(f"the answer is larger than {LARGEST} bytes")
            if self.monotonic() - started > self.whole:
                raise NoAnswer(f"the answer took more than {self.whole:g} s ({size} bytes so far)")
            if size == promised:
                break
        if promised is not None and size < promised:  # read1 ends silently where a line breaks
            raise NoAnswer(f"the answer breaks off after {size} of {promised} bytes")
        return b"".join(parts)
