"""What the services' HTTP interfaces have in common."""

import base64
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote

from fastapi import Query, Request, Response
from pydantic import BaseModel

from shared.clock import in_utc
from shared.http.bounds import Line
from shared.http.problems import Invalid, Stale
from shared.ids import stable_id
from shared.kernel.envelope import MAX_BIGINT

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


def decode_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key in a cursor, or None without one; raises `Invalid` on a foreign one.

    `kinds` are the types of the key's parts (str, int, datetime): anybody can write a cursor, so
    each part is looked at. Moments are in UTC; whole numbers fit 64 bits.
    """
    if cursor is None:
        return None
    try:
        return _opened(cursor, kinds)
    except (ValueError, TypeError, RecursionError):
        raise Invalid(
            "This cursor is not one of this list; start without one.", field="cursor"
        ) from None


def _opened(cursor: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    padded = cursor + "=" * (-len(cursor) % 4)
    mark, *key = json.loads(base64.urlsafe_b64decode(padded.encode()))
    if mark != _mark(key):
        raise ValueError("of another list")
    return tuple(_part(kind, part) for kind, part in zip(kinds, key, strict=True))


def _part(kind: type, part: Any) -> Any:
    """A part of a key as its type; raises `ValueError` for one that no list of ours gives."""
    if kind is datetime:
        return in_utc(datetime.fromisoformat(_part(str, part)))
    if type(part) is not kind:
        raise ValueError("of another type")
    if isinstance(part, int) and abs(part) > MAX_BIGINT:
        raise ValueError("too large a number")
    if isinstance(part, str) and "\0" in part.encode().decode():
        raise ValueError("a character that no database keeps")
    return part


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
