"""Europe PMC's web service: the full texts of open-access articles, as JATS XML.

https://europepmc.org/RestfulWebService; only articles marked as open access are fetched.
"""

import re
from typing import Any
from urllib.parse import urljoin

import httpx

from services.extraction.uploads.ports import FoundText
from shared.http.certificates import trusted
from shared.http.problems import Unavailable
from shared.ops.settings import Settings

TIMEOUT_S = 30.0
_PMCID = re.compile(r"PMC\d{1,12}")


class EuropePmc:
    """Asks one server. Raises `Unavailable` where it does not answer, or not in time."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.europe_pmc_url.rstrip("/") + "/"
        self._most = settings.max_document_mb << 20
        self._proxy = settings.https_proxy

    async def fetch(self, doi: str | None, pmid: str | None) -> FoundText | None:
        """The full text of an article, or None where there is no open one."""
        asked = _query(doi, pmid)
        if not asked:
            return None
        try:
            async with httpx.AsyncClient(
                timeout=TIMEOUT_S, proxy=self._proxy, verify=trusted(trust_env=True)
            ) as client:
                pmcid = await self._open_article(client, asked)
                return None if pmcid is None else await self._full_text(client, pmcid)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"Europe PMC does not answer ({type(error).__name__}); try again later, "
                "or upload the file."
            ) from error

    async def _open_article(self, client: httpx.AsyncClient, query: str) -> str | None:
        params = {"query": query, "format": "json", "resultType": "core", "pageSize": "5"}
        answer = await client.get(urljoin(self._base, "search"), params=params)
        answer.raise_for_status()
        for found in _results(answer):
            pmcid = str(found.get("pmcid") or "")
            if found.get("isOpenAccess") == "Y" and _PMCID.fullmatch(pmcid):
                return pmcid
        return None

    async def _full_text(self, client: httpx.AsyncClient, pmcid: str) -> FoundText | None:
        address = urljoin(self._base, f"{pmcid}/fullTextXML")
        data = bytearray()
        async with client.stream("GET", address) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
            async for block in answer.aiter_bytes():
                data += block
                if len(data) > self._most:
                    return None
        return FoundText(f"{pmcid}.xml", bytes(data))


def _query(doi: str | None, pmid: str | None) -> str:
    if doi:
        quoted = doi.replace("\\", "").replace('"', "")
        return f'DOI:"{quoted}"'
    return f"EXT_ID:{pmid} AND SRC:MED" if pmid and pmid.isdecimal() else ""


def _results(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        listed = answer.json()["resultList"]["result"]
    except (ValueError, KeyError, TypeError):
        return []
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
