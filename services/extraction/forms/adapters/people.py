"""What people are called, asked of workbench with the reader's own rights: names live there."""

from urllib.parse import quote

import httpx
from fastapi import Request

from shared.http.auth import on_behalf_of
from shared.kernel.service import Context
from shared.ops.telemetry import log


async def names_of_people(ctx: Context, request: Request, review_id: str) -> dict[str, str]:
    """The names of the people of the review by id; none where workbench does not answer."""
    if ctx.peers is None:
        return {}
    path = f"/api/reviews/{quote(review_id, safe='')}"
    try:
        answer = await ctx.peers.client.get(path, headers=on_behalf_of(request))
        answer.raise_for_status()
    except httpx.HTTPError as error:
        log.warning("names_left_out", review=review_id, reason=str(error)[:200])
        return {}
    return {str(one["person"]): str(one["name"]) for one in answer.json().get("team", ())}
