"""Templates and the headers that every page carries."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.review.drawing.flow import stage_name
from shared.review.numbers import counted
from shared.review.source_names import source_name
from workbench.web import assets
from workbench.web.frame import NOBODY, frame

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "vary": "X-Fragment",
}


@cache
def environment() -> Environment:
    """The templates; a name that is not given is an error, not an empty text."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["V"] = assets.version()
    env.filters["thousands"] = lambda number: f"{number:,}"
    env.filters["counted"] = counted
    env.filters["stage"] = stage_name
    env.filters["zip"] = zip
    env.filters["reported"] = reported
    env.filters["moment"] = moment
    env.filters["import_state"] = import_state
    env.filters["source_label"] = source_name
    env.filters["load_state"] = load_state
    env.filters["named"] = lambda person, names: names.get(person, person)
    env.globals["dict"] = dict
    return env


def reported(value: Any) -> str:
    """A reported number as a report would print it; parts follow one another."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {reported(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(reported(part) for part in value)
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)


def moment(when: str | datetime) -> str:
    """A moment, or its ISO text, as people write it: `24 Nov 2026, 14:46`."""
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    return found.strftime("%-d %b %Y, %H:%M")


_IMPORT_STATES = {
    "reading": "being read",
    "done": "imported",
    "refused": "not imported",
    "reversed": "taken back",
}


def import_state(state: str, kept: int = 0) -> str:
    """What became of an import of which so many records are kept, in words."""
    if state == "refused" and kept:
        return "imported in part"
    return _IMPORT_STATES.get(state, state)


_LOAD_STATES = {
    "waiting": "being read",
    "refused": "not loaded",
    "asks": "waits for your answer",
    "loading": "being loaded",
    "done": "loaded",
    "failed": "stopped on the way",
}


def load_state(state: str) -> str:
    """What became of a bundle that was to be loaded, in words."""
    return _LOAD_STATES.get(state, state)


async def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page; rendered in a thread, so that a long one holds up nobody.

    Templates whose name begins with `_` are parts that a script puts in: no frame around them.
    """
    values["frame"] = NOBODY if template.startswith("_") else await frame()
    body = await asyncio.to_thread(environment().get_template(template).render, **values)
    return HTMLResponse(body, status_code=status, headers=HEADERS)
