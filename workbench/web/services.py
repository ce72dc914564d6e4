"""Asking the other services on behalf of whoever reads the page, with their own rights."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import Request
from starlette.datastructures import UploadFile

from shared.http.auth import Authenticator
from shared.kernel.service import Context

WAITS = (0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds between two askings of a peer that has not heard of a thing yet."""
BLOCK = 1 << 20
SILENT = "The service does not answer just now. Nothing is lost; try again in a moment."
UNSENDABLE = "What was typed is too long, or holds what is no text and no number; change it."
OVERTAKEN = (
    "Somebody changed it since this page was opened. What you typed stays here: look at how it "
    "stands now, in a second window, before you send it again."
)

FIELDS = {
    "reason": "The reason",
    "name": "The name",
    "title": "The title",
    "label": "The label",
    "note": "The note",
    "year": "The year",
    "query": "The query",
    "words": "The list of words",
    "pearls": "The list of pearls",
    "size": "The number of records",
    "days": "The number of days",
}
"""What people call the fields that interfaces name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer said: its body, or the sentence in which it refused."""

    status: int
    body: Any
    problem: str = ""
    field: str = ""
    """The field that the refusal is about, where it says so."""
    known: str = ""
    """The code that goes by a refused label already, where the refusal names one."""

    @property
    def ok(self) -> bool:
        """Whether the peer did as asked."""
        return not self.problem

    def items(self) -> list[Any]:
        """The items of a list, empty where there is none."""
        return list(self.body.get("items", [])) if self.ok and self.body else []


async def ask(
    ctx: Context,
    request: Request,
    method: str,
    path: str,
    extra: Mapping[str, str] | None = None,
    **more: Any,
) -> Answer:
    """A peer's answer to the person who reads the page; a refusal in the peer's own words.

    The person is named by a token of one minute, never by what the browser sent.
    `extra` are headers. A peer that has not heard of a thing yet is asked again for a while.
    """
    if ctx.peers is None:
        return Answer(503, None, SILENT)
    authenticator: Authenticator = request.app.state.authenticator
    token = authenticator.sign_call(request.state.principal)
    headers = {"authorization": f"Bearer {token}", **(extra or {})}
    try:
        answer = await ctx.peers.client.request(method, path, headers=headers, **more)
        for wait in () if "content" in more else WAITS:
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE or not _is_news(answer):
                break
            await asyncio.sleep(wait)
            answer = await ctx.peers.client.request(method, path, headers=headers, **more)
    except httpx.HTTPError:
        return Answer(503, None, SILENT)
    except (httpx.InvalidURL, ValueError):
        return Answer(422, None, UNSENDABLE)
    body = _body(answer)
    if answer.is_success:
        return Answer(answer.status_code, body)
    return _refusal(answer.status_code, body if isinstance(body, dict) else {})


def _refusal(status: int, said: Mapping[str, Any]) -> Answer:
    """What a peer refused, in words for people, with the field that it is about."""
    words = str(said.get("detail") or said.get("title") or SILENT)
    fault = (said.get("faults") or [{}])[0]
    field = str(said.get("field") or fault.get("field") or "").rsplit(".", 1)[-1]
    if said.get("type") == "/problems/stale" and words.startswith("You saw version"):
        words = OVERTAKEN
    if fault.get("what"):
        words = f"{FIELDS.get(field, 'What is given here')} {fault['what']}. "
        words += "Correct it, and send it again."
    known = str(said.get("code") or "") if said.get("type") == "/problems/label-taken" else ""
    return Answer(status, None, words, field, known)


async def ask_page(ctx: Context, request: Request, path: str) -> str | None:
    """A page that a peer makes for the person who reads; None where it does not answer."""
    if ctx.peers is None:
        return None
    authenticator: Authenticator = request.app.state.authenticator
    headers = {"authorization": f"Bearer {authenticator.sign_call(request.state.principal)}"}
    try:
        answer = await ctx.peers.client.get(path, headers=headers)
    except httpx.HTTPError:
        return None
    return answer.text if answer.is_success else None


def _is_news(answer: httpx.Response) -> bool:
    """Whether the peer says that what just happened has not come to it yet."""
    body = _body(answer)
    return isinstance(body, dict) and body.get("type") == "/problems/not-known-yet"


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json() if answer.content else None
    except ValueError:
        return None


async def blocks(file: UploadFile) -> AsyncIterator[bytes]:
    """A file of a form in blocks, so that it is never in memory as a whole."""
    while block := await file.read(BLOCK):
        yield block


def key(text: str) -> str:
    """A key of the people's own as one part of a path."""
    return quote(text, safe="")
