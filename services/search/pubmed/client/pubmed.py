"""PubMed through NCBI's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/).

Bio.Entrez builds the requests; this module is the only one that imports it.
Its own retry (at once, without a pause) and its own pacing (one module global,
not safe with threads) are switched off: `pubmed_caller` does both. All calls
of a deployment go through one `PubMed`, because NCBI counts per key or address.
"""

import io
import tempfile
import threading
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPMessage
from types import SimpleNamespace
from typing import Any
from urllib.request import Request
from urllib.response import addinfourl

from Bio import Entrez

from services.search.pacing.client import Pace, Pacer, Patience, Timing
from services.search.pacing.domain import host_of, rate_of
from services.search.pubmed.client.answers import HttpAnswer
from services.search.pubmed.client.caller import Caller, Parameters
from services.search.pubmed.client.pages import checked, read_page
from services.search.pubmed.client.partition import Partition, described
from services.search.pubmed.client.replies import (
    SearchReply,
    read_links,
    read_search,
    read_spelling,
)
from services.search.pubmed.client.transport import NCBI, Transport
from services.search.pubmed.domain.answers import (
    Call,
    LinkOutcome,
    Page,
    PubMedUnavailable,
    SearchOutcome,
)
from services.search.pubmed.domain.partition import Window, within

BATCH = 200
"""Identifiers in one EFetch or ELink request; more would be no safer and no faster."""
LINK_NAMES = {
    "cited_by": "pubmed_pubmed_citedin",
    "references": "pubmed_pubmed_refs",
    "similar": "pubmed_pubmed",
}
_sending = threading.local()


def _urlopen(request: Request) -> addinfourl:
    """What Bio.Entrez calls in place of urllib's: the transport of the calling thread's PubMed."""
    answer: HttpAnswer = _sending.transport.send(request)
    headers = HTTPMessage()
    headers["Content-Type"] = "application/xml"
    _sending.answer = answer
    return addinfourl(io.BytesIO(answer.body), headers, request.full_url, answer.status)


def _take_over() -> None:
    """Make Bio.Entrez a builder of requests and nothing else."""
    vars(Entrez).update(
        max_tries=1,
        urlopen=_urlopen,
        time=SimpleNamespace(time=lambda: 0.0, sleep=lambda _seconds: None),
        local_cache=tempfile.gettempdir(),
    )


