"""What became of the record that a reader has before them, while they read."""

from typing import Any
from urllib.parse import quote

from fastapi import Request

from shared.kernel.service import Context
from workbench.web.services import ask

_WORDS = {
    "settled": "This record was settled meanwhile.",
    "conflict": "This record is in conflict now: two decisions on it differ.",
    "maybe": "This record was set to maybe meanwhile.",
    "absent": "This record has left this stage.",
}
HELD_BY_OTHERS = "Somebody else is reading that record; this is the next one."
NOT_HELD = "Somebody else may be reading this record now. What you decide still counts."
MERGED = "This record was merged with another; what you decide counts for both."


async def became(
    ctx: Context, request: Request, api: str, record: str, items: list[dict[str, Any]]
) -> str:
    """Why the record is in the queue no more, in words; empty while it waits there."""
    if not record or any(item["record"] == record for item in items):
        return ""
    answer = await ask(ctx, request, "GET", f"{api}/records/{quote(record, safe='')}")
    if not answer.ok:
        return ""
    if answer.body["state"] == "waiting":
        return "" if answer.body["record"] == record else MERGED
    return _WORDS.get(answer.body["state"], "")
