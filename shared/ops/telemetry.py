"""Structured logs, trace context, and the figures of outbox and inbox."""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_SECRETS = re.compile(
    r"(api_key=)[^&\s\"']+|(Bearer )[A-Za-z0-9._~+/=-]+|(://[^:/@\s]+:)[^@\s]+(?=@)"
)


def _redact(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keys and passwords never reach a log."""
    return {k: redact(v) if isinstance(v, str) else v for k, v in event.items()}


def redact(text: str) -> str:
    """The text without API keys, bearer tokens and passwords in URLs."""
    return _SECRETS.sub(lambda m: (m.group(1) or m.group(2) or m.group(3)) + "***", text)


def configure(*, level: str = "INFO", as_json: bool = False) -> None:
    """Set up the log of this process, on standard error."""
    for chatty in ("aiormq", "aio_pika", "httpx"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)  # what matters we log ourselves
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # wherever that is by then
        cache_logger_on_first_use=False,
    )


configure()
log = cast("structlog.stdlib.BoundLogger", structlog.get_logger())


def traceparent(header: str | None = None) -> str:
    """A W3C trace context: the caller's, continued with a span of our own, or a new one."""
    span = os.urandom(8).hex()
    if header and _TRACEPARENT.match(header):
        version, trace, _, flags = header.split("-")
        return f"{version}-{trace}-{span}-{flags}"
    return f"00-{os.urandom(16).hex()}-{span}-01"