_take_over()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How we reach NCBI and who we say we are. `api_key` is shown nowhere."""

    base_url: str = NCBI
    email: str = ""
    tool: str = "retroduct"
    api_key: str | None = field(default=None, repr=False)
    proxy: str | None = None
    quiet: float = 60.0
    whole: float = 300.0
    rate: float | None = None


class PubMed:
    """Searches, articles and citation links of PubMed.

    Every method raises `PubMedUnavailable` if PubMed gave no answer in all
    tries and `PubMedRefused` if it never will; neither is ever an empty result.
    """

    def __init__(
        self,
        access: Access | None = None,
        *,
        timing: Timing | None = None,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._access = access or Access()
        self._timing = timing or Timing()
        rate = rate_of(host_of(NCBI), named=self._access.api_key is not None)
        self._transport = Transport(
            base=self._access.base_url,
            agent=f"{self._access.tool} {self._access.email}".strip(),
            proxy=self._access.proxy,
            quiet=self._access.quiet,
            whole=self._access.whole,
        )
        self._caller = Caller(
            send=self._send,
            pacer=pace or Pacer(self._access.rate or rate, self._timing),
            patience=patience or Patience(),
            timing=self._timing,
        )

    async def count(self, query: str, window: Window | None = None) -> SearchOutcome:
        """How many records `query` finds in `window`, and how PubMed understood it; no PMIDs."""
        term = within(query, window)
        reply, call = await self._search(term, 0)
        return SearchOutcome(
            query=term,
            ids=(),
            count=reply.count,
            query_translation=reply.query_translation,
            translations=reply.translations,
            notices=reply.notices,
            calls=(call,),
        )

    async def search(self, query: str, window: Window | None = None) -> SearchOutcome:
        """All PMIDs that `query` finds in `window`, also where they are more than 9,999."""
        today = self._timing.now().date()
        return await Partition(self._search, query, window, today).run()

    async def fetch(self, pmids: Iterable[str]) -> AsyncIterator[Page]:
        """The articles of `pmids`, each asked for once, in pages of at most 200.

        A page says which of its PMIDs are `missing`: asked for twice and not
        answered, so deleted or merged. If a PMID comes in several versions, the newest counts.
        """
        wanted = list(dict.fromkeys(pmids))
        for start in range(0, len(wanted), BATCH):
            yield await self._page(wanted[start : start + BATCH])

    async def links(self, pmids: Iterable[str], kind: str) -> LinkOutcome:
        """Citation links of `kind` (`cited_by`, `references`, `similar`) for each of `pmids`.

        `similar` is unreliable at NCBI: it is tried twice and then given up
        with `degraded` saying so, where the other kinds raise.
        """
        wanted = list(dict.fromkeys(pmids))
        found: dict[str, tuple[str, ...]] = {}
        calls: list[Call] = []
        degraded = ""
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            try:
                some, call = await self._linked(batch, kind)
                found |= some
            except PubMedUnavailable as failure:
                if kind != "similar":
                    raise
                degraded, call = f"similar articles were skipped: {failure}", failure.calls[0]
            calls.append(call)
        return LinkOutcome(
            kind=kind,
            links=tuple((pmid, found[pmid]) for pmid in wanted if pmid in found),
            failed=tuple(pmid for pmid in wanted if pmid not in found),
            degraded=degraded,
            calls=tuple(calls),
        )

    async def spelling(self, query: str) -> str:
        """How PubMed would have spelt `query`; empty if it has nothing to correct."""
        reply = await self._caller.call("espell", {"db": "pubmed", "term": query}, read_spelling)
        return reply.value or ""

    def close(self) -> None:
        """Let go of the threads."""
        self._caller.close()

    async def _search(self, term: str, most: int) -> tuple[SearchReply, Call]:
        parameters = {"db": "pubmed", "term": term, "retmax": str(most), "sort": "pub_date"}
        reply = await self._caller.call("esearch", parameters, read_search)
        found = reply.value or SearchReply(0, ())
        return found, described(reply.call, found)

    async def _page(self, wanted: Sequence[str]) -> Page:
        page = await self._fetched(wanted)
        if not page.missing:
            return page
        again = await self._fetched(page.missing)
        return Page(
            articles=page.articles + again.articles,
            missing=again.missing,
            calls=page.calls + again.calls,
        )

    async def _fetched(self, wanted: Sequence[str]) -> Page:
        parameters = {"db": "pubmed", "id": ",".join(wanted), "retmode": "xml"}
        reply = await self._caller.call("efetch", parameters, read_page)
        return checked(wanted, reply.value or (), reply.call)

    async def _linked(
        self, batch: Sequence[str], kind: str
    ) -> tuple[dict[str, tuple[str, ...]], Call]:
        name = LINK_NAMES[kind]
        scored = kind == "similar"
        parameters: Parameters = {
            "dbfrom": "pubmed",
            "db": "pubmed",
            "id": list(batch),
            "linkname": name,
            "cmd": "neighbor_score" if scored else "neighbor",
        }
        reply = await self._caller.call(
            "elink", parameters, lambda body: read_links(body, name), tries=2 if scored else None
        )
        found = reply.value or {}
        return found, replace(reply.call, returned=sum(map(len, found.values())))

    def _send(self, utility: str, parameters: Parameters) -> HttpAnswer:
        """In a thread: let Bio.Entrez build the request and our transport send it."""
        _sending.transport = self._transport
        identity: dict[str, Any] = {
            "tool": self._access.tool,
            "email": self._access.email,
            "api_key": self._access.api_key,
        }
        getattr(Entrez, utility)(**parameters, **identity).close()
        answer: HttpAnswer = _sending.answer
        return answer
