"""Words of confidential sources, asked of extraction with the reader's own rights.

They are in no event and in no table here; whoever may not read them there gets none here.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from services.synthesis.report.domain.material import Words
from shared.ops.telemetry import log

AT_ONCE = 500
CREDENTIALS = ("authorization", "cookie")


async def words_of(
    client: httpx.AsyncClient, headers: Mapping[str, str], review_id: str, ids: Sequence[str]
) -> dict[str, Words]:
    """Fragment id → its words, where the reader may see them.

    `headers` are the reader's; only credentials are passed on. If extraction does not answer,
    the words are left out and the log says so.
    """
    passed = {name: headers[name] for name in CREDENTIALS if name in headers}
    path = f"/api/extraction/reviews/{quote(review_id, safe='')}/fragments/quotes"
    found: dict[str, Words] = {}
    for start in range(0, len(ids), AT_ONCE):
        try:
            answer = await client.post(
                path, json={"ids": list(ids[start : start + AT_ONCE])}, headers=passed
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("words_left_out", review=review_id, reason=str(error)[:200])
            return found
        found |= {str(item["id"]): _words(item) for item in answer.json()["items"]}
    return {name: words for name, words in found.items() if words.quote or words.paraphrase}


def _words(item: Mapping[str, Any]) -> Words:
    if item.get("words_withheld"):
        return Words("", "")
    parts = (str(part.get("statement") or "") for part in item.get("elements") or [])
    said = ". ".join(dict.fromkeys(part for part in parts if part))
    return Words(str(item.get("quote") or ""), str(item.get("paraphrase") or said))
