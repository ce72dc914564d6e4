"""Lists that a page filters and counts as a whole before it shows a part of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request

from shared.kernel.service import Context
from workbench.web.pages.review_at import ReviewAt
from workbench.web.services import ask, key

AT_ONCE = 50
MOST = 10_000
"""Items of a list that are read at most."""
Asked = Annotated[str, Query(max_length=200)]
"""Words or a choice by which a list is filtered, in the query."""
Start = Annotated[int, Query(ge=0, le=1_000_000)]
"""From which item on a list is shown, in the query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All items of a list, and the sentence of a service that did not give them."""

    items: Sequence[Any]
    problem: str = ""


async def whole(at: ReviewAt, service: str, path: str, **params: Any) -> Whole:
    """Every page of a list of a service about a review."""
    address = f"/api/{service}/reviews/{key(at.review.id)}{path}"
    return await every(at.ctx, at.request, address, **params)


async def every(ctx: Context, request: Request, address: str, **params: Any) -> Whole:
    """Every page of a list, one after the other, up to `MOST` items."""
    items: list[Any] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 1000, **params, **({"cursor": cursor} if cursor else {})}
        answer = await ask(ctx, request, "GET", address, params=asked)
        items += answer.items()
        cursor = answer.body.get("next") if answer.ok else None
        if cursor is None or len(items) >= MOST:
            return Whole(items=items, problem=answer.problem)


def part(items: Sequence[Any], start: int, asked: Mapping[str, str]) -> tuple[Sequence[Any], str]:
    """The items from `start` on that a page shows, and the address of the next part ("": none)."""
    end = start + AT_ONCE
    kept = {name: value for name, value in asked.items() if value}
    more = f"?{urlencode({**kept, 'start': end})}" if end < len(items) else ""
    return items[start:end], more


def has_words(words: str, *texts: Any) -> bool:
    """Whether the texts together have all the words, whatever their case."""
    text = " ".join(str(one) for one in texts if one).casefold()
    return all(word in text for word in words.casefold().split())
