"""A service that speaks the chat-completions interface of OpenAI.

https://platform.openai.com/docs/api-reference/chat, errors as in
https://platform.openai.com/docs/guides/error-codes; vLLM, llama.cpp, Ollama and others speak it.
Redirects are not followed: a text goes to the address of the settings or nowhere.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.extraction.assistance.ports import NeedsAPerson, Reply, TryLater
from shared.http.certificates import trusted
from shared.ops.settings import Settings

LARGEST = 4 << 20
"""Bytes of an answer."""
LONGEST_WAIT = 3600.0
"""Seconds, whatever a service asks for."""
_KEY = "RETRODUCT_ASSISTANCE_KEY"
_PLACE = "RETRODUCT_ASSISTANCE_URL and RETRODUCT_ASSISTANCE_MODEL"


class ChatCompletions:
    """Asks one server for completions of one model."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.assistance_url.rstrip("/") + "/chat/completions"
        self._model = settings.assistance_model
        self._timeout = settings.assistance_timeout
        self._proxy = settings.https_proxy
        key = settings.assistance_key
        self._headers = {"authorization": f"Bearer {key.get_secret_value()}"} if key else {}

    async def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> Reply:
        """The model's reply to some messages. Raises `TryLater`, `NeedsAPerson`."""
        form = {"name": "suggestions", "strict": True, "schema": schema}
        body = {
            "model": self._model,
            "messages": list(messages),
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        try:
            async with httpx.AsyncClient(
                timeout=self._timeout, proxy=self._proxy, trust_env=False, verify=trusted()
            ) as client:
                answer, data = await self._answer(client, body)
        except httpx.TimeoutException as error:
            raise TryLater(f"The service did not answer within {self._timeout} seconds.") from error
        except httpx.HTTPError as error:
            raise TryLater(f"The service does not answer ({type(error).__name__}).") from error
        if answer.is_success:
            return _reply(data)
        return _refused(answer, data)

    async def _answer(
        self, client: httpx.AsyncClient, body: Mapping[str, Any]
    ) -> tuple[httpx.Response, bytes]:
        data = bytearray()
        async with client.stream("POST", self._address, json=body, headers=self._headers) as answer:
            async for block in answer.aiter_bytes():
                data += block
                if len(data) > LARGEST:
                    raise NeedsAPerson(
                        f"The service sent more than {LARGEST >> 20} MB at once; check {_PLACE}."
                    )
        return answer, bytes(data)


def host_of(url: str) -> str:
    """The host of an address, with its port where it names one; no path, no user, no key."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return (parts.hostname or "") + port


def _reply(data: bytes) -> Reply:
    found = _json(data)
    try:
        choice = found["choices"][0]
        message = choice["message"]
        content, declined = message.get("content"), message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NeedsAPerson(
            f"What answers there speaks no chat completions; check {_PLACE}."
        ) from None
    usage = found.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
    why = choice.get("finish_reason")
    return Reply(
        content=content if isinstance(content, str) else "",
        tokens=tokens if isinstance(tokens, int) and tokens >= 0 else None,
        declined=bool(declined) or why == "content_filter",
        cut_off=why == "length",
    )


def _refused(answer: httpx.Response, data: bytes) -> Reply:
    """What an answer that is no success comes to; a part that is too long is as if declined."""
    status, error = answer.status_code, _error(data)
    code = str(error.get("code") or error.get("type") or "")
    if status in (401, 403):
        raise NeedsAPerson(f"The service does not accept the key ({status}); set {_KEY}.")
    if status == 404:
        raise NeedsAPerson(f"The service knows no such address or model (404); check {_PLACE}.")
    if status == 429 and code == "insufficient_quota":
        raise NeedsAPerson("The account at the service has no credit left (429); top it up.")
    if status == 429:
        raise TryLater("The service is asked too often (429).", _seconds(answer))
    if status == 408 or status >= 500:
        raise TryLater(f"The service fails ({status}).", _seconds(answer))
    if code == "context_length_exceeded" or status == 413:
        return Reply(content="", declined=True)
    said = " ".join(str(error.get("message") or "").split())[:200]
    raise NeedsAPerson(
        f"The service refused the request ({status}){': ' + said if said else ''}; check {_PLACE}."
    )


def _seconds(answer: httpx.Response) -> float | None:
    """How long `Retry-After` asks to wait: a number of seconds, or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if not said:
        return None
    if said.isascii() and said.replace(".", "", 1).isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        due = parsedate_to_datetime(said)
    except ValueError:
        return None
    if due.tzinfo is None:
        due = due.replace(tzinfo=UTC)
    return min(max((due - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)


def _error(data: bytes) -> Mapping[str, Any]:
    found = _json(data)
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
