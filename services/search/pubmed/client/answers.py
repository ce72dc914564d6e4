"""Is an answer of the E-utilities an answer? Decided by its body, not by its status.

NCBI sends errors with status 200 (`Couldn't resolve #exLinkSrv2`), passing
troubles with status 400 (`proxy_stream()`), and HTML pages with either.
Taking one of them for an answer would report "0 hits" where nobody looked.
"""

import re
from dataclasses import dataclass

ROOTS = {
    "esearch": b"<eSearchResult",
    "efetch": b"<Pubmed",
    "elink": b"<eLinkResult",
    "epost": b"<ePostResult",
    "espell": b"<eSpellResult",
}
ENDS = {
    "esearch": (b"</eSearchResult>",),
    "efetch": (b"</PubmedArticleSet>", b"</PubmedBookArticleSet>", b"<PubmedArticleSet/>"),
    "elink": (b"</eLinkResult>",),
    "epost": (b"</ePostResult>",),
    "espell": (b"</eSpellResult>",),
}
BACKEND_TROUBLE = re.compile(
    r"exLinkSrv|Search Backend failed|Database is not supported|TXCLIENT|Read failed"
    r"|address table|proxy_stream\(\)|Failed to connect",
    re.IGNORECASE,
)
NO_SUCH_IDS = re.compile(
    r"ID list is empty|Empty id list|UID=\S+: cannot get document", re.IGNORECASE
)
ERROR = re.compile(rb"<ERROR>(.*?)</ERROR>", re.DOTALL)
WHOLE_ERROR = re.compile(rb"(?:<eLinkResult>|</LinkSet>)\s*<ERROR>(.*?)</ERROR>", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
HEAD = 4096
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Good:
    """The body is what the utility promises."""


@dataclass(frozen=True, slots=True)
class NoSuchIds:
    """None of the identifiers asked for exists: an outcome, not a failure."""


@dataclass(frozen=True, slots=True)
class Transient:
    """Ask again; `wait` is the pause in seconds that NCBI named, if it did."""

    why: str
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Permanent:
    """Asking again cannot help."""

    why: str


Verdict = Good | NoSuchIds | Transient | Permanent


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One HTTP answer, read to its end; `retry_after` is that header, as sent."""

    status: int
    body: bytes
    retry_after: str | None = None


def judge(utility: str, answer: HttpAnswer) -> Verdict:
    """What `answer` of `utility` (`esearch`, ...) is worth; a table of cases, first match wins."""
    if answer.status == 429 or answer.status >= 500:
        return Transient(f"HTTP {answer.status}: {_excerpt(answer.body)}", _wait(answer))
    error = _error(utility, answer.body)
    if error:
        return _judge_error(error, answer.status)
    if answer.status >= 400:
        return _judge_refusal(answer)
    return _judge_body(utility, answer)


def _judge_error(error: str, status: int) -> Verdict:
    """An `<ERROR>` element; "cannot be larger" also says "Search Backend failed"."""
    if "cannot be larger" in error:
        return Permanent(error)
    if BACKEND_TROUBLE.search(error):
        return Transient(f"HTTP {status}: {error}")
    if NO_SUCH_IDS.search(error):
        return NoSuchIds()
    return Permanent(error)


def _judge_refusal(answer: HttpAnswer) -> Verdict:
    words = _excerpt(answer.body)
    if BACKEND_TROUBLE.search(words):
        return Transient(f"HTTP {answer.status}: {words}")
    if NO_SUCH_IDS.search(words):
        return NoSuchIds()
    return Permanent(f"HTTP {answer.status}: {words}")


def _judge_body(utility: str, answer: HttpAnswer) -> Verdict:
    head = answer.body[:HEAD].lstrip()
    if not head:
        return Transient("an empty answer")
    if not head.startswith(b"<?xml"):
        return Transient(f"no XML but: {_excerpt(answer.body)}", _wait(answer))
    if ROOTS[utility] not in head:
        return Transient(f"not what {utility} answers: {_excerpt(answer.body)}")
    tail = answer.body[-HEAD:].rstrip()
    if not tail.endswith(ENDS[utility]):
        return Transient(f"the answer breaks off after {len(answer.body)} bytes")
    return Good()


def _error(utility: str, body: bytes) -> str:
    """Text of the `<ERROR>` elements that concern the whole answer; empty if there is none.

    ELink also puts one into the LinkSet of a single source, which says nothing
    about the others unless it is the link server that failed.
    """
    if utility != "elink":
        return _said(ERROR.findall(body[:HEAD]))
    everywhere = _said(ERROR.findall(body))
    return everywhere if BACKEND_TROUBLE.search(everywhere) else _said(WHOLE_ERROR.findall(body))


def _said(found: list[bytes]) -> str:
    return " ".join(part.decode("utf-8", "replace").strip() for part in found).strip()


def _wait(answer: HttpAnswer) -> float | None:
    try:
        return float(answer.retry_after) if answer.retry_after else None
    except ValueError:
        return None


def _excerpt(body: bytes) -> str:
    words = MARKUP.sub(" ", body[:HEAD].decode("utf-8", "replace"))
    return " ".join(words.split())[:EXCERPT] or "no text"
