"""Exception handlers: every error of a request becomes a problem (RFC 9457)."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.http.problems import Invalid, NotFound, Problem, Unavailable, UnreadableBody
from shared.kernel.failures import describe, is_disk_full, is_outage
from shared.ops.telemetry import log

REFUSAL: dict[str, Any] = {
    "description": "A problem (RFC 9457): `detail` says what is wrong and what to do.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "status": {"type": "integer"}},
                "required": ["type", "title", "status"],
            }
        }
    },
}
MOST_FAULTS = 100
"""Told of one request: whoever sends two hundred thousand unknown fields knows by the first."""
UNREADABLE = (
    "It is no JSON, or no form, that can be read here: perhaps it is cut off, nested too deeply, "
    "or holds a number of thousands of digits. Correct it and send again."
)
AWAY = "The database or broker does not answer just now; try again."
FULL = (
    "The server's disk is full, so this was not stored; what is there stays. Who runs the server "
    "has to make room, then try again."
)


def install(app: FastAPI) -> None:
    """Answer every known kind of error with a problem."""
    app.add_exception_handler(Problem, _render_problem)
    app.add_exception_handler(RequestValidationError, _render_invalid)
    app.add_exception_handler(HTTPException, _render_http)
    app.add_exception_handler(DBAPIError, _render_outage)
    app.add_exception_handler(OSError, _render_outage)
    app.add_exception_handler(OverflowError, _render_outage)


async def _render_problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return JSONResponse(
        error.document(),
        status_code=error.status,
        media_type="application/problem+json",
        headers=dict(error.headers),
    )


async def _render_outage(request: Request, error: Exception) -> Response:
    if _is_value_refused(error):
        what = "A value in the request is none that the database keeps"
        return await _render_problem(
            request, Invalid(f"{what} (a number too large, or the character U+0000); change it.")
        )
    if _is_too_slow(error):
        slow = "The database took too long over this request; ask for less, or try again."
        return await _render_problem(request, Unavailable(slow))
    if not is_outage(error):
        raise error
    log.warning("request_meets_outage", path=request.url.path, reason=describe(error)[:200])
    full = is_disk_full(error)
    return await _render_problem(request, Unavailable(FULL if full else AWAY))


def _is_value_refused(error: Exception) -> bool:
    """Whether the database refused a value for what it is (SQLSTATE class 22)."""
    if isinstance(error, OverflowError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return str(state).startswith("22") or isinstance(error.orig, OverflowError)


def _is_too_slow(error: Exception) -> bool:
    """Whether a statement ran into the driver's or the server's time-out (SQLSTATE 57014)."""
    if isinstance(error, TimeoutError):
        return error.errno is None
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return bool(state == "57014")


async def _render_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [
        {
            "field": ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]),
            "what": _what(fault),
        }
        for fault in islice(error.errors(), MOST_FAULTS)
    ]
    first = faults[0] if faults else {"field": "", "what": "cannot be read"}
    detail = f"Field '{first['field']}' {first['what']}. Correct it and send again."
    if any(fault["type"] == "json_invalid" for fault in error.errors()[:1]):
        detail = (
            f"The body is no JSON from character {first['field']} on; correct it and send again."
        )
    return await _render_problem(request, Invalid(detail, faults=faults))


_WHOLE, _NUMBER = "must be a whole number", "must be a number"
_WHAT = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_too_long": "is too long: at most {max_length} characters",
    "too_long": "holds too many: at most {max_length}",
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "literal_error": "must be {expected}",
}
"""What is wrong with a value, by pydantic's name of it; of others in pydantic's words."""


def _what(fault: Mapping[str, Any]) -> str:
    """What is wrong with a value, to follow its field's name in a sentence."""
    told, least = fault.get("ctx", {}), fault.get("ctx", {}).get("min_length")
    if fault["type"] in ("string_too_short", "too_short"):
        if least == 1:
            return "is empty"
        return f"is too short: at least {least}"
    words = _WHAT.get(fault["type"])
    said = str(fault["msg"]).removeprefix("Value error, ")
    return words.format_map(told) if words else f"cannot be taken: {said}"


async def _render_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        return await _render_problem(
            request,
            NotFound(
                f"No such route: {request.url.path}. The routes are described at /openapi.json."
            ),
        )
    if error.status_code == 400:
        return await _render_problem(request, UnreadableBody(UNREADABLE))
    log.debug("http_error", status=error.status_code)
    document = {"type": "about:blank", "title": str(error.detail), "status": error.status_code}
    return JSONResponse(
        document,
        status_code=error.status_code,
        media_type="application/problem+json",
        headers=dict(error.headers or {}),
    )
