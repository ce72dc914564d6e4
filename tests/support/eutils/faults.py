"""Ways in which the E-utilities misbehave, each seen in the wild."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.support.eutils import render

Manner = Literal["whole", "cut", "drip", "hang", "reset"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes over the wire. `manner` says how: at once, cut off, slowly, never, or reset."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = "whole"


Fault = Callable[[Sent], Sent]
"""Turns the right answer into what is sent instead."""


def _always(sent: Sent) -> Fault:
    return lambda _right: sent


def rate_limited(retry_after: str | None = "2") -> Fault:
    """429 with a JSON body that names the key."""
    body = {"error": "API rate limit exceeded", "api-key": "127.0.0.1", "count": "4", "limit": "3"}
    headers = {"X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0"}
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    return _always(Sent(429, json.dumps(body).encode(), headers))


def server_error(status: int = 500) -> Fault:
    """5xx with an HTML page."""
    return _always(Sent(status, b"<html><body><h1>Server Error</h1></body></html>"))


def refused(status: int = 403) -> Fault:
    """4xx that no retry can help."""
    return _always(Sent(status, b"<html><body>Forbidden</body></html>"))


def proxy_trouble() -> Fault:
    """400 around a backend's 502."""
    words = "Error: proxy_stream(): Failed to connect to PubOne service: 502 Bad Gateway"
    return _always(Sent(400, render.error("PubmedArticleSet", words)))


def link_server_empty() -> Fault:
    """200 with an error of the link server."""
    words = "Couldn't resolve #exLinkSrv2, the address table is empty."
    return _always(Sent(200, render.error("eLinkResult", words)))


def backend_failed(words: str = "Database is not supported: pubmed") -> Fault:
    """200 with an error of the search backend."""
    return _always(Sent(200, render.error("eSearchResult", f"Search Backend failed: {words}")))


def html_page() -> Fault:
    """200 with a web page."""
    return _always(Sent(200, b"<!DOCTYPE html><html><body>Service under maintenance</body></html>"))


def json_error() -> Fault:
    """200 with a JSON error."""
    return _always(Sent(200, b'{"error":"error forwarding request","api-key":"127.0.0.1"}'))


def nothing() -> Fault:
    """200 with an empty body."""
    return _always(Sent(200, b""))


def wrong_root() -> Fault:
    """200 with the answer of another utility."""
    return _always(Sent(200, render.document("eSpellResult", "<Query/>")))


def uri_too_large() -> Fault:
    """414 with a web page."""
    return _always(Sent(414, b"<html><body>Submitted URI too large!</body></html>"))


def out_of_range() -> Fault:
    """400 for a history that does not reach so far."""
    words = "Cannot retrieve history data: OUT OF RANGE"
    return _always(Sent(400, render.error("PubmedArticleSet", words)))


def cut(right: Sent) -> Sent:
    """The connection ends before the length that was promised."""
    return Sent(right.status, right.body, right.headers, "cut")


def cut_quietly(right: Sent) -> Sent:
    """Half of the answer, with the length of that half: only the XML tells."""
    return Sent(right.status, right.body[: len(right.body) // 2], right.headers)


def broken_inside(right: Sent) -> Sent:
    """Ends as it should, with damage in the middle."""
    half = len(right.body) // 2
    return Sent(right.status, right.body[:half] + b"<<&" + right.body[half:], right.headers)


def drip(right: Sent) -> Sent:
    """A byte now and then: never silent for long, never done."""
    return Sent(right.status, right.body, right.headers, "drip")


def hang(right: Sent) -> Sent:
    """Accepts the request and stays silent."""
    return Sent(right.status, right.body, right.headers, "hang")


def reset(right: Sent) -> Sent:
    """The connection is reset before a byte came."""
    return Sent(right.status, right.body, right.headers, "reset")


def doubled(right: Sent) -> Sent:
    """EFetch gives every article twice."""
    head, _, rest = right.body.partition(b"<PubmedArticleSet>")
    inner, _, tail = rest.rpartition(b"</PubmedArticleSet>")
    body = head + b"<PubmedArticleSet>" + inner + inner + b"</PubmedArticleSet>" + tail
    return Sent(right.status, body, right.headers)


def with_deletion(pmid: int) -> Fault:
    """EFetch adds a DeleteCitation, as the files of the FTP service have it."""
    words = f'<DeleteCitation><PMID Version="1">{pmid}</PMID></DeleteCitation>'.encode()

    def fault(right: Sent) -> Sent:
        end = b"</PubmedArticleSet>"
        return Sent(right.status, right.body.replace(end, words + end), right.headers)

    return fault


def fewer_ids(dropped: int = 1) -> Fault:
    """ESearch counts right and leaves out PMIDs."""

    def fault(right: Sent) -> Sent:
        body = right.body
        for _ in range(dropped):
            start, end = body.find(b"<Id>"), body.find(b"</Id>\n")
            body = body[:start] + body[end + 6 :] if start >= 0 else body
        return Sent(right.status, body, right.headers)

    return fault


def link_set_error(pmid: int) -> Fault:
    """ELink gives an error inside the LinkSet of one source, among good ones."""
    words = "<ERROR>Unable to obtain query #1</ERROR>"

    def fault(right: Sent) -> Sent:
        head, source, rest = right.body.partition(f"<Id>{pmid}</Id></IdList>".encode())
        tail = rest[rest.find(b"</LinkSet>") :]
        return Sent(right.status, head + source + words.encode() + tail, right.headers)

    return fault


def without_link(pmid: int) -> Fault:
    """ELink leaves one linked article out, as it does at random."""

    def fault(right: Sent) -> Sent:
        body = right.body.replace(f"<Link><Id>{pmid}</Id></Link>".encode(), b"")
        return Sent(right.status, body, right.headers)

    return fault
