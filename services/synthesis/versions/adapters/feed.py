"""What events were, in the sentences of the feed, asked with the reader's own rights."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import httpx

from shared.ops.telemetry import log

AT_ONCE = 50
MOST = 500
CREDENTIALS = ("authorization", "cookie")


async def events_in_words(
    client: httpx.AsyncClient, headers: Mapping[str, str], review_id: str, ids: Sequence[str]
) -> dict[str, str]:
    """Event id → the feed's sentence about it; of very many the first only.

    `headers` are the reader's. If the workbench does not answer, nothing is told of them.
    """
    passed = {name: headers[name] for name in CREDENTIALS if name in headers}
    path = f"/api/reviews/{quote(review_id, safe='')}/activity"
    found: dict[str, str] = {}
    wanted = list(dict.fromkeys(ids))[:MOST]
    for start in range(0, len(wanted), AT_ONCE):
        some = [("id", name) for name in wanted[start : start + AT_ONCE]]
        try:
            answer = await client.get(path, params=[*some, ("limit", "50")], headers=passed)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("causes_left_out", review=review_id, reason=str(error)[:200])
            return found
        found |= {str(item["id"]): str(item["words"]) for item in answer.json()["items"]}
    return found
