"""What the report asks the other services, with the reader's own rights."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from services.synthesis.report.adapters.extraction import CREDENTIALS
from services.synthesis.report.domain.material import Told
from shared.ops.telemetry import log

CALLS = ("calls", "fetches", "links")
PAGES = 50
"""So many pages of a list are read at most."""


async def told_of(
    client: httpx.AsyncClient, headers: Mapping[str, str], review_id: str, stages: Sequence[str]
) -> Told:
    """Protocol and people, searches as run, agreement per stage, the log's counts, assistance.

    `headers` are the reader's; only credentials are passed on. A service that does not answer is
    named in `silent`, and the report says so in place of its part.
    """
    asked = _Asked(client, {n: headers[n] for n in CREDENTIALS if n in headers}, review_id)
    review = await asked.get("workbench", "/api/reviews/{}") or {}
    history = await asked.get("workbench", "/api/reviews/{}/history") or {"items": []}
    counts = await asked.get("workbench", "/api/reviews/{}/event-counts") or {}
    searches = await asked.listed("search", "/api/search/reviews/{}/searches")
    for search in searches:
        path = "/api/search/reviews/{}/searches/" + quote(str(search["search_id"]), safe="")
        search["runs"] = await asked.listed("search", f"{path}/runs")
    rounds = "/api/search/reviews/{}/rounds"
    closed = "/api/search/reviews/{}/steps?state=done"
    agreement = {}
    for stage in stages:
        path = "/api/screening/reviews/{}/stages/" + quote(stage, safe="") + "/agreement"
        found = await asked.get("screening", path)
        if found:
            agreement[stage] = found
    return Told(
        reported=review.get("reported_numbers", []),
        amendments=history["items"],
        team=review.get("team", []),
        searches=searches,
        rounds=[_plain(one) for one in await asked.listed("search", rounds)],
        closed=await asked.listed("search", closed),
        contacts=await asked.listed("search", "/api/search/reviews/{}/contacts"),
        imports=await asked.listed("search", "/api/search/reviews/{}/imports"),
        agreement=agreement,
        events=counts,
        appraisals=await asked.get("extraction", "/api/extraction/reviews/{}/document-appraisals")
        or [],
        assistance=await asked.get("extraction", "/api/extraction/reviews/{}/assistance") or {},
        silent=sorted(asked.silent),
    )


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    """A round without its calls: who wants them asks search."""
    steps = [{k: v for k, v in step.items() if k not in CALLS} for step in one["steps"]]
    return {**{k: v for k, v in one.items() if k not in CALLS}, "steps": steps}


class _Asked:
    """Questions to the services; remembers who gave no answer."""

    def __init__(
        self, client: httpx.AsyncClient, credentials: Mapping[str, str], review_id: str
    ) -> None:
        self._client, self._credentials = client, dict(credentials)
        self._review = quote(review_id, safe="")
        self.silent: set[str] = set()

    async def get(self, service: str, path: str, **params: str) -> Any:
        """The JSON of an address, or None; `{}` in the path is the review."""
        address = path.replace("{}", self._review)
        try:
            answer = await self._client.get(
                address, headers=self._credentials, params=params or None
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("report_part_left_out", service=service, reason=str(error)[:200])
            self.silent.add(service)
            return None
        return answer.json()

    async def listed(self, service: str, path: str) -> list[dict[str, Any]]:
        """The items of a cursor-paged list."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        for _ in range(PAGES):
            page = await self.get(service, path, **cursor)
            found += page["items"] if page else []
            if not page or not page.get("next"):
                break
            cursor = {"cursor": page["next"]}
        return found
