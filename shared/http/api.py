"""What the services' HTTP interfaces have in common."""

import base64
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote

from fastapi import Query, Request, Response
from pydantic import BaseModel

from shared.http.bounds import Line
from shared.http.problems import Invalid, Stale
from shared.ids import stable_id

T = TypeVar("T")
LimitQuery = Annotated[int, Query(ge=1, le=1000, description="at most so many items")]
CursorQuery = Annotated[Line | None, Query(description="the `next` of the page before")]


class Page(BaseModel, Generic[T]):
    """A page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[T]
    next: str | None = None


asked: ContextVar[str] = ContextVar("asked", default="")
"""The path of the request at hand: a cursor belongs to the list that gave it."""


def encode_cursor(*key: Any) -> str:
    """A sort key as an opaque cursor of the list that is asked."""
    return base64.urlsafe_b64encode(json.dumps([_mark(key), *key]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> tuple[Any, ...] | None:
    """The sort key in a cursor, or None without one; raises `Invalid` on a foreign one."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        mark, *key = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, RecursionError):
        mark, key = None, []
    if len(key) != length or mark != _mark(key):
        raise Invalid("This cursor is not one of this list; start without one.", field="cursor")
    return tuple(key)


def _mark(key: Sequence[Any]) -> str:
    """What a cursor of the list that is asked begins with; an altered one has another."""
    return stable_id(asked.get(), json.dumps(list(key)))[:8]


def page_of(items: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """A page out of `limit + 1` fetched items: the extra one tells that there is more."""
    shown = list(items[:limit])
    more = len(items) > limit
    return Page(items=shown, next=encode_cursor(*key(shown[-1])) if more else None)


def created(request: Request, response: Response, name: str) -> None:
    """Say where the thing is that was made by a request to its collection: `Location`."""
    collection = request.url.path.rstrip("/")
    response.headers["location"] = f"{collection}/{quote(name, safe='')}"


def etag(version: int | str) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def check_etag(request: Request, version: int | str) -> None:
    """Raise `Stale` (412) when the caller's `If-Match` names another version."""
    wanted = request.headers.get("if-match")
    if wanted and wanted != "*" and wanted != etag(version):
        raise Stale(
            f"You saw version {wanted}, it is at {etag(version)}: fetch it again and repeat."
        )
