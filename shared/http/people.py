"""What people are called, asked of workbench with the reader's own rights: names live there."""

from collections.abc import Mapping
from urllib.parse import quote

import httpx

from shared.ops.telemetry import log


async def names_of_people(
    client: httpx.AsyncClient, headers: Mapping[str, str], review_id: str
) -> dict[str, str]:
    """The names of the people of the review by id; none where workbench does not answer."""
    try:
        answer = await client.get(f"/api/reviews/{quote(review_id, safe='')}", headers=headers)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        log.warning("names_left_out", review=review_id, reason=str(error)[:200])
        return {}
    return {str(one["person"]): str(one["name"]) for one in answer.json().get("team", ())}
