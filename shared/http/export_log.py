"""Files that are taken out of a review are told of: who, when, and what."""

import re
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db import who
from shared.events import Event
from shared.events.kernel import ExportTaken
from shared.kernel.service import Running
from shared.kernel.tx import Tx


class ExportLog:
    """Says as an event that a file of a review was taken out of a service, and by whom."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        taken = False

        async def send_noted(message: Message) -> None:
            nonlocal taken
            if message["type"] == "http.response.start" and message["status"] == 200:
                taken = _is_file(Headers(raw=message["headers"]))
            await send(message)

        await self._app(scope, receive, send_noted)
        found = _OF_REVIEW.fullmatch(scope["path"])
        if taken and found is not None:
            await self._say(scope, found[1] or "workbench", found[2], found[3])

    async def _say(self, scope: Scope, service: str, review_id: str, what: str) -> None:
        running: Running | None = scope["app"].state.runnings.get(service)
        person = scope.get("state", {}).get("principal")
        if running is None or person is None:
            return
        who.set(replace(who.get(), actor=person.person_id))
        event = ExportTaken(review_id=review_id, export_id=f"{service}/{what}")
        await running.db.write(lambda tx: _emit(tx, event))


def _is_file(headers: Headers) -> bool:
    """Whether an answer is a file to be kept, and not a page or what a page is made of."""
    if headers.get("content-disposition", "").startswith("attachment"):
        return True
    kind = headers.get("content-type", "").partition(";")[0]
    return kind in _FILES or kind.startswith("application/vnd.openxmlformats-")


_FILES = frozenset(
    {
        "application/octet-stream", "application/x-research-info-systems", "application/zip",
        "application/nbib", "text/csv",
    }
)  # fmt: skip
_SERVICES = "search|screening|extraction|synthesis"
_OF_REVIEW = re.compile(rf"(?:/api(?:/({_SERVICES}))?)?/reviews/([^/]+)/(.+)")
"""Routes of services, and pages of workbench that are files."""


async def _emit(tx: Tx, event: Event) -> None:
    tx.emit(event)
